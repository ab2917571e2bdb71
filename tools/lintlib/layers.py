"""docs/layers.json itself, and the edges that CMakeLists.txt files draw."""

import re

from .tree import Finding

LAYERS_PATH = "docs/layers.json"


def _cycle(layers):
    """The first cycle as a list of rooms, or None."""
    done, path = set(), []

    def visit(room):
        if room in path:
            return path[path.index(room) :] + [room]
        if room in done:
            return None
        path.append(room)
        for target in layers.get(room, []):
            found = visit(target)
            if found:
                return found
        path.pop()
        done.add(room)
        return None

    for room in layers:
        found = visit(room)
        if found:
            return found
    return None


def check_layers(tree):
    findings = []
    for room, targets in tree.layers.items():
        for target in targets:
            if target not in tree.layers:
                findings.append(Finding(LAYERS_PATH, 1, f"{room} names an unknown room {target}"))
        if len(set(targets)) != len(targets):
            findings.append(Finding(LAYERS_PATH, 1, f"{room} names a room twice"))
    cycle = _cycle(tree.layers)
    if cycle:
        findings.append(Finding(LAYERS_PATH, 1, "cycle: " + " -> ".join(cycle)))
    return findings


def without_cmake_comments(text):
    return re.sub(r"#[^\n]*", "", text)


def check_links(tree, path):
    """A room's CMakeLists.txt may name the libraries of the rooms it may include, no others."""
    room = tree.room_of(path)
    if room is None:
        return []
    by_target = {"dp_" + name.replace("/", "_"): name for name in tree.layers}
    findings = []
    text = without_cmake_comments(tree.read(path))
    for number, line in enumerate(text.split("\n"), 1):
        for target in re.findall(r"\bdp_\w+", line):
            linked = by_target.get(target)
            if linked is not None and linked != room and linked not in tree.layers[room]:
                findings.append(
                    Finding(path, number, f"{room} may not link {target}: no edge to {linked} in {LAYERS_PATH}")
                )
    return findings


def public_headers(tree, room):
    """The headers that the room's CMakeLists.txt hands to others, as include paths."""
    path = room + "/CMakeLists.txt"
    if not tree.exists(path):
        return set()
    text = without_cmake_comments(tree.read(path))
    headers = set()
    for call in re.findall(r"\badd_module\s*\(([^)]*)\)", text):
        taking = False
        for word in call.split()[1:]:
            word = word.strip('"')
            if word in ("SOURCES", "HEADERS", "PUBLIC", "PRIVATE"):
                taking = word == "HEADERS"
            elif taking:
                headers.add(f"{room}/{word}")
    return headers

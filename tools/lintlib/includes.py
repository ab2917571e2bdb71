"""Every #include against docs/layers.json, and third-party libraries out of public headers."""

import posixpath
import re

from .cpp_text import without_comments
from .layers import LAYERS_PATH, public_headers
from .tree import Finding, is_header

_DIRECTIVE = re.compile(r"^[ \t]*(?:#|%:)[ \t]*(include|include_next|import)\b[ \t]*(.*?)[ \t]*$", re.M)

# The two halves of p2p: the deterministic router never sees a socket.
FORBIDDEN_HALVES = {"p2p/gossip/": "p2p/net/"}

# Libraries that stay behind a room's own types, by what their includes begin with.
PRIVATE_LIBRARIES = {
    "LevelDB": ("leveldb/",),
    "libsecp256k1": ("secp256k1",),
    "Crypto++": ("cryptopp/", "crypto++/"),
    "Boost.Beast": ("boost/beast",),
    "RapidJSON": ("rapidjson/",),
}

# C++ library parts that GCC 12 or the language standard of the project does not have.
MISSING_HEADERS = {"format": "use fmt", "print": "use fmt", "expected": "use base/result.hpp"}


def includes_of(text):
    """(line, operand) of each include directive; the operand keeps its quotes or brackets."""
    code = without_comments(text)
    for match in _DIRECTIVE.finditer(code):
        yield code.count("\n", 0, match.start()) + 1, match.group(1), match.group(2)


def _check_form(tree, path, operand):
    """What is wrong with the way the include is written, or None."""
    name = operand[1:-1]
    quoted = operand.startswith('"') and operand.endswith('"') and len(operand) > 2
    angled = operand.startswith("<") and operand.endswith(">") and len(operand) > 2
    if not quoted and not angled:
        return f"computed include {operand}"
    if name.startswith("/") or ".." in name.split("/") or "." in name.split("/") or "\\" in name:
        return f"include {operand} is not root-relative"
    if angled and (tree.room_of(name) or name.startswith(("testkit/", "tests/"))):
        return f"project header {operand} is included with quotes"
    if angled and name in MISSING_HEADERS:
        return f"{operand} is not available: {MISSING_HEADERS[name]}"
    if quoted and tree.room_of(name) is None:
        if not tree.is_free(path):
            return f"include {operand} names no room"
        folder = posixpath.dirname(path)
        if not any(tree.exists(posixpath.join(base, name)) for base in ("", "tests", "bench", folder)):
            return f"include {operand} names no file of the project"
    return None


def _check_edge(tree, path, name, public_of):
    """Why this file may not include that project header, or None."""
    room, target = tree.room_of(path), tree.room_of(name)
    if target is None or tree.is_free(path):
        return None
    if room is None:
        return f"the file lies in no room of {LAYERS_PATH} and may not include {name}"
    if target != room and target not in tree.layers[room]:
        return f"{room} may not include {target} ({name}): no such edge in {LAYERS_PATH}"
    declared = target != room and tree.exists(name) and tree.exists(target + "/CMakeLists.txt")
    if declared and name not in public_of(target):
        return f"{name} is a private header of {target}"
    for half, other in FORBIDDEN_HALVES.items():
        if path.startswith(half) and name.startswith(other):
            return f"{half[:-1]} may not include {other[:-1]}"
    return None


def check_includes(tree, path, public_of):
    findings = []
    for line, directive, operand in includes_of(tree.read(path)):
        problem = f"#{directive} is refused" if directive != "include" else None
        problem = problem or _check_form(tree, path, operand)
        if problem is None and operand.startswith('"'):
            problem = _check_edge(tree, path, operand[1:-1], public_of)
        if problem:
            findings.append(Finding(path, line, problem))
    return findings


def check_public_headers(tree, room):
    """No private library is reachable from a public header through headers of the same room."""
    findings, public = [], public_headers(tree, room)
    for header in sorted(public):
        if not tree.exists(header):
            findings.append(Finding(room + "/CMakeLists.txt", 1, f"public header {header} does not exist"))
            continue
        reached, waiting = set(), [header]
        while waiting:
            path = waiting.pop()
            if path in reached:
                continue
            reached.add(path)
            for line, _, operand in includes_of(tree.read(path)):
                name = operand[1:-1]
                for library, prefixes in PRIVATE_LIBRARIES.items():
                    if operand.startswith("<") and name.startswith(prefixes):
                        through = "" if path == header else f" through {header}"
                        findings.append(Finding(path, line, f"{library} in a public header{through}"))
                if operand.startswith('"') and tree.room_of(name) == room and tree.exists(name):
                    if is_header(name):
                        waiting.append(name)
    return sorted(set(findings))

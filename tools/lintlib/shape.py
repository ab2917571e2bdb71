"""Rules about a single file: guard, length, namespace, and what the deterministic core may not use."""

import re

from .cpp_text import code_only
from .includes import includes_of
from .tree import Finding, is_header

LINES_MAX = 900

# CONVENTIONS: everything below node/ except these is deterministic. base/ declares the interfaces
# through which time and randomness arrive, and the one mutex of the project.
DETERMINISTIC_ROOMS = {
    "crypto", "vm", "ledger/state", "ledger/chain", "ledger/txpool", "consensus", "contracts", "trade",
}
DETERMINISTIC_HALVES = ("p2p/gossip/",)
FORBIDDEN_IN_CORE = {
    "thread", "mutex", "shared_mutex", "condition_variable", "future", "semaphore", "latch", "barrier",
    "random", "fstream", "filesystem", "iostream", "locale", "ctime", "time.h", "sys/time.h",
    "unistd.h", "sys/socket.h", "boost/asio.hpp",
}
_FLOATING = re.compile(r"\b(float|double)\b")
_CLOCK = re.compile(r"\b(system_clock|steady_clock|high_resolution_clock)\s*::\s*now\b")
_NAMESPACE = re.compile(r"^(?:inline\s+)?namespace\s+([a-z_][\w:]*)\s*\{", re.M)
_USING = re.compile(r"^using\s+namespace\b", re.M)
_TODO = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\s*\(#\d+\))")


def _line_of(text, position):
    return text.count("\n", 0, position) + 1


def _namespace_is_allowed(tree, room, name):
    if name == "std" or name.startswith("std::"):
        return True
    if name == "datapact":
        return True
    parts = name.split("::")
    if parts[0] != "datapact":
        return False
    if room == "base":
        return parts[1] not in {other.rsplit("/", 1)[-1] for other in tree.layers if other != "base"}
    permitted = {room, *tree.layers[room]}
    return parts[1] in {other.rsplit("/", 1)[-1] for other in permitted}


def check_namespaces(tree, path, code):
    """A room opens its own namespace; forward declarations may open those of rooms it may include."""
    room = tree.room_of(path)
    if room is None:
        return []
    findings, opened = [], []
    for match in _NAMESPACE.finditer(code):
        before = code[: match.start()]
        if before.count("{") > before.count("}"):
            continue  # nested in one that was judged
        opened.append(match.group(1))
        if not _namespace_is_allowed(tree, room, match.group(1)):
            message = f"{room} may not open namespace {match.group(1)}"
            findings.append(Finding(path, _line_of(code, match.start()), message))
    if path.endswith(".hpp") and not any(name.startswith("datapact") for name in opened):
        if re.search(r"\b(class|struct|enum|template|inline|constexpr)\b", code):
            findings.append(Finding(path, 1, "the header declares outside namespace datapact"))
    return findings


def check_core(tree, path, text, code):
    room = tree.room_of(path)
    if room not in DETERMINISTIC_ROOMS and not path.startswith(DETERMINISTIC_HALVES):
        return []
    findings = []
    for line, _, operand in includes_of(text):
        if operand.startswith("<") and operand[1:-1] in FORBIDDEN_IN_CORE:
            findings.append(Finding(path, line, f"{operand} in the deterministic core"))
    for pattern, what in ((_FLOATING, "floating point"), (_CLOCK, "a clock")):
        for match in pattern.finditer(code):
            findings.append(Finding(path, _line_of(code, match.start()), f"{what} in the deterministic core"))
    return findings


def check_shape(tree, path):
    text = tree.read(path)
    code = code_only(text)
    findings = []
    lines = text.count("\n")
    if lines > LINES_MAX:
        findings.append(Finding(path, LINES_MAX + 1, f"{lines} lines, at most {LINES_MAX} are allowed"))
    if path.endswith((".hpp", ".h")) and not re.search(r"^#pragma once$", text, re.M):
        findings.append(Finding(path, 1, "#pragma once is missing"))
    if is_header(path):
        for match in _USING.finditer(code):
            findings.append(Finding(path, _line_of(code, match.start()), "using namespace in a header"))
    for match in _TODO.finditer(text):
        message = f"{match.group(1)} without an issue number"
        findings.append(Finding(path, _line_of(text, match.start()), message))
    if "\r" in text or "\t" in text:
        findings.append(Finding(path, 1, "tab or carriage return"))
    return findings + check_namespaces(tree, path, code) + check_core(tree, path, text, code)

"""Every error a room can answer with has a test that produces it: each enumerator is named in the tests.

A test names it with its enum (PoolError::kQuota), bare after `using enum PoolError`, through `using Alias = PoolError`,
or, for a code of the wire, by its number. A message's text is not enough: it may come from elsewhere.
"""

import os
import re
import subprocess
import unittest

import house

_ENUM = re.compile(r"enum class (\w*(?:Error|ErrorCode|Rejection|Refusal))\b([^{;]*)\{(.*?)\}", re.S)
_OUTSIDE = ("tests/", "bench/")
# Seen from outside only, by what becomes of the connection.
_SEEN_OUTSIDE = {
    "p2p/gossip/handshake_messages.hpp: HandshakeError::kNotAdmitted":
        ("tests/p2p/transport_test.cpp", "a node whose key is not listed may not join"),
    "p2p/gossip/handshake_messages.hpp: HandshakeError::kDuplicate":
        ("tests/p2p/transport_test.cpp", "seven nodes that all dial each other end with one connection for each pair"),
    "p2p/gossip/handshake_messages.hpp: HandshakeError::kNoRoom":
        ("tests/p2p/transport_hostile_test.cpp", "connections beyond the limits are closed at the door"),
}


def tracked(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=house.SOURCE_DIR, stdout=subprocess.PIPE, text=True, check=True,
    ).stdout.split()
    return [path for path in listed if os.path.exists(os.path.join(house.SOURCE_DIR, path))]


def read(path):
    with open(os.path.join(house.SOURCE_DIR, path), encoding="utf-8") as handle:
        return handle.read()


def enumerators(base, body):
    """(name, number on the wire or nothing) of each."""
    found = re.findall(r"\b(k\w+)(?:\s*=\s*(-?\d+))?", re.sub(r"//.*", "", body))
    return found if ": int" in base else [(name, "") for name, _ in found]


class Text:
    """What one test file names."""

    def __init__(self, text):
        self.qualified = set(re.findall(r"\b(\w+)::(k\w+)\b", text))
        self.words = set(re.findall(r"\bk[A-Z]\w*\b|-\d+\b|(?<=Value\()\d+(?=\))", text))
        self.opened = set(re.findall(r"using enum [\w:]*?(\w+);", text))
        self.aliases = {enum: alias for alias, enum in re.findall(r"using (\w+) = [\w:]*?(\w+);", text)}

    def names(self, enum, name, number):
        return (
            (enum, name) in self.qualified
            or (self.aliases.get(enum), name) in self.qualified
            or (enum in self.opened and name in self.words)
            or number in self.words
        )


def untested(headers, tests):
    texts = [Text(test) for test in tests]
    return [
        f"{path}: {enum}::{name}"
        for path, text in headers
        for enum, base, body in _ENUM.findall(text)
        for name, number in enumerators(base, body)
        if not any(test.names(enum, name, number) for test in texts)
    ]


class Errors(unittest.TestCase):
    def test_every_enumerator_is_named_by_a_test(self):
        headers = [(path, read(path)) for path in tracked("*.hpp") if not path.startswith(_OUTSIDE)]
        tests = [read(path) for path in tracked("tests/*.cpp", "tests/*.hpp")]
        self.assertEqual([found for found in untested(headers, tests) if found not in _SEEN_OUTSIDE], [])
        for path, name in _SEEN_OUTSIDE.values():
            self.assertIn(f'TEST_CASE("{name}")', read(path))

    def test_an_enumerator_without_a_test_is_found(self):
        header = ("x.hpp", "enum class XError : int {\n  kSeen,  ///< kNot\n  kMissed,\n  kWire = -32005,\n};")
        self.assertEqual(untested([header], ["CHECK(e == XError::kSeen); CHECK(code == -32005);"]),
                         ["x.hpp: XError::kMissed"])
        self.assertEqual(untested([header], ["using E = a::XError; E::kSeen; E::kMissed; E::kWire"]), [])
        self.assertEqual(untested([header], ["using enum XError; kSeen kMissed", "-32005"]), [])


if __name__ == "__main__":
    house.main()

"""docs/fair-exchange-tests.md has a row for every attack, names tests that exist, and says why an attack has none."""

import os
import re
import unittest

import house

_PAGE = "docs/fair-exchange-tests.md"
# The attacks that were thought of when the exchange was designed or since: a row that goes takes its name from here, too.
_ATTACKS = """
never-locks silent-seller withheld-ciphertext wrong-key buyer-key-off-curve wrong-ciphertext other-root worthless-data
frivolous-complaint reveal-then-refund reverted-reveal censorship replay two-time-pad chosen-index false-shared-point
proof-nonce-reuse re-entrancy header-changed contract-denies delegated-seller missing-money resold-plaintext very-large-files
""".split()
# Attacks that hashes and contracts cannot answer.
_OUTSIDE = ["worthless-data", "resold-plaintext"]


def read(path):
    with open(os.path.join(house.SOURCE_DIR, path), encoding="utf-8") as handle:
        return handle.read()


def rows():
    """Of each: id, attack, what stops it, tests."""
    table = [line for line in read(_PAGE).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1:]]


def named_tests():
    return sorted({tuple(name.split(": ", 1)) for row in rows() for name in re.findall(r"`([^`]+: [^`]+)`", row[3])})


def exists(path, name):
    text = read(path)
    if path.endswith(".t.sol"):
        return re.search(rf"function {re.escape(name)}\b", text) is not None
    if path.endswith(".py"):
        return re.search(rf'    def test_\w+\(self\):\n        """{re.escape(name)}"""', text) is not None
    joined = re.sub(r'"\s*\n\s*"', "", text)
    return f'TEST_CASE("{name}")' in joined or f'TEST_CASE(\n      "{name}")' in joined


class Attacks(unittest.TestCase):
    def test_every_named_test_exists(self):
        missing = [f"{path}: {name}" for path, name in named_tests() if not exists(path, name)]
        self.assertEqual(missing, [])

    def test_every_attack_has_its_row(self):
        self.assertEqual(sorted(row[0] for row in rows()), sorted(_ATTACKS))

    def test_every_attack_is_tried_or_said_to_be_outside(self):
        self.assertEqual([len(row) for row in rows()], [4] * len(_ATTACKS))
        untried = [row[0] for row in rows() if "`" not in row[3]]
        self.assertEqual(untried, _OUTSIDE)

    def test_a_name_that_does_not_exist_is_noticed(self):
        first = {os.path.splitext(path)[1]: (path, name) for path, name in named_tests()}
        self.assertEqual(sorted(first), [".cpp", ".py", ".sol"])
        for path, name in first.values():
            self.assertTrue(exists(path, name))
            self.assertFalse(exists(path, name + "_never"))


if __name__ == "__main__":
    house.main()

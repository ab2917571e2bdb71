"""docs/fair-exchange-tests.md names tests that exist, and every attack it lists has one or says why not."""

import os
import re
import unittest

import house

_PAGE = "docs/fair-exchange-tests.md"
# Attacks that hashes and contracts cannot answer.
_OUTSIDE = {"worthless but correct data", "the buyer resells the plaintext"}


def read(path):
    with open(os.path.join(house.SOURCE_DIR, path), encoding="utf-8") as handle:
        return handle.read()


def rows():
    table = [line for line in read(_PAGE).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[1:]]


def named_tests():
    return sorted({tuple(name.split(": ", 1)) for row in rows() for name in re.findall(r"`([^`]+: [^`]+)`", row[2])})


def exists(path, name):
    text = read(path)
    if path.endswith(".t.sol"):
        return re.search(rf"function {re.escape(name)}\b", text) is not None
    joined = re.sub(r'"\s*\n\s*"', "", text)
    return f'TEST_CASE("{name}")' in joined or f'TEST_CASE(\n      "{name}")' in joined


class Attacks(unittest.TestCase):
    def test_every_named_test_exists(self):
        missing = [f"{path}: {name}" for path, name in named_tests() if not exists(path, name)]
        self.assertEqual(missing, [])

    def test_every_attack_is_tried_or_said_to_be_outside(self):
        untried = {row[0] for row in rows() if "`" not in row[2]}
        self.assertEqual(untried, _OUTSIDE)

    def test_a_name_that_does_not_exist_is_noticed(self):
        path, name = named_tests()[0]
        self.assertTrue(exists(path, name))
        self.assertFalse(exists(path, name + "_never"))


if __name__ == "__main__":
    house.main()

"""Every edge that docs/layers.json does not draw is refused, in a copy of the tree with the real build files."""

import json
import os
import shlex
import unittest

import house

RULE = "such edge in docs/layers.json"


def reachable(layers, room):
    """Rooms whose headers may leak into `room` through PUBLIC links."""
    seen, waiting = set(), [room]
    while waiting:
        for target in layers[waiting.pop()]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return seen


def probe_name(target):
    return "house_probe_" + target.replace("/", "_")


class ForbiddenIncludes(unittest.TestCase):
    """One probe file for each ordered pair of rooms, each with one include."""

    @classmethod
    def setUpClass(cls):
        cls.root = house.clean_folder("tree")
        with open(os.path.join(house.SOURCE_DIR, "docs/layers.json"), encoding="utf-8") as handle:
            cls.layers = json.load(handle)
        for path in ("CMakeLists.txt", "cmake", "docs/layers.json", "tests/testkit/doctest_main.cpp"):
            house.copy(cls.root, path)
        cls.real = [r for r in cls.layers if os.path.exists(os.path.join(house.SOURCE_DIR, r, "CMakeLists.txt"))]
        for room in cls.layers:
            if room in cls.real:
                house.copy(cls.root, room)
            else:
                cls.stand_in(room)
            house.write(cls.root, f"{room}/house_probe.hpp", "#pragma once\n")
        # The build configures only with the library that tools/setup installs; 50 MB need no copy.
        os.symlink(
            os.path.join(house.SOURCE_DIR, "crypto/blst/node_modules"), os.path.join(cls.root, "crypto/blst/node_modules")
        )
        cls.pairs = [(a, b) for a in cls.layers for b in cls.layers if a != b]
        for room, target in cls.pairs:
            text = f'// A probe.\n#include "{target}/house_probe.hpp"\n'
            house.write(cls.root, f"{room}/{probe_name(target)}.cpp", text)
        cls.forbidden = [(a, b) for a, b in cls.pairs if b not in cls.layers[a]]

    @classmethod
    def stand_in(cls, room):
        """A room that the tree does not have yet, linked as docs/layers.json permits."""
        links = " ".join("dp_" + target.replace("/", "_") for target in cls.layers[room])
        house.write(cls.root, f"{room}/stand_in.cpp", "// An empty room.\n")
        house.write(cls.root, f"{room}/CMakeLists.txt", f"add_module({room} SOURCES stand_in.cpp PUBLIC {links})\n")

    def test_the_lint_refuses_every_forbidden_pair_and_names_file_and_line(self):
        paths = [f"{a}/{probe_name(b)}.cpp" for a, b in self.pairs]
        code, findings = house.lint(self.root, "--rules", *paths)
        edges = {line.split(": ", 1)[0] for line in findings if RULE in line}
        expected = {f"{a}/{probe_name(b)}.cpp:2" for a, b in self.forbidden}
        self.assertEqual(code, 1)
        self.assertEqual(edges, expected)
        print(f"lint: {len(edges)} forbidden pairs refused, {len(self.pairs) - len(edges)} permitted")

    def test_the_compiler_refuses_the_room_that_is_not_linked(self):
        build = os.path.join(self.root, "build")
        code, output = house.run(
            "cmake", "-S", self.root, "-B", build, "-G", "Ninja", "-DDATAPACT_BUILD_TESTS=OFF",
            "-DCMAKE_BUILD_TYPE=Debug", f"-DCMAKE_CXX_COMPILER={house.COMPILER}",
        )  # fmt: skip
        self.assertEqual(code, 0, output)
        with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as handle:
            commands = json.load(handle)
        refused, leaked = 0, 0
        for room, target in self.pairs:
            flags = self.include_flags(commands, room)
            source = f"{room}/{probe_name(target)}.cpp"
            call = [house.COMPILER, "-std=c++20", "-fsyntax-only", *flags, source]
            code, output = house.run(*call, cwd=self.root)
            if code == 0:
                self.assertIn(target, reachable(self.layers, room), f"{source} compiled")
                leaked += target not in self.layers[room]
            else:
                self.assertTrue(house.refuses_missing_header(output, f"{target}/house_probe.hpp"), output)
                refused += target not in self.layers[room]
        self.assertGreater(refused, 0)
        print(f"compiler: {refused} forbidden pairs refused, {leaked} left to the lint, real rooms {self.real}")

    def include_flags(self, commands, room):
        """The -I flags with which the build compiles the files of this very room."""
        for entry in commands:
            path = os.path.relpath(entry["file"], self.root)
            owners = [name for name in self.layers if path.startswith(name + "/")]
            if owners and max(owners, key=len) == room:
                return [word for word in shlex.split(entry["command"]) if word.startswith("-I")]
        self.fail(f"the build compiles no file of {room}")


class LayersFile(unittest.TestCase):
    """Faults in docs/layers.json itself."""

    def lint_with(self, layers):
        root = house.clean_folder("layers-file")
        house.write(root, "docs/layers.json", json.dumps(layers))
        return house.lint(root, "--rules")

    def test_a_cycle_is_an_error_that_names_its_rooms(self):
        code, findings = self.lint_with({"base": ["vm"], "crypto": ["base"], "vm": ["crypto"]})
        self.assertEqual(code, 1)
        self.assertIn("cycle: base -> vm -> crypto -> base", findings[0])

    def test_a_room_may_not_list_itself(self):
        code, findings = self.lint_with({"base": ["base"]})
        self.assertEqual((code, "cycle: base -> base" in findings[0]), (1, True))

    def test_an_unknown_room_is_an_error(self):
        code, findings = self.lint_with({"base": ["cellar"]})
        self.assertEqual((code, "unknown room cellar" in findings[0]), (1, True))

    def test_layers_without_a_fault_are_accepted(self):
        self.assertEqual(self.lint_with({"base": [], "vm": ["base"]}), (0, []))


if __name__ == "__main__":
    house.main()

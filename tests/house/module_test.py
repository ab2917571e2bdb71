"""cmake/module.cmake: names, include roots, what a link hands on, headers that compile alone, and sources that must."""

import os
import unittest

import house

ROOT_LISTS = """cmake_minimum_required(VERSION 3.25)
project(throwaway LANGUAGES CXX)
set(CMAKE_CXX_STANDARD 20)
include("${CMAKE_SOURCE_DIR}/cmake/module.cmake")
add_subdirectory(base)
add_subdirectory(ledger/state)
add_subdirectory(ledger/chain)
add_subdirectory(rpc)
"""


class Module(unittest.TestCase):
    """Each test builds a house of four tiny rooms: base <- state <- chain <- rpc, chain linking state privately."""

    def setUp(self):
        self.root = house.clean_folder("project")
        house.copy(self.root, "cmake/module.cmake")
        house.write(self.root, "CMakeLists.txt", ROOT_LISTS)
        self.room("base", "one", "", "int one();", "return 1;")
        self.room("ledger/state", "two", "PUBLIC dp_base", "int two();", "return one() + one();", ["base/one.hpp"])
        self.room(
            "ledger/chain", "three", "PUBLIC dp_base PRIVATE dp_ledger_state", "int three();",
            "return two() + one();", ["base/one.hpp", "ledger/state/two.hpp"],
        )
        self.room("rpc", "four", "PUBLIC dp_ledger_chain", "int four();", "return three() + one();",
                  ["ledger/chain/three.hpp", "base/one.hpp"])

    def room(self, room, name, links, declaration, body, includes=()):
        lists = f"add_module({room} SOURCES {name}.cpp HEADERS {name}.hpp {links})\n"
        house.write(self.root, f"{room}/CMakeLists.txt", lists)
        house.write(self.root, f"{room}/{name}.hpp", f"#pragma once\n{declaration}\n")
        text = f'#include "{room}/{name}.hpp"\n' + "".join(f'#include "{path}"\n' for path in includes)
        house.write(self.root, f"{room}/{name}.cpp", text + declaration[:-1] + " { " + body + " }\n")

    def configure(self, *options):
        build = os.path.join(self.root, "build")
        code, output = house.run(
            "cmake", "-S", self.root, "-B", build, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={house.COMPILER}", *options
        )
        self.assertEqual(code, 0, output)

    def build(self, target="all"):
        return house.run("cmake", "--build", os.path.join(self.root, "build"), "-j", "1", "--target", target)

    def test_rooms_become_static_libraries_named_after_their_path(self):
        self.configure()
        code, output = self.build()
        self.assertEqual(code, 0, output)
        for path in ("base/libdp_base.a", "ledger/state/libdp_ledger_state.a", "ledger/chain/libdp_ledger_chain.a"):
            self.assertTrue(os.path.exists(os.path.join(self.root, "build", path)), path)

    def test_an_include_root_holds_one_link_to_its_own_room(self):
        self.configure()
        roots = os.path.join(self.root, "build/include-roots")
        self.assertEqual(sorted(os.listdir(roots)), ["dp_base", "dp_ledger_chain", "dp_ledger_state", "dp_rpc"])
        self.assertEqual(os.listdir(os.path.join(roots, "dp_ledger_state")), ["ledger"])
        self.assertEqual(os.listdir(os.path.join(roots, "dp_ledger_state/ledger")), ["state"])
        link = os.path.join(roots, "dp_ledger_state/ledger/state")
        self.assertEqual(os.path.realpath(link), os.path.join(os.path.realpath(self.root), "ledger/state"))

    def test_a_room_that_is_not_linked_does_not_exist_for_the_compiler(self):
        house.write(self.root, "base/one.cpp", '#include "rpc/four.hpp"\nint one() { return 1; }\n')
        self.configure()
        code, output = self.build("dp_base")
        self.assertNotEqual(code, 0)
        self.assertTrue(house.refuses_missing_header(output, "rpc/four.hpp"), output)

    def test_a_private_link_is_not_handed_on(self):
        house.write(self.root, "rpc/four.cpp", '#include "ledger/state/two.hpp"\nint four() { return two(); }\n')
        self.configure()
        code, output = self.build("dp_rpc")
        self.assertNotEqual(code, 0)
        self.assertTrue(house.refuses_missing_header(output, "ledger/state/two.hpp"), output)

    def test_a_header_that_needs_another_include_first_fails_the_header_check(self):
        self.configure("-DCMAKE_VERIFY_INTERFACE_HEADER_SETS=ON")
        code, output = self.build("all_verify_interface_header_sets")
        self.assertEqual(code, 0, output)
        house.write(self.root, "rpc/four.hpp", "#pragma once\nstd::size_t four();\n")
        code, output = self.build("all_verify_interface_header_sets")
        self.assertNotEqual(code, 0)
        self.assertIn("four.hpp", output)

    def test_sources_that_share_a_private_name_build_as_one_only_when_one_of_them_is_alone(self):
        for name in ("left", "right"):
            house.write(self.root, f"base/{name}.cpp",
                        f"namespace {{ int own() {{ return 1; }} }}\nint {name}() {{ return own(); }}\n")
        sources = "add_module(base SOURCES one.cpp left.cpp right.cpp HEADERS one.hpp"
        house.write(self.root, "base/CMakeLists.txt", f"{sources})\n")
        self.configure("-DCMAKE_UNITY_BUILD=ON")
        code, output = self.build("dp_base")
        self.assertNotEqual(code, 0)
        self.assertRegex(output, "(redefinition|redeclared).*own|own.*(redefinition|redeclared)")
        house.write(self.root, "base/CMakeLists.txt", f"{sources} ALONE right.cpp)\n")
        self.configure()
        code, output = self.build("dp_base")
        self.assertEqual(code, 0, output)
        units = os.path.join(self.root, "build/base/CMakeFiles/dp_base.dir/Unity")
        with open(os.path.join(units, "unity_0_cxx.cxx"), encoding="utf-8") as unit:
            together = unit.read()
        self.assertIn("left.cpp", together)
        self.assertNotIn("right.cpp", together)


if __name__ == "__main__":
    house.main()

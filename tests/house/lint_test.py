"""Each rule of tools/lint refuses its fault, at the right line, and accepts the honest neighbour."""

import unittest

import house

LAYERS = """{"base": [], "crypto": ["base"], "ledger/state": ["base", "crypto"], "ledger/chain":
["base", "ledger/state"], "p2p": ["base"], "rpc": ["base"], "tools": ["base"]}"""
HEADER = "#pragma once\nnamespace datapact::rpc {\nstruct Server;\n}\n"


class Rules(unittest.TestCase):
    def findings(self, files):
        """Findings of the lint over a tree of these files, without the path of the tree."""
        root = house.clean_folder("lint")
        house.write(root, "docs/layers.json", LAYERS)
        for path, text in files.items():
            house.write(root, path, text)
        code, findings = house.lint(root, "--rules")
        self.assertEqual(code, 1 if findings else 0, findings)
        return findings

    def assert_refused(self, path, text, where, what):
        findings = self.findings({path: text})
        self.assertEqual(len(findings), 1, findings)
        self.assertTrue(findings[0].startswith(where), findings)
        self.assertIn(what, findings[0])

    def assert_accepted(self, files):
        self.assertEqual(self.findings(files), [])

    def test_an_allowed_edge_is_accepted(self):
        self.assert_accepted({"crypto/keccak.cpp": '#include "base/bytes.hpp"\n'})

    def test_a_relative_include_is_refused(self):
        self.assert_refused("crypto/a.cpp", '#include "../base/x.hpp"\n', "crypto/a.cpp:1:", "root-relative")
        self.assert_refused("crypto/a.cpp", '#include "crypto/../rpc/x.hpp"\n', "crypto/a.cpp:1:", "root-relative")
        self.assert_refused("crypto/a.cpp", '#include "./b.hpp"\n', "crypto/a.cpp:1:", "root-relative")
        self.assert_refused("crypto/a.cpp", '#include "/tmp/b.hpp"\n', "crypto/a.cpp:1:", "root-relative")

    def test_an_include_beside_the_file_is_refused(self):
        self.assert_refused("crypto/a.cpp", '\n#include "b.hpp"\n', "crypto/a.cpp:2:", "names no room")

    def test_disguised_includes_are_seen(self):
        for text in (
            '#  include   "rpc/x.hpp"\n',
            '#/* why */include "rpc/x.hpp"\n',
            '#inc\\\nlude "rpc/x.hpp"\n',
            '%:include "rpc/x.hpp"\n',
            'auto s = "//";\n#include "rpc/x.hpp"\n',
        ):
            findings = self.findings({"crypto/a.cpp": text})
            self.assertEqual(len(findings), 1, text)
            self.assertIn("crypto may not include rpc", findings[0])

    def test_an_include_in_a_comment_or_raw_string_is_no_include(self):
        self.assert_accepted({"crypto/a.cpp": '// #include "rpc/x.hpp"\n/*\n#include "rpc/x.hpp"\n*/\n'})

    def test_computed_next_and_angled_project_includes_are_refused(self):
        self.assert_refused("crypto/a.cpp", "#include HEADER\n", "crypto/a.cpp:1:", "computed include")
        self.assert_refused("crypto/a.cpp", "#include_next <vector>\n", "crypto/a.cpp:1:", "include_next")
        self.assert_refused("crypto/a.cpp", "#include <base/x.hpp>\n", "crypto/a.cpp:1:", "with quotes")

    def test_the_gossip_half_of_p2p_may_not_include_the_net_half(self):
        self.assert_refused("p2p/gossip/a.cpp", '#include "p2p/net/b.hpp"\n', "p2p/gossip/a.cpp:1:", "p2p/net")
        self.assert_accepted({"p2p/net/a.cpp": '#include "p2p/gossip/b.hpp"\n'})

    def test_a_sibling_room_under_one_folder_is_another_room(self):
        text = '#include "ledger/chain/block.hpp"\n'
        self.assert_refused("ledger/state/a.cpp", text, "ledger/state/a.cpp:1:", "may not include ledger/chain")

    def test_a_private_library_in_a_public_header_is_refused(self):
        files = {
            "rpc/CMakeLists.txt": "add_module(rpc SOURCES a.cpp HEADERS server.hpp PUBLIC dp_base)\n",
            "rpc/server.hpp": HEADER + "#include <rapidjson/document.h>\n",
        }
        self.assertIn("RapidJSON in a public header", "".join(self.findings(files)))
        files["rpc/CMakeLists.txt"] = "add_module(rpc SOURCES a.cpp server.hpp PUBLIC dp_base)\n"
        self.assert_accepted(files)

    def test_a_private_library_behind_a_private_header_is_found(self):
        findings = self.findings({
            "rpc/CMakeLists.txt": "add_module(rpc SOURCES a.cpp HEADERS server.hpp PUBLIC dp_base)\n",
            "rpc/server.hpp": HEADER + '#include "rpc/json.hpp"\n',
            "rpc/json.hpp": HEADER + "#include <rapidjson/document.h>\n",
        })
        self.assertEqual(findings, ["rpc/json.hpp:5: RapidJSON in a public header through rpc/server.hpp"])

    def test_a_private_header_of_another_room_is_refused(self):
        findings = self.findings({
            "base/CMakeLists.txt": "add_module(base HEADERS bytes.hpp)\n",
            "base/bytes.hpp": "#pragma once\n",
            "base/limbs.hpp": "#pragma once\n",
            "crypto/a.cpp": '#include "base/bytes.hpp"\n#include "base/limbs.hpp"\n',
        })
        self.assertEqual(findings, ["crypto/a.cpp:2: base/limbs.hpp is a private header of base"])

    def test_a_forbidden_link_is_refused(self):
        text = "add_module(crypto SOURCES a.cpp PUBLIC dp_base\n  PRIVATE dp_ledger_state)\n"
        self.assert_refused("crypto/CMakeLists.txt", text, "crypto/CMakeLists.txt:2:", "may not link dp_ledger_state")

    def test_a_header_without_a_guard_is_refused(self):
        self.assert_refused("base/a.hpp", "namespace datapact {}\n", "base/a.hpp:1:", "#pragma once")

    def test_a_file_of_more_than_900_lines_is_refused(self):
        self.assert_refused("base/a.cpp", "\n" * 901, "base/a.cpp:901:", "901 lines")
        self.assert_accepted({"base/a.cpp": "\n" * 900})

    def test_a_room_opens_its_own_namespace_and_those_it_may_include(self):
        wrong = "namespace datapact::rpc {\n}\n"
        self.assert_refused("ledger/state/a.cpp", wrong, "ledger/state/a.cpp:1:", "namespace datapact::rpc")
        self.assert_refused("crypto/a.cpp", "namespace foo {\n}\n", "crypto/a.cpp:1:", "namespace foo")
        self.assert_accepted({"ledger/state/a.cpp": "namespace datapact::state {\n}\nnamespace datapact::crypto {\n}\n"})
        self.assert_accepted({"base/a.cpp": "namespace datapact {\nnamespace detail {\n}\n}\n"})
        self.assert_refused("rpc/a.hpp", "#pragma once\nstruct A {};\n", "rpc/a.hpp:1:", "outside namespace")

    def test_clocks_threads_and_floating_point_stay_out_of_the_core(self):
        self.assert_refused("crypto/a.cpp", "#include <thread>\n", "crypto/a.cpp:1:", "deterministic core")
        self.assert_refused("crypto/a.cpp", "\ndouble x;\n", "crypto/a.cpp:2:", "floating point")
        self.assert_refused("crypto/a.cpp", "auto t = std::chrono::steady_clock::now();\n", "crypto/a.cpp:1:", "a clock")
        self.assert_accepted({"rpc/a.cpp": "#include <thread>\ndouble x;\n"})

    def test_a_note_to_do_needs_an_issue_number(self):
        self.assert_refused("base/a.cpp", "// TO" "DO: later\n", "base/a.cpp:1:", "without an issue number")
        self.assert_accepted({"base/a.cpp": "// TO" "DO (#12): later\n"})

    def test_tests_may_include_every_room_but_only_files_that_exist(self):
        files = {"tests/rpc/a_test.cpp": '#include "rpc/server.hpp"\n', "rpc/server.hpp": HEADER}
        self.assert_accepted(files)
        self.assert_refused("tests/rpc/a_test.cpp", '#include "kit.hpp"\n', "tests/rpc/a_test.cpp:1:", "no file")

    def messages(self, source, *entries, others=()):
        """Findings about a source of the command line, beside catalogues with these entries."""

        def catalogue(pairs):
            return "".join(f'ChineseText{{"{english}", "{chinese}"}},\n' for english, chinese in pairs)

        files = {f"tools/cli/chinese_{name}.cpp": "" for name in ("help", "messages", "of_trade", "values", "of_others")}
        files["tools/cli/chinese_messages.cpp"] = catalogue(entries)
        files["tools/cli/chinese_of_others.cpp"] = catalogue(others)
        return self.findings({**files, "tools/commands/a.cpp": source})

    def test_a_text_of_the_command_line_without_a_chinese_form_is_refused(self):
        for source, pattern in (
            ('void f() { fail("no such thing"); }\n', "no such thing"),
            ('void f() { fail("no such " "thing"); }\n', "no such thing"),
            ('void f() { fail("no thing " + name() + " in " + place + ": " + why("it", 1)); }\n', "no thing {} in {}: {}"),
            ('void f() { fail(std::string(name) + " is no thing"); }\n', "{} is no thing"),
            ('void f() { fail(fmt::format("{} is no {:.1f} thing", a, b)); }\n', "{} is no {} thing"),
            ('auto f() { return a ? "" : "it has two"; }\n', "it has two"),
            ('void f() { fail("must answer {{\\"a\\": 1}} at {}"); }\n', 'must answer {\\"a\\": 1} at {}'),
            ('void f() { Table table{{"height", "event"}, {}}; }\n', "event"),
            ('void f() { rows.emplace_back("event", x); }\n', "event"),
            ('void f() { Rows rows{{"height", h}, {"event", g(h)}}; }\n', "event"),
        ):
            with self.subTest(source):
                known = [("height", "高度")] if '"height"' in source else []
                (finding,) = self.messages(source, *known)
                shown = pattern.replace('\\"', '"')
                self.assertTrue(finding.startswith(f'tools/commands/a.cpp:1: "{shown}" has no Chinese form'), finding)
                self.assertEqual(self.messages(source, *known, (pattern, "甲" + "{}" * pattern.count("{}"))), [])

    def test_a_word_a_command_and_a_comment_need_no_chinese_form(self):
        for source in (
            'void f() { get("number"); }\n', 'void f() { hint("datapact deal show " + id); }\n', "// fail(\"no such thing\")\n",
            '#define X "no such thing"\n', 'auto f = "没有 JSON 文件";\n',
        ):  # fmt: skip
            with self.subTest(source):
                self.assertEqual(self.messages(source), [])

    def test_a_chinese_form_of_what_nobody_says_is_refused(self):
        self.assertEqual(
            self.messages("", ("no such thing", "没有")), ['tools/cli/chinese_messages.cpp:1: nobody says "no such thing"']
        )
        self.assertEqual(self.messages("", others=[("no such thing", "没有")]), [])

    def test_two_chinese_forms_of_one_text_are_refused(self):
        (finding,) = self.messages('f("a thing of it");\n', ("a thing of it", "甲"), others=[("a thing of it", "乙")])
        self.assertIn('"a thing of it" has a Chinese form in tools/cli/chinese_messages.cpp already', finding)

    def test_a_chinese_form_shows_all_that_is_put_in(self):
        source = 'f("from {} to {}");\n'
        for chinese, is_right in (
            ("自 {} 至 {}", True), ("至 {1}，自 {0:t}", True), ("自 {}", False), ("自 {0}", False), ("自 {} 至 {1}", False),
            ("自 {0} 至 {2}", False), ("自此", False), ("自 {} 至 {} 至 {}", False),
        ):  # fmt: skip
            with self.subTest(chinese):
                self.assertEqual(self.messages(source, ("from {} to {}", chinese)) == [], is_right)

    def test_code_outside_every_room_is_refused(self):
        self.assert_refused("util/a.cpp", '#include "base/x.hpp"\n', "util/a.cpp:1:", "no room")


if __name__ == "__main__":
    house.main()

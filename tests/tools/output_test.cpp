#include "tools/cli/output.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

TEST_SUITE("tools/output") {
  TEST_CASE("tab-separated rows stay rows whatever is in their values") {
    const Table table{{"title", "note"}, {{"a\tb", "c\nd"}, {"e\\f", "g\r"}}};
    CHECK(text_of(table, Format::kPlain, true) == "a\\tb\tc\\nd\ne\\\\f\tg\\r\n");
    CHECK(text_of(Rows{{"label", "one\ttwo"}}, Format::kPlain, false) == "label\tone\\ttwo\n");
  }

  TEST_CASE("columns are as wide as their widest cell, a Chinese character counting for two") {
    const Table table{{"name", "height"}, {{"数据", "1"}, {"longer", "2"}}};
    CHECK(text_of(table, Format::kText, false) ==
          "name    height\n"
          "数据    1\n"
          "longer  2\n");
  }

  TEST_CASE("colours set headings and the outcome of checks off, and no other text") {
    CHECK(text_of(Table{{"a", "b"}, {{"1", "2"}}}, Format::kText, true) ==
          "\x1b[1ma  \x1b[0m\x1b[1mb\x1b[0m\n1  2\n");
    CHECK(text_of(Rows{{"ok    price", "10"}, {"WRONG seller", "okay"}}, Format::kText, true) ==
          "\x1b[32mok\x1b[0m    price   10\n\x1b[31mWRONG\x1b[0m seller  okay\n");
  }

  TEST_CASE("a colour that is asked for or forbidden does not depend on a terminal") {
    constexpr int kNoDescriptor = -1;
    CHECK(is_coloured(Colour::kAlways, kNoDescriptor));
    CHECK_FALSE(is_coloured(Colour::kNever, kNoDescriptor));
    CHECK_FALSE(is_coloured(Colour::kAuto, kNoDescriptor));
  }
}

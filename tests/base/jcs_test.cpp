// RFC 8785: the examples of section 3.2 and the number table of appendix B.
#include "base/hex.hpp"
#include "base/json.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <string>
#include <utility>

namespace datapact::json {
namespace {

std::string canonical(std::string_view text) {
  const auto value = parse(text);
  REQUIRE_MESSAGE(value.ok(), text);
  return to_canonical_text(*value);
}

TEST_SUITE("base/jcs") {
  TEST_CASE("the example of section 3.2.2 and 3.2.3") {
    const auto* text = R"({
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    })";
    CHECK(canonical(text) ==
          "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
          "\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  TEST_CASE("members sort by UTF-16 code units") {
    const auto* text = R"({
      "\u20ac": "Euro Sign", "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis"
    })";
    CHECK(canonical(text) ==
          "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\","
          "\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\","
          "\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
          "\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
  }

  TEST_CASE("a name that starts another sorts first, at every level") {
    CHECK(canonical(R"({"aa":{"b":1,"a":2},"a":1,"":0})") == R"({"":0,"a":1,"aa":{"a":2,"b":1}})");
  }

  TEST_CASE("numbers are printed as ECMAScript does (appendix B)") {
    const std::pair<std::uint64_t, const char*> table[] = {
        {0x0000000000000000, "0"},
        {0x8000000000000000, "0"},
        {0x0000000000000001, "5e-324"},
        {0x8000000000000001, "-5e-324"},
        {0x7fefffffffffffff, "1.7976931348623157e+308"},
        {0xffefffffffffffff, "-1.7976931348623157e+308"},
        {0x4340000000000000, "9007199254740992"},
        {0xc340000000000000, "-9007199254740992"},
        {0x4430000000000000, "295147905179352830000"},
        {0x44b52d02c7e14af5, "9.999999999999997e+22"},
        {0x44b52d02c7e14af6, "1e+23"},
        {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
        {0x444b1ae4d6e2ef4e, "999999999999999700000"},
        {0x444b1ae4d6e2ef4f, "999999999999999900000"},
        {0x444b1ae4d6e2ef50, "1e+21"},
        {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
        {0x3eb0c6f7a0b5ed8d, "0.000001"},
        {0x41b3de4355555553, "333333333.3333332"},
        {0x41b3de4355555554, "333333333.33333325"},
        {0x41b3de4355555555, "333333333.3333333"},
        {0x41b3de4355555556, "333333333.3333334"},
        {0x41b3de4355555557, "333333333.33333343"},
        {0xbecbf647612f3696, "-0.0000033333333333333333"},
        {0x43143ff3c1cb0959, "1424953923781206.2"}};
    for (const auto& [bits, text] : table) {
      CAPTURE(text);
      CHECK(to_canonical_text(Value{std::bit_cast<double>(bits)}) == text);
    }
  }

  TEST_CASE("an integer beyond 2^53 is rounded to its double") {
    CHECK(canonical("9007199254740993") == "9007199254740992");
    CHECK(canonical("9007199254740991") == "9007199254740991");
    CHECK(canonical("18446744073709551615") == "18446744073709552000");
    CHECK(canonical("-0") == "0");
    CHECK(canonical("1.0") == "1");
  }

  TEST_CASE("canonical text is a fixed point") {
    const std::string once = canonical(R"({"z":[1.5,"\u00e9",{}],"a":null})");
    CHECK(canonical(once) == once);
  }
}

}  // namespace
}  // namespace datapact::json

#include "base/json.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

namespace datapact::json {
namespace {

using namespace std::string_literals;

Value parsed(std::string_view text) {
  auto value = parse(text);
  REQUIRE_MESSAGE(value.ok(), text);
  return std::move(*value);
}

TEST_SUITE("base/json") {
  TEST_CASE("members keep their order and text round-trips") {
    const std::string text = R"({"b":[1,-2,true,null,"x"],"a":{"c":0.5},"":{}})";
    CHECK(to_text(parsed(text)) == text);
    CHECK(parsed(to_pretty_text(parsed(text))) == parsed(text));
  }

  TEST_CASE("pretty text indents by two spaces and ends with a newline") {
    CHECK(to_pretty_text(parsed(R"({"a":[1],"b":[]})")) ==
          "{\n  \"a\": [\n    1\n  ],\n  \"b\": []\n}\n");
  }

  TEST_CASE("integers of 64 bits stay exact, signed and unsigned") {
    CHECK(parsed("18446744073709551615").as_u64() == ~0ULL);
    CHECK(parsed("-9223372036854775808").as_i64() == std::numeric_limits<std::int64_t>::min());
    CHECK_FALSE(parsed("-1").as_u64().has_value());
    CHECK_FALSE(parsed("18446744073709551615").as_i64().has_value());
    CHECK(Value{std::uint64_t{5}} == Value{5});
    CHECK(to_text(parsed("18446744073709551615")) == "18446744073709551615");
  }

  TEST_CASE("zero is zero in every spelling, and fractions are the nearest double") {
    for (const auto* text :
         {"0.0", "0e5", "0.0e-5", "-0.0", "0.00000000000000000000000000000e300"}) {
      CAPTURE(text);
      CHECK(parsed(text).as_double() == 0.0);
    }
    CHECK(parsed("0.1").as_double() == 0.1);
    CHECK(parsed("123456789012345678901234567890").as_double() == 123456789012345678901234567890.0);
    CHECK(parsed("2.2250738585072011e-308").as_double() == 2.2250738585072011e-308);
    CHECK(parsed("5e-324").as_double() == 5e-324);
  }

  TEST_CASE("a value of another kind answers with nothing") {
    const Value text{"x"};
    CHECK(text.is_string());
    CHECK_FALSE(text.as_bool().has_value());
    CHECK_FALSE(text.as_u64().has_value());
    CHECK_FALSE(text.as_double().has_value());
    CHECK(text.as_array() == nullptr);
    CHECK(text.as_object() == nullptr);
    CHECK(text.find("a") == nullptr);
    CHECK(Value{}.is_null());
    CHECK(Value{1.5}.is_number());
  }

  TEST_CASE("set replaces or appends, push appends, both turn null into a container") {
    Value object;
    object.set("a", 1).set("b", 2).set("a", 3);
    CHECK(to_text(object) == R"({"a":3,"b":2})");
    Value array;
    array.push(1).push("x");
    CHECK(to_text(array) == R"([1,"x"])");
  }

  TEST_CASE("escapes are read and control characters are written escaped") {
    CHECK(*parsed(R"("\u0041\n\ud83d\ude00\u0000")").as_string() == "A\n\xf0\x9f\x98\x80\0"s);
    CHECK(to_text(Value{"\x01\x1f\"\\\b\f\n\r\t/\x7f"}) ==
          "\"\\u0001\\u001f\\\"\\\\\\b\\f\\n\\r\\t/\x7f\"");
  }

  TEST_CASE("a repeated member name is an error that names it") {
    const auto repeated = parse(R"({"a":1,"b":2,"a":3})");
    REQUIRE_FALSE(repeated.ok());
    CHECK(repeated.error().message.find("\"a\"") != std::string::npos);
    CHECK(parse(R"({"a":{"a":1}})").ok());
  }

  TEST_CASE("nesting beyond the limit is an error, up to it is not") {
    const auto nested = [](std::size_t depth) {
      return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(parse(nested(32)).ok());
    CHECK_FALSE(parse(nested(33)).ok());
    CHECK(parse(nested(3), {.depth_max = 3}).ok());
    CHECK_FALSE(parse(nested(100'000)).ok());
  }

  TEST_CASE("text that is not one strict document is refused") {
    for (const auto& text : {""s,      " "s,       "{"s,   "[1,]"s,  R"({"a":1,})"s, "{'a':1}"s,
                             "01"s,    "+1"s,      "1."s,  ".5"s,    "NaN"s,         "Infinity"s,
                             "1e999"s, "// c\n1"s, "1 2"s, "\"a"s,   "\"\t\""s,      R"("\x")"s,
                             "tru"s,   "{a:1}"s,   "1\0"s, "1\0 2"s, "[1]\0x"s,      "\"a\0b\""s}) {
      CAPTURE(text);
      CHECK_FALSE(parse(text).ok());
    }
  }

  TEST_CASE("text that is not UTF-8 and halves of surrogate pairs are refused") {
    for (const auto& text :
         {"\"\xff\""s, "\"\xc3\""s, "\"\xc0\x80\""s, "\"\xed\xa0\x80\""s, "\"\xf4\x90\x80\x80\""s,
          R"("\ud800")"s, R"("\udc00")"s, R"("\ud800\u0041")"s, R"("\udc00\ud800")"s}) {
      CAPTURE(text);
      CHECK_FALSE(parse(text).ok());
    }
  }

  TEST_CASE("every truncated prefix of a document is rejected") {
    const std::string text = R"({"a":[1,true,"\u00e9"],"b":null})";
    REQUIRE(parse(text).ok());
    for (std::size_t size = 0; size < text.size(); ++size) {
      CAPTURE(size);
      CHECK_FALSE(parse(std::string_view{text}.substr(0, size)).ok());
    }
  }

  TEST_CASE("an error says where it is") {
    const auto error = parse("[1, x]");
    REQUIRE_FALSE(error.ok());
    CHECK(error.error().offset == 4);
    CHECK_FALSE(error.error().message.empty());
  }
}

}  // namespace
}  // namespace datapact::json

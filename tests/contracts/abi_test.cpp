#include "base/hex.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/contract_abi.hpp"

#include <doctest/doctest.h>

using namespace datapact;             // NOLINT(google-build-using-namespace)
using namespace datapact::contracts;  // NOLINT(google-build-using-namespace)

namespace {

AbiSignature signature(std::string_view text) {
  auto parsed = parse_abi_signature(text);
  REQUIRE(parsed.has_value());
  return *parsed;
}

/// Encodes JSON arguments for a signature.
std::string encoded(std::string_view text, std::string_view arguments) {
  const auto function = signature(text);
  const auto json = json::parse(arguments);
  REQUIRE(json.has_value());
  AbiList values;
  for (std::size_t i = 0; i < function.inputs.size(); ++i) {
    auto value = abi_value_from_json(function.inputs[i], (*json->as_array())[i]);
    REQUIRE(value.has_value());
    values.push_back(std::move(*value));
  }
  return to_hex(encode_call(function, values));
}

}  // namespace

TEST_SUITE("contracts/abi") {
  // The examples of the Solidity ABI specification.
  TEST_CASE("the specification's examples encode as printed there") {
    CHECK(encoded("baz(uint32,bool)", "[69, true]") ==
          "cdcd77c00000000000000000000000000000000000000000000000000000000000000045"
          "0000000000000000000000000000000000000000000000000000000000000001");
    CHECK(encoded("sam(bytes,bool,uint256[])", R"(["0x64617665", true, [1, 2, 3]])") ==
          "a5643bf2"
          "0000000000000000000000000000000000000000000000000000000000000060"
          "0000000000000000000000000000000000000000000000000000000000000001"
          "00000000000000000000000000000000000000000000000000000000000000a0"
          "0000000000000000000000000000000000000000000000000000000000000004"
          "6461766500000000000000000000000000000000000000000000000000000000"
          "0000000000000000000000000000000000000000000000000000000000000003"
          "0000000000000000000000000000000000000000000000000000000000000001"
          "0000000000000000000000000000000000000000000000000000000000000002"
          "0000000000000000000000000000000000000000000000000000000000000003");
    CHECK(encoded("g(uint256[][],string[])", R"([[[1, 2], [3]], ["one", "two", "three"]])")
              .substr(0, 8) == "2289b18c");
  }

  TEST_CASE("what is encoded decodes to the same values") {
    const auto function = signature("f((address,uint64[])[],string,int24,bytes4)");
    const auto json = json::parse(
        R"([[["0x00000000000000000000000000000000000000aa",["1","2"]],["0x00000000000000000000000000000000000000bb",[]]],"text","-5","0x01020304"])");
    AbiList values;
    for (std::size_t i = 0; i < 4; ++i) {
      values.push_back(*abi_value_from_json(function.inputs[i], (*json->as_array())[i]));
    }
    const Bytes data = encode_abi(function.inputs, values);
    const auto back = decode_abi(function.inputs, data);
    REQUIRE(back.has_value());
    CHECK(*back == values);
    json::Value text = json::Value::array();
    for (std::size_t i = 0; i < 4; ++i) text.push(to_json(function.inputs[i], (*back)[i]));
    CHECK(json::to_text(text) == json::to_text(*json));
  }

  TEST_CASE("lists are equal when they are as long and every element is equal, and else not") {
    const auto list = [](std::uint64_t last, const std::string& text) {
      return AbiValue{AbiList{AbiList{std::uint64_t{1}, last}, std::string_view{text}}};
    };
    CHECK(list(2, "a") == list(2, "a"));
    CHECK(list(2, "a") != list(3, "a"));
    CHECK(list(2, "a") != list(2, "b"));
    CHECK(AbiValue{AbiList{}} == AbiValue{AbiList{}});
    CHECK(AbiValue{AbiList{std::uint64_t{1}}} != AbiValue{AbiList{}});
    CHECK(AbiValue{AbiList{}} != AbiValue{AbiList{std::uint64_t{1}}});
    CHECK(AbiValue{AbiList{}} != AbiValue{Bytes{}});
    const AbiValue copy = list(2, "a");
    const AbiValue other = copy;  // NOLINT(performance-unnecessary-copy-initialization): is tested
    CHECK(other == copy);
  }

  TEST_CASE("every truncated prefix of an encoding is rejected") {
    const auto function = signature("f(string,uint256[],(bytes,bool))");
    const AbiList values{std::string_view("a longer text than thirty-two bytes, certainly"),
                         AbiList{std::uint64_t{7}, std::uint64_t{8}},
                         AbiList{Bytes{1, 2, 3}, std::uint64_t{1}}};
    const Bytes data = encode_abi(function.inputs, values);
    for (std::size_t size = 0; size < data.size(); ++size) {
      CAPTURE(size);
      CHECK_FALSE(decode_abi(function.inputs, ByteView{data}.first(size)).has_value());
    }
  }

  TEST_CASE(
      "values outside their type, padding that is not zero and offsets that repeat without end are "
      "refused") {
    Bytes word(32, 0xff);
    for (const auto* type : {"uint8", "address", "bool", "bytes4"}) {
      CAPTURE(type);
      CHECK_FALSE(decode_abi({*parse_abi_type(type)}, word).has_value());
    }
    CHECK(decode_abi({*parse_abi_type("int8")}, word).has_value());
    // A list of lists, all at the same place: small data that would unfold without end.
    Bytes bomb(32 * 130);
    bomb[31] = 32;
    bomb[63] = 128;
    for (std::size_t i = 2; i < 130; ++i) bomb[32 * i + 31] = 64;
    CHECK_FALSE(decode_abi({*parse_abi_type("uint256[][][][][]")}, bomb).has_value());
  }

  TEST_CASE("a malformed type or argument is named in the error") {
    for (const auto* text : {"uint7", "uint264", "bytes33", "float", "uint256[0]", "(uint256",
                             "uint256]", "()", "uint08"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_abi_type(text).has_value());
    }
    const auto error = parse_abi_value(*parse_abi_type("uint8"), "256");
    REQUIRE_FALSE(error.has_value());
    CHECK(error.error().message == "uint8 is too large, got \"256\"");
  }

  TEST_CASE("a revert is told in words: Error, Panic, a contract's own error, or its bytes") {
    const auto own = signature("WrongStatus(bytes32,uint8)");
    Bytes data;
    append_be(data, own.selector());
    append(data, encode_abi(own.inputs, {Hash256{}, std::uint64_t{2}}));
    CHECK(describe_revert({own}, data).starts_with("WrongStatus(0x0000"));
    Bytes reason;
    append_be(reason, std::uint32_t{0x08c379a0});
    append(reason, encode_abi({*parse_abi_type("string")}, {std::string_view("no money")}));
    CHECK(describe_revert({}, reason) == "no money");
    CHECK(describe_revert({}, {}) == "no reason given");
    CHECK(describe_revert({}, Bytes{1, 2, 3, 4, 5}) == "0x0102030405");
  }
}

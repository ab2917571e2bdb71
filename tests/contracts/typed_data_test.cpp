#include "contracts/typed_data.hpp"

#include "base/hex.hpp"
#include "crypto/secp256k1.hpp"

#include <doctest/doctest.h>

#include <string>

namespace datapact::contracts {
namespace {

json::Value parsed(std::string_view text) {
  auto value = json::parse(text, {.depth_max = 64});
  REQUIRE(value.ok());
  return std::move(*value);
}

/// The example of EIP-712.
const char* const kMail = R"({
  "types": {
    "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "version", "type": "string"},
      {"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}],
    "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
    "Mail": [{"name": "from", "type": "Person"}, {"name": "to", "type": "Person"},
      {"name": "contents", "type": "string"}]},
  "primaryType": "Mail",
  "domain": {"name": "Ether Mail", "version": "1", "chainId": 1,
    "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
  "message": {
    "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
    "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
    "contents": "Hello, Bob!"}})";

/// A document of one struct T with one member `v`.
json::Value one(std::string_view type, const json::Value& value) {
  json::Value out = parsed(R"({"types": {}, "primaryType": "T", "domain": {"chainId": 1}})");
  const auto member = json::Value::object({{"name", "v"}, {"type", type}});
  out.set("types", json::Value::object({{"T", json::Value::array({member})}}));
  out.set("message", json::Value::object({{"v", value}}));
  return out;
}

std::string error_of(const json::Value& document) {
  const auto hashes = hash_typed_data(document);
  return hashes.ok() ? "accepted" : hashes.error().message;
}

/// The mail with one piece of its text exchanged.
std::string error_with(std::string_view piece, std::string_view other) {
  std::string text = kMail;
  const auto at = text.find(piece);
  REQUIRE(at != std::string::npos);
  return error_of(parsed(text.replace(at, piece.size(), other)));
}

std::string digest_of(const json::Value& document) {
  const auto hashes = hash_typed_data(document);
  REQUIRE_MESSAGE(hashes.ok(), hashes.error().message);
  return to_hex(hashes->digest.view());
}

}  // namespace

TEST_SUITE("contracts/typed_data") {
  TEST_CASE("the mail of EIP-712 has the hashes that the EIP gives") {
    const auto hashes = hash_typed_data(parsed(kMail));
    REQUIRE(hashes.ok());
    CHECK(hashes->primary_type == "Mail");
    CHECK(hashes->encoded_type ==
          "Mail(Person from,Person to,string contents)Person(string name,address wallet)");
    CHECK(to_hex(hashes->domain_separator.view()) ==
          "f2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f");
    CHECK(to_hex(hashes->message_hash.view()) ==
          "c52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e");
    CHECK(to_hex(hashes->digest.view()) ==
          "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
  }

  TEST_CASE("the type of the domain follows from its members when the types lack it") {
    json::Value document = parsed(kMail);
    json::Value types = json::Value::object({});
    for (const auto& [name, members] : *document.find("types")->as_object()) {
      if (name != "EIP712Domain") types.set(name, members);
    }
    document.set("types", types);
    CHECK(digest_of(document) ==
          "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    json::Value reversed = json::Value::object({});
    const json::Object domain = *document.find("domain")->as_object();
    for (auto at = domain.rbegin(); at != domain.rend(); ++at) reversed.set(at->first, at->second);
    document.set("domain", reversed);
    CHECK(digest_of(document) ==
          "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    document.set("domain", json::Value::object({}));
    CHECK(error_of(document) == "types.EIP712Domain: a domain has at least one member");
  }

  TEST_CASE("a document lacks none of its four parts and has no other") {
    CHECK(error_of(json::Value{}) == "typed data: must be a JSON object");
    for (const std::string part : {"types", "primaryType", "domain", "message"}) {
      CHECK(error_with("\"" + part + "\":", "\"x\":") == "typed data: " + part + " is missing");
    }
    json::Value document = parsed(kMail);
    document.set("memo", "x");
    CHECK(error_of(document) == "typed data: has no member \"memo\"");
  }

  TEST_CASE("the primary type is a struct of the document other than the domain") {
    for (const std::string name : {"Post", "EIP712Domain", "string", ""}) {
      CHECK(error_with(R"("primaryType": "Mail")", "\"primaryType\": \"" + name + "\"") ==
            "primaryType: must be a struct of types, not EIP712Domain");
    }
  }

  TEST_CASE("a domain has the members of the EIP and no others") {
    CHECK(error_with(R"({"name": "chainId", "type": "uint256"})",
                     R"({"name": "chainId", "type": "uint64"})") ==
          "types.EIP712Domain: a domain has no \"uint64 chainId\"");
    CHECK(error_with(R"({"name": "version", "type": "string"})",
                     R"({"name": "edition", "type": "string"})") ==
          "types.EIP712Domain: a domain has no \"string edition\"");
    CHECK(error_with(R"("version": "1", )", "") == "domain.version: is missing");
    CHECK(error_with(R"("version": "1", )", R"("version": "1", "salt": "0x00", )") ==
          "domain: EIP712Domain has no member \"salt\"");
  }

  TEST_CASE("a type that is unknown, misspelt or ambiguous is refused by name") {
    const auto type = R"("contents", "type": "string")";
    const auto with = [&](const std::string& name) {
      return error_with(type, "\"contents\", \"type\": \"" + name + "\"");
    };
    for (const std::string name :
         {"Persons", "uint7", "uint264", "int0", "bytes0", "bytes33", "uint08", "function",
          "string2", "Uint256", "", " string", "fixed128x18"}) {
      CAPTURE(name);
      CHECK(with(name) == "types.Mail.contents: no type \"" + name + "\"");
    }
    CHECK(with("uint") == "types.Mail.contents: no type \"uint\": give its size, such as uint256");
    CHECK(with("int[]") == "types.Mail.contents: no type \"int\": give its size, such as int256");
    CHECK(with("string]") == "types.Mail.contents: ']' without '['");
    for (const std::string length : {"0", "01", "-1", "x", " 1", "99999999999999999999"}) {
      CAPTURE(length);
      CHECK(with("string[" + length + "]") ==
            "types.Mail.contents: the length of an array must be a number above 0");
    }
    CHECK(with("string[][][][][][][][][]") ==
          "types.Mail.contents: more than 8 arrays in each other");
  }

  TEST_CASE("names that could imitate other types are refused") {
    for (const std::string name : {"", "a b", "a,uint256 b", "1a", "a)", "ä"}) {
      CAPTURE(name);
      CHECK(error_with(R"("name": "contents")", "\"name\": \"" + name + "\"") ==
            "types.Mail: \"" + name + "\" is no name");
    }
    for (const std::string name : {"", "uint256", "uint7", "bytes", "address", "bool", "string",
                                   "function", "A(", "A[]", "1A"}) {
      CAPTURE(name);
      CHECK(error_with(R"("Person": [)", "\"" + name + "\": [") ==
            "types: \"" + name + "\" is no name of a struct");
    }
    CHECK(error_with(R"({"name": "to", "type": "Person"})",
                     R"({"name": "from", "type": "Person"})") ==
          "types.Mail: two members \"from\"");
    CHECK(error_with(R"({"name": "to", "type": "Person"})", R"({"name": "to"})") ==
          "types.Mail: each member must be {\"name\": text, \"type\": text}");
    CHECK(error_with(R"({"name": "to", "type": "Person"})",
                     R"({"name": "to", "type": "Person", "x": 1})") ==
          "types.Mail: each member must be {\"name\": text, \"type\": text}");
    CHECK(error_with(R"({"name": "to", "type": "Person"})", "7") ==
          "types.Mail: each member must be {\"name\": text, \"type\": text}");
  }

  TEST_CASE("a struct that contains itself is refused, also by way of others and of arrays") {
    for (const std::string type : {"Person", "Person[]", "Mail", "Mail[2][]"}) {
      CAPTURE(type);
      CHECK(error_with(R"("wallet", "type": "address")", "\"wallet\", \"type\": \"" + type + "\"")
                .ends_with(": contains itself"));
    }
  }

  TEST_CASE("a value is there, of its type, and nothing else is") {
    CHECK(error_with(R"("contents": "Hello, Bob!")", R"("content": "Hello, Bob!")") ==
          "message: Mail has no member \"content\"");
    CHECK(error_with(R"(,
    "contents": "Hello, Bob!")",
                     "") == "message.contents: is missing");
    CHECK(error_with(R"("name": "Bob", )", "") == "message.to.name: is missing");
    CHECK(error_with(R"("name": "Bob", )", R"("name": "Bob", "age": 7, )") ==
          "message.to: Person has no member \"age\"");
    CHECK(error_with(R"("Hello, Bob!")", "7") == "message.contents: string must be a text, got 7");
    CHECK(error_with(R"("Hello, Bob!")", "null") ==
          "message.contents: string must be a text, got null");
    CHECK(error_with("0xbBbBBBBb", "0xBbBBBBBb").ends_with(" is wrong"));
    CHECK(error_with("0xbBbBBBBb", "bBbBBBBb").starts_with("message.to.wallet: address must be"));
  }

  TEST_CASE("numbers stay within their type") {
    struct Bound {
      std::string type;
      std::string inside;
      std::string outside;
    };
    const Bound bounds[] = {
        {"uint8", "255", "256"},
        {"uint8", "0", "-1"},
        {"int8", "127", "128"},
        {"int8", "-128", "-129"},
        {"int8", "0x7f", "0x80"},
        {"uint128", "0xff", "0x1" + std::string(32, '0')},
        {"uint256", "0x" + std::string(64, 'f'), "0x1" + std::string(64, '0')},
        {"int256", "-0x8" + std::string(63, '0'), "0x8" + std::string(63, '0')}};
    for (const auto& bound : bounds) {
      CAPTURE(bound.type);
      CAPTURE(bound.outside);
      CHECK(error_of(one(bound.type, bound.inside)) == "accepted");
      CHECK(error_of(one(bound.type, bound.outside)).starts_with("message.v: " + bound.type + " "));
    }
    CHECK(digest_of(one("int8", -1)) == digest_of(one("int8", "-1")));
    CHECK(digest_of(one("uint64", ~std::uint64_t{0})) ==
          digest_of(one("uint64", "0xffffffffffffffff")));
    for (const auto& value : {json::Value{1.5}, json::Value{1e30}, json::Value{true},
                              json::Value::array({1}), json::Value{"1.0"}, json::Value{""}}) {
      CHECK(error_of(one("uint256", value)).starts_with("message.v: uint256 must be"));
    }
  }

  TEST_CASE("a bool is true or false, and bytes have their length") {
    CHECK(digest_of(one("bool", true)) != digest_of(one("bool", false)));
    for (const auto& value : {json::Value{"true"}, json::Value{1}, json::Value{}}) {
      CHECK(error_of(one("bool", value)).starts_with("message.v: bool must be true or false"));
    }
    CHECK(error_of(one("bytes4", "0x01020304")) == "accepted");
    CHECK(error_of(one("bytes4", "0x010203")).starts_with("message.v: bytes4 must have exactly"));
    CHECK(error_of(one("bytes", "0x")) == "accepted");
    CHECK(error_of(one("bytes", "0x1")).starts_with("message.v: bytes must be 0x and an even"));
  }

  TEST_CASE("an array of fixed length has that many items") {
    const auto two = json::Value::array({1, 2});
    CHECK(error_of(one("uint8[2]", two)) == "accepted");
    CHECK(error_of(one("uint8[]", json::Value::array())) == "accepted");
    CHECK(error_of(one("uint8[3]", two)) == "message.v: uint8[3] must have 3 items, got 2");
    CHECK(error_of(one("uint8[2][]", two)) == "message.v[0]: uint8[2][] must be a list");
    CHECK(error_of(one("uint8[2][]", json::Value::array({two, json::Value::array({1})}))) ==
          "message.v[1]: uint8[2][] must have 2 items, got 1");
    CHECK(error_of(one("uint8[]", json::Value::array({1, 256})))
              .starts_with("message.v[1]: uint8 is too large"));
  }

  TEST_CASE("an address is of one case, or has the checksum of EIP-55") {
    const std::string good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    std::string small = good;
    for (auto& c : small) c = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    CHECK(digest_of(one("address", good)) == digest_of(one("address", small)));
    CHECK(error_of(one("address", "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed"))
              .ends_with("is wrong"));
  }

  TEST_CASE("a document of many types is refused before any is read") {
    json::Value document = parsed(kMail);
    json::Value types = json::Value::object({});
    for (int i = 0; i < 65; ++i) types.set("T" + std::to_string(i), json::Value::array());
    document.set("types", types);
    CHECK(error_of(document) == "types: must be an object of at most 64 structs");
    CHECK(error_with(R"({"name": "contents", "type": "string"})",
                     "{\"name\": \"" + std::string(129, 'a') + "\", \"type\": \"string\"}")
              .ends_with("is no name"));
    json::Value members = json::Value::array();
    for (int i = 0; i < 257; ++i)
      members.push(json::Value::object({{"name", "m" + std::to_string(i)}, {"type", "bool"}}));
    document.set("types", json::Value::object({{"Mail", members}}));
    CHECK(error_of(document) == "types.Mail: must be a list of at most 256 members");
  }
}

}  // namespace datapact::contracts

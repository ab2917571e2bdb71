// ABI tests: arguments, their types and their encoding.
#include "contracts/abi_type.hpp"
#include "contracts/abi_value.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

using contracts::AbiKind;
using contracts::AbiList;
using contracts::AbiType;
using contracts::AbiValue;

/// The vectors write bytes as text, where our JSON form is hexadecimal.
Parsed<AbiValue> read_value(const AbiType& type, const json::Value& value) {
  const std::string* text = value.as_string();
  if (type.kind == AbiKind::kBytes && text != nullptr) return AbiValue{std::string_view{*text}};
  if (type.kind == AbiKind::kFixedBytes && text != nullptr && text->size() == type.size) {
    Hash256 word;
    std::ranges::copy(*text, word.raw().begin());
    return AbiValue{word};
  }
  auto read = contracts::abi_value_from_json(type, value);
  if (!read) return fail(read.error().message);
  return std::move(*read);
}

Parsed<Mismatches> check(const json::Value& test) {
  TRY(const json::Array* args, array(test, "args"));
  TRY(const json::Array* names, array(test, "types"));
  TRY(const Bytes expected, bytes(test, "result"));
  if (args->size() != names->size()) return fail(std::string{"args and types differ in number"});
  std::vector<AbiType> types;
  AbiList values;
  for (std::size_t i = 0; i < args->size(); ++i) {
    const std::string* name = (*names)[i].as_string();
    if (name == nullptr) return fail(std::string{"a type is no text"});
    auto type = contracts::parse_abi_type(*name);
    if (!type) return fail(fmt::format("type {}: not understood", *name));
    TRY(auto value, read_value(*type, (*args)[i]));
    types.push_back(std::move(*type));
    values.push_back(std::move(value));
  }
  Mismatches out;
  expect_equal("encoded", to_hex(expected), to_hex(contracts::encode_abi(types, values)), out);
  const auto decoded = contracts::decode_abi(types, expected);
  expect_equal("decoded", "the arguments",
               decoded && *decoded == values ? "the arguments" : "something else", out);
  return out;
}

class AbiTestKind final : public NamedCasesKind {
 public:
  std::string_view name() const override { return "abi"; }

 private:
  Parsed<Mismatches> run_case(const json::Value& test) override { return check(test); }
};

}  // namespace

KindPtr make_abi_kind() { return std::make_unique<AbiTestKind>(); }

}  // namespace datapact::conformance

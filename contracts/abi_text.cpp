#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/abi_value.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::contracts {
namespace {

tl::unexpected<AbiError> refuse(const AbiType& type, std::string_view rule,
                                std::string_view value) {
  const std::string where = type.name.empty() ? std::string() : type.name + ": ";
  return fail(AbiError{where + type.canonical() + " " + std::string(rule) + ", got \"" +
                       std::string(value) + "\""});
}

Result<AbiValue, AbiError> integer(const AbiType& type, std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto magnitude = uint256::parse(negative ? text.substr(1) : text);
  if (!magnitude) return refuse(type, "must be a decimal or 0x number", text);
  const auto bits = static_cast<unsigned>(type.size);
  if (type.kind == AbiKind::kUint) {
    if (negative) return refuse(type, "must not be negative", text);
    if (bits < 256 && !(*magnitude >> bits).is_zero()) return refuse(type, "is too large", text);
    return AbiValue{*magnitude};
  }
  const uint256 limit = uint256{1} << (bits - 1);
  if (*magnitude > limit || (!negative && *magnitude == limit))
    return refuse(type, "is out of range", text);
  return AbiValue{negative ? -*magnitude : *magnitude};
}

Result<AbiValue, AbiError> hex_bytes(const AbiType& type, std::string_view text) {
  const auto bytes = text.starts_with("0x") ? from_hex(text) : std::nullopt;
  if (!bytes) return refuse(type, "must be 0x and an even number of hex digits", text);
  if (type.kind == AbiKind::kBytes) return AbiValue{*bytes};
  if (bytes->size() != type.size) return refuse(type, "must have exactly that many bytes", text);
  Bytes word = *bytes;
  word.resize(32);
  return AbiValue{uint256::load_be(word.data())};
}

Result<AbiValue, AbiError> scalar(const AbiType& type, std::string_view text) {
  switch (type.kind) {
    case AbiKind::kUint:
    case AbiKind::kInt:
      return integer(type, text);
    case AbiKind::kAddress: {
      const auto address = text.starts_with("0x") ? fixed_from_hex<Address>(text) : std::nullopt;
      if (!address) return refuse(type, "must be 0x and 40 hex digits", text);
      return AbiValue{*address};
    }
    case AbiKind::kBool:
      if (text != "true" && text != "false") return refuse(type, "must be true or false", text);
      return AbiValue{std::uint64_t{text == "true"}};
    case AbiKind::kFixedBytes:
    case AbiKind::kBytes:
      return hex_bytes(type, text);
    case AbiKind::kString:
      return AbiValue{text};
    case AbiKind::kDynamicArray:
    case AbiKind::kFixedArray:
    case AbiKind::kTuple:
      return refuse(type, "must be a JSON list", text);
  }
  return refuse(type, "is unknown", text);
}

}  // namespace

// NOLINTNEXTLINE(misc-no-recursion): follows the type, whose nesting the parser bounds
Result<AbiValue, AbiError> abi_value_from_json(const AbiType& type, const json::Value& value) {
  const bool is_tuple = type.kind == AbiKind::kTuple;
  if (is_tuple || type.kind == AbiKind::kDynamicArray || type.kind == AbiKind::kFixedArray) {
    const auto* items = value.as_array();
    if (items == nullptr) return refuse(type, "must be a JSON list", json::to_text(value));
    const auto expected = is_tuple ? type.parts.size() : type.size;
    if (type.kind != AbiKind::kDynamicArray && items->size() != expected) {
      return refuse(type, "must have " + std::to_string(expected) + " items", json::to_text(value));
    }
    AbiList list;
    for (std::size_t i = 0; i < items->size(); ++i) {
      TRY(auto item, abi_value_from_json(type.parts[is_tuple ? i : 0], (*items)[i]));
      list.push_back(std::move(item));
    }
    return AbiValue{std::move(list)};
  }
  if (const auto* text = value.as_string()) return scalar(type, *text);
  return scalar(type, json::to_text(value));
}

Result<AbiValue, AbiError> parse_abi_value(const AbiType& type, std::string_view text) {
  const bool is_list = type.kind == AbiKind::kTuple || type.kind == AbiKind::kDynamicArray ||
                       type.kind == AbiKind::kFixedArray;
  if (!is_list) return scalar(type, text);
  auto parsed = json::parse(text);
  if (!parsed) return refuse(type, "must be a JSON list (" + parsed.error().message + ")", text);
  return abi_value_from_json(type, *parsed);
}

// NOLINTNEXTLINE(misc-no-recursion): follows the type, whose nesting the parser bounds
json::Value to_json(const AbiType& type, const AbiValue& value) {
  if (const auto* list = value.list()) {
    const bool is_tuple = type.kind == AbiKind::kTuple;
    const bool named = is_tuple && !type.parts[0].name.empty();
    json::Value out = named ? json::Value::object({}) : json::Value::array();
    for (std::size_t i = 0; i < list->size(); ++i) {
      const AbiType& part = type.parts[is_tuple ? i : 0];
      auto item = to_json(part, (*list)[i]);
      if (named) {
        out.set(part.name, std::move(item));
      } else {
        out.push(std::move(item));
      }
    }
    return out;
  }
  if (const auto* bytes = value.bytes()) {
    return type.kind == AbiKind::kString ? json::Value{as_text(*bytes)}
                                         : json::Value{to_hex0x(*bytes)};
  }
  const uint256 word = *value.word();
  switch (type.kind) {
    case AbiKind::kBool:
      return !word.is_zero();
    case AbiKind::kAddress:
      return to_hex0x(to_address(word));
    case AbiKind::kFixedBytes:
      return to_hex0x(to_hash256(word).view().first(type.size));
    case AbiKind::kInt:
      return word.is_negative() ? "-" + to_decimal(-word) : to_decimal(word);
    default:
      return to_decimal(word);
  }
}

}  // namespace datapact::contracts

#include "contracts/typed_data.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/typed_data_types.hpp"
#include "crypto/keccak.hpp"

#include <tl/expected.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::contracts {
namespace {

using Word = Result<Hash256, TypedDataError>;

constexpr std::string_view kDomain = "EIP712Domain";
struct DomainMember {
  std::string_view name;
  std::string_view type;
};
/// EIP-712, "Definition of domainSeparator".
constexpr std::array kDomainMembers{
    DomainMember{"name", "string"}, DomainMember{"version", "string"},
    DomainMember{"chainId", "uint256"}, DomainMember{"verifyingContract", "address"},
    DomainMember{"salt", "bytes32"}};

tl::unexpected<TypedDataError> refuse(const std::string& where, std::string_view rule) {
  return fail(TypedDataError{where + ": " + std::string(rule)});
}

/// EIP-55: letters are large where the hash of the digits says so. Digits of one case have no
/// checksum.
bool has_wrong_checksum(std::string_view text) {
  const std::string_view digits = text.substr(2);
  std::string small(digits);
  std::ranges::transform(small, small.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  const bool has_large = small != digits;
  const bool has_small = std::ranges::any_of(digits, [](char c) { return c >= 'a' && c <= 'f'; });
  if (!has_large || !has_small) return false;
  const std::string hash = to_hex(crypto::keccak256(as_bytes(small)).view());
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const bool is_letter = small[i] >= 'a';
    if (is_letter && (digits[i] != small[i]) != (hash[i] >= '8')) return true;
  }
  return false;
}

/// Whether the value is of the JSON kind that every client reads the same way.
bool has_kind(const AbiType& type, const json::Value& value) {
  if (type.kind == AbiKind::kBool) return value.is_bool();
  if (value.is_string()) return true;
  const bool is_number = type.kind == AbiKind::kUint || type.kind == AbiKind::kInt;
  return is_number && (value.as_u64().has_value() || value.as_i64().has_value());
}

std::string_view kind_of(const AbiType& type) {
  if (type.kind == AbiKind::kBool) return "true or false";
  const bool is_number = type.kind == AbiKind::kUint || type.kind == AbiKind::kInt;
  return is_number ? "a whole number, as a text when it has over 64 bits" : "a text";
}

Word hash_elementary(const AbiType& type, const json::Value& value, const std::string& where) {
  if (!has_kind(type, value)) {
    return refuse(where, type.canonical() + " must be " + std::string(kind_of(type)) + ", got " +
                             json::to_text(value));
  }
  auto parsed = abi_value_from_json(type, value);
  if (!parsed) return refuse(where, parsed.error().message);
  if (type.kind == AbiKind::kAddress && has_wrong_checksum(*value.as_string()))
    return refuse(where, "the checksum of " + *value.as_string() + " is wrong");
  if (const auto* bytes = parsed->bytes()) return crypto::keccak256(*bytes);
  return to_hash256(*parsed->word());
}

class Encoder {
 public:
  explicit Encoder(const TypedStructs& structs) : structs_(structs) {}

  /// hashStruct: keccak256(typeHash ‖ encodeData).
  // NOLINTNEXTLINE(misc-no-recursion): as deep as the struct types, none of which contains itself
  [[nodiscard]] Word hash_struct(const std::string& name, const json::Value& value,
                                 const std::string& where) const {
    const auto& type = structs_.find(name)->second;
    const auto* object = value.as_object();
    if (object == nullptr) return refuse(where, name + " must be an object");
    for (const auto& [key, unused] : *object) {
      const bool known = std::ranges::any_of(
          type.members, [&](const TypedMember& member) { return member.name == key; });
      if (!known) return refuse(where, name + " has no member \"" + key + "\"");
    }
    crypto::Keccak256 hasher;
    hasher.update(type.hash.view());
    for (const auto& member : type.members) {
      const auto* found = value.find(member.name);
      const std::string at = where + "." + member.name;
      if (found == nullptr) return refuse(at, "is missing");
      TRY(const Hash256 word, hash_value(member, member.arrays.size(), *found, at));
      hasher.update(word.view());
    }
    return hasher.finish();
  }

 private:
  /// The word of a member's value, or of an element within `arrays` of its arrays.
  // NOLINTNEXTLINE(misc-no-recursion): see hash_struct; arrays are at most 8 deep
  [[nodiscard]] Word hash_value(const TypedMember& member, std::size_t arrays,
                                const json::Value& value, const std::string& where) const {
    if (arrays == 0) {
      return member.is_struct ? hash_struct(member.base, value, where)
                              : hash_elementary(member.elementary, value, where);
    }
    const auto* list = value.as_array();
    if (list == nullptr) return refuse(where, member.type + " must be a list");
    const std::size_t length = member.arrays[arrays - 1];
    if (length != 0 && list->size() != length) {
      return refuse(where, member.type + " must have " + std::to_string(length) + " items, got " +
                               std::to_string(list->size()));
    }
    crypto::Keccak256 hasher;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string at = where + "[" + std::to_string(i) + "]";
      TRY(const Hash256 word, hash_value(member, arrays - 1, (*list)[i], at));
      hasher.update(word.view());
    }
    return hasher.finish();
  }

  const TypedStructs& structs_;
};

json::Value domain_type_of(const json::Value& domain) {
  json::Value out = json::Value::array();
  for (const auto& member : kDomainMembers) {
    if (domain.find(member.name) == nullptr) continue;
    out.push(json::Value::object({{"name", member.name}, {"type", member.type}}));
  }
  return out;
}

Result<void, TypedDataError> check_domain_type(const TypedStruct& type) {
  const std::string where = "types." + std::string(kDomain);
  if (type.members.empty()) return refuse(where, "a domain has at least one member");
  for (const auto& member : type.members) {
    const bool known = std::ranges::any_of(kDomainMembers, [&](const DomainMember& one) {
      return one.name == member.name && one.type == member.type;
    });
    if (!known) return refuse(where, "a domain has no \"" + member.type + " " + member.name + "\"");
  }
  return {};
}

}  // namespace

Result<TypedDataHashes, TypedDataError> hash_typed_data(const json::Value& document) {
  constexpr std::array<std::string_view, 4> kParts{"types", "primaryType", "domain", "message"};
  const auto* object = document.as_object();
  if (object == nullptr) return refuse("typed data", "must be a JSON object");
  for (const auto part : kParts) {
    if (document.find(part) == nullptr)
      return refuse("typed data", std::string(part) + " is missing");
  }
  for (const auto& [name, unused] : *object) {
    if (std::ranges::find(kParts, name) == kParts.end())
      return refuse("typed data", "has no member \"" + name + "\"");
  }
  const auto& domain = *document.find("domain");
  json::Value types = *document.find("types");
  if (types.is_object() && types.find(kDomain) == nullptr)
    types.set(std::string(kDomain), domain_type_of(domain));
  TRY(const auto structs, read_typed_structs(types));
  TRY_VOID(check_domain_type(structs.find(kDomain)->second));

  const auto* primary = document.find("primaryType")->as_string();
  if (primary == nullptr || !structs.contains(*primary) || *primary == kDomain)
    return refuse("primaryType", "must be a struct of types, not " + std::string(kDomain));
  const Encoder encoder(structs);
  TypedDataHashes out;
  out.primary_type = *primary;
  out.encoded_type = structs.find(*primary)->second.encoded;
  TRY(out.domain_separator, encoder.hash_struct(std::string(kDomain), domain, "domain"));
  TRY(out.message_hash, encoder.hash_struct(*primary, *document.find("message"), "message"));
  constexpr std::uint8_t kPrefix[2] = {0x19, 0x01};
  out.digest =
      crypto::keccak256(concat({kPrefix, out.domain_separator.view(), out.message_hash.view()}));
  return out;
}

}  // namespace datapact::contracts

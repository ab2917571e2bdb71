#include "contracts/typed_data_types.hpp"

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "contracts/abi_type.hpp"
#include "contracts/typed_data.hpp"
#include "crypto/keccak.hpp"

#include <tl/expected.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace datapact::contracts {
namespace {

constexpr std::size_t kStructsMax = 64;
constexpr std::size_t kMembersMax = 256;
constexpr std::size_t kNameMax = 128;
constexpr std::size_t kArraysMax = 8;

using Names = std::set<std::string, std::less<>>;

tl::unexpected<TypedDataError> refuse(std::string_view where, std::string_view rule) {
  return fail(TypedDataError{std::string(where) + ": " + std::string(rule)});
}

/// Anything else could imitate another type's text in encodeType.
bool is_identifier(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
  };
  if (text.empty() || text.size() > kNameMax || !is_letter(text[0])) return false;
  return std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// Words of the ABI, also those with a size that it does not have, are no names of structs.
bool is_reserved(std::string_view text) {
  const std::string_view stem = text.substr(0, text.find_first_of("0123456789"));
  const std::string_view rest = text.substr(stem.size());
  if (rest.find_first_not_of("0123456789") != std::string_view::npos) return false;
  constexpr std::string_view kSized[] = {"uint", "int", "bytes"};
  constexpr std::string_view kWhole[] = {"address", "bool", "string", "function"};
  return std::ranges::find(kSized, stem) != std::end(kSized) ||
         (rest.empty() && std::ranges::find(kWhole, stem) != std::end(kWhole));
}

/// Takes "[2]" or "[]" off the end of `type`.
Result<std::size_t, TypedDataError> take_array(std::string_view& type, std::string_view where) {
  const auto open = type.rfind('[');
  if (open == std::string_view::npos) return refuse(where, "']' without '['");
  const std::string digits(type.substr(open + 1, type.size() - open - 2));
  type = type.substr(0, open);
  if (digits.empty()) return std::size_t{0};
  std::size_t length = 0;
  const char* last = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), last, length);
  if (parsed.ec != std::errc{} || parsed.ptr != last || digits[0] == '0')
    return refuse(where, "the length of an array must be a number above 0");
  return length;
}

Result<TypedMember, TypedDataError> read_member(const json::Value& value,
                                                const std::string& owner) {
  const auto* name = value.find("name") != nullptr ? value.find("name")->as_string() : nullptr;
  const auto* type = value.find("type") != nullptr ? value.find("type")->as_string() : nullptr;
  if (name == nullptr || type == nullptr || value.as_object()->size() != 2)
    return refuse("types." + owner, R"(each member must be {"name": text, "type": text})");
  if (!is_identifier(*name)) return refuse("types." + owner, "\"" + *name + "\" is no name");
  const std::string where = "types." + owner + "." + *name;
  TypedMember out{*name, *type, {}, {}, false, {}};
  std::string_view rest = *type;
  while (rest.ends_with(']')) {
    if (out.arrays.size() == kArraysMax) return refuse(where, "more than 8 arrays in each other");
    TRY(const std::size_t length, take_array(rest, where));
    out.arrays.push_back(length);
  }
  std::ranges::reverse(out.arrays);
  out.base = rest;
  out.is_struct = !is_reserved(rest);
  if (!out.is_struct) {
    const auto elementary = parse_abi_type(rest);
    if (!elementary || elementary->canonical() != rest) {
      return refuse(where, "no type \"" + out.base +
                               (rest == "uint" || rest == "int"
                                    ? "\": give its size, such as " + out.base + "256"
                                    : "\""));
    }
    out.elementary = *elementary;
  }
  return out;
}

Result<TypedStruct, TypedDataError> read_struct(const std::string& name,
                                                const json::Value& members) {
  if (!is_identifier(name) || is_reserved(name))
    return refuse("types", "\"" + name + "\" is no name of a struct");
  const auto* list = members.as_array();
  if (list == nullptr || list->size() > kMembersMax)
    return refuse("types." + name, "must be a list of at most 256 members");
  TypedStruct out;
  Names seen;
  for (const auto& item : *list) {
    TRY(auto member, read_member(item, name));
    if (!seen.insert(member.name).second)
      return refuse("types." + name, "two members \"" + member.name + "\"");
    out.members.push_back(std::move(member));
  }
  return out;
}

/// Every struct that `name` names, itself too. `above` are those it is a part of.
// NOLINTNEXTLINE(misc-no-recursion): at most kStructsMax deep, for no struct is above itself
Result<void, TypedDataError> collect(const TypedStructs& all, const std::string& name, Names& above,
                                     Names& found) {
  if (above.contains(name)) return refuse("types." + name, "contains itself");
  // Its parts are known and contain no circle.
  if (!found.insert(name).second) return {};
  above.insert(name);
  for (const auto& member : all.find(name)->second.members) {
    if (!member.is_struct) continue;
    if (!all.contains(member.base)) {
      return refuse("types." + name + "." + member.name, "no type \"" + member.base + "\"");
    }
    TRY_VOID(collect(all, member.base, above, found));
  }
  above.erase(name);
  return {};
}

std::string own_text(const std::string& name, const TypedStruct& type) {
  std::string out = name + "(";
  for (const auto& member : type.members) {
    if (out.back() != '(') out += ",";
    out += member.type + " " + member.name;
  }
  return out + ")";
}

}  // namespace

Result<TypedStructs, TypedDataError> read_typed_structs(const json::Value& types) {
  const auto* object = types.as_object();
  if (object == nullptr || object->size() > kStructsMax)
    return refuse("types", "must be an object of at most 64 structs");
  TypedStructs out;
  for (const auto& [name, members] : *object) {
    TRY(auto type, read_struct(name, members));
    out.emplace(name, std::move(type));
  }
  for (auto& [name, type] : out) {
    Names above;
    Names found;
    TRY_VOID(collect(out, name, above, found));
    found.erase(name);
    type.encoded = own_text(name, type);
    // The others in the order of their names, which is the set's.
    for (const auto& part : found) type.encoded += own_text(part, out.find(part)->second);
    type.hash = crypto::keccak256(as_bytes(type.encoded));
  }
  return out;
}

}  // namespace datapact::contracts

#include "tests/conformance_runner/read.hpp"

#include <utility>

namespace datapact::conformance {

Parsed<const json::Value*> member(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  if (found == nullptr) return fail(fmt::format("member {} is missing", name));
  return found;
}

Parsed<std::string_view> text(const json::Value& value, std::string_view name) {
  TRY(const json::Value* found, member(value, name));
  if (found->as_string() == nullptr) return fail(fmt::format("member {} is no string", name));
  return std::string_view{*found->as_string()};
}

Parsed<const json::Array*> array(const json::Value& value, std::string_view name) {
  TRY(const json::Value* found, member(value, name));
  if (found->as_array() == nullptr) return fail(fmt::format("member {} is no array", name));
  return found->as_array();
}

Parsed<uint256> number(const json::Value& value, std::string_view name) {
  TRY(const json::Value* found, member(value, name));
  if (const auto small = found->as_u64()) return uint256{*small};
  TRY(const auto digits, text(value, name));
  const auto parsed = uint256::parse(digits);
  if (!parsed) return fail(fmt::format("member {} is no number: {}", name, digits));
  return *parsed;
}

Parsed<std::uint64_t> small_number(const json::Value& value, std::string_view name) {
  TRY(const auto parsed, number(value, name));
  if (!parsed.fits_u64()) return fail(fmt::format("member {} is above 2^64", name));
  return parsed.low_u64();
}

Parsed<std::uint64_t> small_number_or(const json::Value& value, std::string_view name,
                                      std::uint64_t otherwise) {
  if (value.find(name) == nullptr) return otherwise;
  return small_number(value, name);
}

Parsed<Bytes> bytes(const json::Value& value, std::string_view name) {
  TRY(const auto digits, text(value, name));
  auto parsed = from_hex(digits);
  if (!parsed) return fail(fmt::format("member {} is not hexadecimal", name));
  return std::move(*parsed);
}

void expect_equal(std::string_view what, std::string_view expected, std::string_view got,
                  std::vector<std::string>& mismatches) {
  if (expected == got) return;
  mismatches.push_back(fmt::format("{}: expected {}, got {}", what, expected, got));
}

}  // namespace datapact::conformance

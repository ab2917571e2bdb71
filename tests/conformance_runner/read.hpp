#pragma once
// Reading members of fixtures: errors name the member.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace datapact::conformance {

template <class T>
using Parsed = Result<T, std::string>;

[[nodiscard]] Parsed<const json::Value*> member(const json::Value& value, std::string_view name);
[[nodiscard]] Parsed<std::string_view> text(const json::Value& value, std::string_view name);
[[nodiscard]] Parsed<const json::Array*> array(const json::Value& value, std::string_view name);
/// A JSON number, or decimal or 0x text. Fixtures pad numbers with zeros, so these are no
/// QUANTITYs.
[[nodiscard]] Parsed<uint256> number(const json::Value& value, std::string_view name);
[[nodiscard]] Parsed<std::uint64_t> small_number(const json::Value& value, std::string_view name);
[[nodiscard]] Parsed<std::uint64_t> small_number_or(const json::Value& value, std::string_view name,
                                                    std::uint64_t otherwise);
[[nodiscard]] Parsed<Bytes> bytes(const json::Value& value, std::string_view name);

template <class Fixed>
[[nodiscard]] Parsed<Fixed> fixed(const json::Value& value, std::string_view name) {
  TRY(const auto parsed, bytes(value, name));
  if (parsed.size() != Fixed::kSize) return fail(fmt::format("member {} has a wrong length", name));
  return Fixed::from(parsed);
}

/// Appends "what: expected X, got Y" when they differ.
void expect_equal(std::string_view what, std::string_view expected, std::string_view got,
                  std::vector<std::string>& mismatches);
template <class Tag, std::size_t N>
void expect_equal(std::string_view what, const FixedBytes<Tag, N>& expected,
                  const FixedBytes<Tag, N>& got, std::vector<std::string>& mismatches) {
  if (expected != got) expect_equal(what, to_hex0x(expected), to_hex0x(got), mismatches);
}

}  // namespace datapact::conformance

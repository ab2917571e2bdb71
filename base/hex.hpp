#pragma once
// Hexadecimal text as Ethereum's JSON-RPC writes it. Pure.
#include "base/bytes.hpp"
#include "base/fixed_bytes.hpp"
#include "base/uint256.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace datapact {

/// Lower-case, without prefix.
[[nodiscard]] std::string to_hex(ByteView bytes);
/// DATA encoding: "0x" and two digits a byte.
[[nodiscard]] std::string to_hex0x(ByteView bytes);
template <class Tag, std::size_t N>
[[nodiscard]] std::string to_hex0x(const FixedBytes<Tag, N>& bytes) {
  return to_hex0x(bytes.view());
}
/// QUANTITY encoding: "0x0", no leading zeros.
[[nodiscard]] std::string to_quantity(std::uint64_t value);
[[nodiscard]] std::string to_quantity(const uint256& value);

/// Accepts upper and lower case, with or without "0x"; nothing on an odd length or a foreign
/// character.
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);
/// Exactly N bytes, else nothing.
template <class Fixed>
[[nodiscard]] std::optional<Fixed> fixed_from_hex(std::string_view text) {
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != Fixed::kSize) return std::nullopt;
  return Fixed::from(*bytes);
}
/// A QUANTITY: "0x" then 1 to 16 (64) digits without a leading zero. Nothing otherwise.
[[nodiscard]] std::optional<std::uint64_t> u64_from_quantity(std::string_view text);
[[nodiscard]] std::optional<uint256> u256_from_quantity(std::string_view text);

}  // namespace datapact

#pragma once
// 256-bit unsigned words on four little-endian 64-bit limbs, wrapping modulo 2^256 as the EVM does
// (Yellow Paper, appendix H). Division by zero is the caller's to exclude, except where said
// otherwise. Pure.
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace datapact {

__extension__ using uint128 = unsigned __int128;

struct uint256 {
  /// Least significant limb first.
  std::uint64_t limb[4]{};

  constexpr uint256() noexcept = default;
  constexpr uint256(std::uint64_t value) noexcept
      : limb{value, 0, 0, 0} {}  // NOLINT: a literal is a word
  constexpr uint256(std::uint64_t l0, std::uint64_t l1, std::uint64_t l2, std::uint64_t l3) noexcept
      : limb{l0, l1, l2, l3} {}

  [[nodiscard]] static constexpr uint256 max() noexcept { return {~0ULL, ~0ULL, ~0ULL, ~0ULL}; }

  [[nodiscard]] constexpr bool is_zero() const noexcept {
    return (limb[0] | limb[1] | limb[2] | limb[3]) == 0;
  }
  [[nodiscard]] constexpr explicit operator bool() const noexcept { return !is_zero(); }
  [[nodiscard]] constexpr bool fits_u64() const noexcept {
    return (limb[1] | limb[2] | limb[3]) == 0;
  }
  [[nodiscard]] constexpr std::uint64_t low_u64() const noexcept { return limb[0]; }
  [[nodiscard]] constexpr bool is_negative() const noexcept { return (limb[3] >> 63) != 0; }
  [[nodiscard]] constexpr bool bit(unsigned index) const noexcept {
    return index < 256 && ((limb[index / 64] >> (index % 64)) & 1) != 0;
  }
  [[nodiscard]] constexpr unsigned bit_length() const noexcept {
    for (unsigned i = 4; i-- > 0;) {
      if (limb[i] != 0) return 64 * i + static_cast<unsigned>(std::bit_width(limb[i]));
    }
    return 0;
  }

  /// Reads 32 big-endian bytes.
  [[nodiscard]] static constexpr uint256 load_be(const std::uint8_t* in) noexcept {
    uint256 out;
    for (unsigned i = 0; i < 4; ++i) {
      std::uint64_t word = 0;
      for (unsigned j = 0; j < 8; ++j) word = (word << 8) | in[8 * i + j];
      out.limb[3 - i] = word;
    }
    return out;
  }
  /// Writes 32 big-endian bytes.
  constexpr void store_be(std::uint8_t* out) const noexcept {
    for (unsigned i = 0; i < 4; ++i) {
      for (unsigned j = 0; j < 8; ++j) {
        out[8 * i + j] = static_cast<std::uint8_t>(limb[3 - i] >> (56 - 8 * j));
      }
    }
  }
  /// Reads at most 32 big-endian bytes; the caller checks the length.
  [[nodiscard]] static uint256 from_be(std::span<const std::uint8_t> bytes) noexcept;
  /// Decimal, or hexadecimal after "0x"; nothing on an empty text, a foreign character or an
  /// overflow.
  [[nodiscard]] static std::optional<uint256> parse(std::string_view text);

  friend constexpr bool operator==(const uint256& a, const uint256& b) noexcept {
    return ((a.limb[0] ^ b.limb[0]) | (a.limb[1] ^ b.limb[1]) | (a.limb[2] ^ b.limb[2]) |
            (a.limb[3] ^ b.limb[3])) == 0;
  }
  friend constexpr std::strong_ordering operator<=>(const uint256& a, const uint256& b) noexcept {
    for (unsigned i = 4; i-- > 0;) {
      if (a.limb[i] != b.limb[i]) return a.limb[i] <=> b.limb[i];
    }
    return std::strong_ordering::equal;
  }

  friend constexpr uint256 operator+(const uint256& a, const uint256& b) noexcept {
    uint256 out;
    uint128 carry = 0;
    for (unsigned i = 0; i < 4; ++i) {
      carry += static_cast<uint128>(a.limb[i]) + b.limb[i];
      out.limb[i] = static_cast<std::uint64_t>(carry);
      carry >>= 64;
    }
    return out;
  }
  friend constexpr uint256 operator-(const uint256& a, const uint256& b) noexcept {
    uint256 out;
    std::uint64_t borrow = 0;
    for (unsigned i = 0; i < 4; ++i) {
      const uint128 difference = static_cast<uint128>(a.limb[i]) - b.limb[i] - borrow;
      out.limb[i] = static_cast<std::uint64_t>(difference);
      borrow = static_cast<std::uint64_t>(difference >> 64) & 1;
    }
    return out;
  }
  friend constexpr uint256 operator*(const uint256& a, const uint256& b) noexcept {
    uint256 out;
    for (unsigned i = 0; i < 4; ++i) {
      std::uint64_t carry = 0;
      for (unsigned j = 0; i + j < 4; ++j) {
        const uint128 t = static_cast<uint128>(a.limb[i]) * b.limb[j] + out.limb[i + j] + carry;
        out.limb[i + j] = static_cast<std::uint64_t>(t);
        carry = static_cast<std::uint64_t>(t >> 64);
      }
    }
    return out;
  }
  friend uint256 operator/(const uint256& a, const uint256& b) noexcept;
  friend uint256 operator%(const uint256& a, const uint256& b) noexcept;

  friend constexpr uint256 operator&(const uint256& a, const uint256& b) noexcept {
    return {a.limb[0] & b.limb[0], a.limb[1] & b.limb[1], a.limb[2] & b.limb[2],
            a.limb[3] & b.limb[3]};
  }
  friend constexpr uint256 operator|(const uint256& a, const uint256& b) noexcept {
    return {a.limb[0] | b.limb[0], a.limb[1] | b.limb[1], a.limb[2] | b.limb[2],
            a.limb[3] | b.limb[3]};
  }
  friend constexpr uint256 operator^(const uint256& a, const uint256& b) noexcept {
    return {a.limb[0] ^ b.limb[0], a.limb[1] ^ b.limb[1], a.limb[2] ^ b.limb[2],
            a.limb[3] ^ b.limb[3]};
  }
  friend constexpr uint256 operator~(const uint256& a) noexcept {
    return {~a.limb[0], ~a.limb[1], ~a.limb[2], ~a.limb[3]};
  }
  friend constexpr uint256 operator-(const uint256& a) noexcept { return uint256{} - a; }
  friend constexpr uint256 operator<<(const uint256& a, unsigned count) noexcept {
    uint256 out;
    if (count >= 256) return out;
    const unsigned words = count / 64;
    const unsigned bits = count % 64;
    for (unsigned i = 4; i-- > words;) {
      out.limb[i] = a.limb[i - words] << bits;
      if (bits != 0 && i > words) out.limb[i] |= a.limb[i - words - 1] >> (64 - bits);
    }
    return out;
  }
  friend constexpr uint256 operator>>(const uint256& a, unsigned count) noexcept {
    uint256 out;
    if (count >= 256) return out;
    const unsigned words = count / 64;
    const unsigned bits = count % 64;
    for (unsigned i = 0; i + words < 4; ++i) {
      out.limb[i] = a.limb[i + words] >> bits;
      if (bits != 0 && i + words + 1 < 4) out.limb[i] |= a.limb[i + words + 1] << (64 - bits);
    }
    return out;
  }
  constexpr uint256& operator+=(const uint256& b) noexcept { return *this = *this + b; }
  constexpr uint256& operator-=(const uint256& b) noexcept { return *this = *this - b; }
  constexpr uint256& operator*=(const uint256& b) noexcept { return *this = *this * b; }
};

struct Division {
  uint256 quotient;
  uint256 remainder;
};

/// `divisor` must not be zero.
[[nodiscard]] Division divide(const uint256& dividend, const uint256& divisor) noexcept;
/// Two's complement division, truncating toward zero; -2^255 / -1 = -2^255. `divisor` must not be
/// zero.
[[nodiscard]] uint256 signed_divide(const uint256& dividend, const uint256& divisor) noexcept;
/// The remainder has the dividend's sign. `divisor` must not be zero.
[[nodiscard]] uint256 signed_modulo(const uint256& dividend, const uint256& divisor) noexcept;
/// (a + b) mod m without wrapping at 2^256. `m` must not be zero.
[[nodiscard]] uint256 add_mod(const uint256& a, const uint256& b, const uint256& m) noexcept;
/// (a * b) mod m over the 512-bit product. `m` must not be zero.
[[nodiscard]] uint256 mul_mod(const uint256& a, const uint256& b, const uint256& m) noexcept;
/// base^exponent mod 2^256.
[[nodiscard]] uint256 power(uint256 base, uint256 exponent) noexcept;

/// Sum, difference or product, or nothing when it would wrap: for money.
[[nodiscard]] constexpr std::optional<uint256> checked_add(const uint256& a,
                                                           const uint256& b) noexcept {
  const uint256 sum = a + b;
  if (sum < a) return std::nullopt;
  return sum;
}
[[nodiscard]] constexpr std::optional<uint256> checked_sub(const uint256& a,
                                                           const uint256& b) noexcept {
  if (a < b) return std::nullopt;
  return a - b;
}
[[nodiscard]] std::optional<uint256> checked_mul(const uint256& a, const uint256& b) noexcept;

[[nodiscard]] std::string to_decimal(const uint256& value);

}  // namespace datapact

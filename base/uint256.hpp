#pragma once
// 256-bit unsigned words on four little-endian 64-bit limbs, wrapping modulo 2^256 as the EVM does
// (Yellow Paper, appendix H). Division by zero is the caller's to exclude, except where said
// otherwise. Pure.
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace datapact {

__extension__ using uint128 = unsigned __int128;

}  // namespace datapact

namespace datapact::detail {

// Chains of carries are assembly under GCC: version 12 keeps no carry in the flags from one
// statement to the next, and its add-with-carry built-ins store every limb once more than needed.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define DATAPACT_ASM_CARRY 1
#else
#define DATAPACT_ASM_CARRY 0
#endif

/// a + b + carry; the carry, 0 or 1, is replaced by the one out.
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t add_carry(std::uint64_t a,
                                                                    std::uint64_t b,
                                                                    unsigned char& carry) noexcept {
#if DATAPACT_ASM_CARRY
  if (!std::is_constant_evaluated()) {
    unsigned long long sum = 0;
    carry = __builtin_ia32_addcarryx_u64(carry, a, b, &sum);
    return sum;
  }
#endif
  const uint128 sum = static_cast<uint128>(a) + b + carry;
  carry = static_cast<unsigned char>(sum >> 64);
  return static_cast<std::uint64_t>(sum);
}
/// a - b - borrow, likewise.
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t sub_borrow(
    std::uint64_t a, std::uint64_t b, unsigned char& borrow) noexcept {
#if DATAPACT_ASM_CARRY
  if (!std::is_constant_evaluated()) {
    unsigned long long difference = 0;
    borrow = __builtin_ia32_sbb_u64(borrow, a, b, &difference);
    return difference;
  }
#endif
  const uint128 difference = static_cast<uint128>(a) - b - borrow;
  borrow = static_cast<unsigned char>((difference >> 64) & 1);
  return static_cast<std::uint64_t>(difference);
}

/// Adds the product a * b to the two lower limbs of a column sum, wrapping beyond them.
[[gnu::always_inline]] constexpr void add_product(std::uint64_t& low, std::uint64_t& middle,
                                                  std::uint64_t a, std::uint64_t b) noexcept {
  const uint128 product = static_cast<uint128>(a) * b;
  const auto product_low = static_cast<std::uint64_t>(product);
  const auto product_high = static_cast<std::uint64_t>(product >> 64);
#if DATAPACT_ASM_CARRY
  if (!std::is_constant_evaluated()) {
    __asm__("addq %[x], %[low]\n\tadcq %[y], %[middle]"
            : [low] "+&r"(low), [middle] "+r"(middle)
            : [x] "r"(product_low), [y] "r"(product_high)
            : "cc");
    return;
  }
#endif
  unsigned char carry = 0;
  low = add_carry(low, product_low, carry);
  middle = add_carry(middle, product_high, carry);
}
/// The same with a third limb for the carries.
[[gnu::always_inline]] constexpr void add_product(std::uint64_t& low, std::uint64_t& middle,
                                                  std::uint64_t& high, std::uint64_t a,
                                                  std::uint64_t b) noexcept {
  const uint128 product = static_cast<uint128>(a) * b;
  const auto product_low = static_cast<std::uint64_t>(product);
  const auto product_high = static_cast<std::uint64_t>(product >> 64);
#if DATAPACT_ASM_CARRY
  if (!std::is_constant_evaluated()) {
    __asm__("addq %[x], %[low]\n\tadcq %[y], %[middle]\n\tadcq $0, %[high]"
            : [low] "+&r"(low), [middle] "+&r"(middle), [high] "+r"(high)
            : [x] "r"(product_low), [y] "r"(product_high)
            : "cc");
    return;
  }
#endif
  unsigned char carry = 0;
  low = add_carry(low, product_low, carry);
  middle = add_carry(middle, product_high, carry);
  high += carry;
}

[[nodiscard, gnu::always_inline]] constexpr std::uint64_t load_be64(
    const std::uint8_t* in) noexcept {
  if (!std::is_constant_evaluated() && std::endian::native == std::endian::little) {
    std::uint64_t word = 0;
    std::memcpy(&word, in, sizeof(word));
    return __builtin_bswap64(word);
  }
  std::uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) word = (word << 8) | in[i];
  return word;
}
[[gnu::always_inline]] constexpr void store_be64(std::uint8_t* out, std::uint64_t word) noexcept {
  if (!std::is_constant_evaluated() && std::endian::native == std::endian::little) {
    word = __builtin_bswap64(word);
    std::memcpy(out, &word, sizeof(word));
    return;
  }
  for (unsigned i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(word >> (56 - 8 * i));
}

}  // namespace datapact::detail

namespace datapact {

struct uint256 {
  /// Least significant limb first.
  std::uint64_t limb[4]{};

  constexpr uint256() noexcept = default;
  constexpr uint256(std::uint64_t value) noexcept  // NOLINT: a literal is a word
      : limb{value, 0, 0, 0} {}
  constexpr uint256(std::uint64_t l0, std::uint64_t l1, std::uint64_t l2, std::uint64_t l3) noexcept
      : limb{l0, l1, l2, l3} {}

  [[nodiscard]] static constexpr uint256 max() noexcept { return {~0ULL, ~0ULL, ~0ULL, ~0ULL}; }

  [[nodiscard, gnu::always_inline]] constexpr bool is_zero() const noexcept {
    return (limb[0] | limb[1] | limb[2] | limb[3]) == 0;
  }
  [[nodiscard, gnu::always_inline]] constexpr explicit operator bool() const noexcept {
    return !is_zero();
  }
  [[nodiscard, gnu::always_inline]] constexpr bool fits_u64() const noexcept {
    return (limb[1] | limb[2] | limb[3]) == 0;
  }
  [[nodiscard, gnu::always_inline]] constexpr std::uint64_t low_u64() const noexcept {
    return limb[0];
  }
  [[nodiscard, gnu::always_inline]] constexpr bool is_negative() const noexcept {
    return (limb[3] >> 63) != 0;
  }
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
  [[nodiscard, gnu::always_inline]] static constexpr uint256 load_be(
      const std::uint8_t* in) noexcept {
    return {detail::load_be64(in + 24), detail::load_be64(in + 16), detail::load_be64(in + 8),
            detail::load_be64(in)};
  }
  /// Writes 32 big-endian bytes.
  [[gnu::always_inline]] constexpr void store_be(std::uint8_t* out) const noexcept {
    detail::store_be64(out, limb[3]);
    detail::store_be64(out + 8, limb[2]);
    detail::store_be64(out + 16, limb[1]);
    detail::store_be64(out + 24, limb[0]);
  }
  /// Reads at most 32 big-endian bytes; the caller checks the length.
  [[nodiscard]] static uint256 from_be(std::span<const std::uint8_t> bytes) noexcept;
  /// Decimal, or hexadecimal after "0x"; nothing on an empty text, a foreign character or an
  /// overflow.
  [[nodiscard]] static std::optional<uint256> parse(std::string_view text);

  [[gnu::always_inline]] friend constexpr bool operator==(const uint256& a,
                                                          const uint256& b) noexcept {
    return ((a.limb[0] ^ b.limb[0]) | (a.limb[1] ^ b.limb[1]) | (a.limb[2] ^ b.limb[2]) |
            (a.limb[3] ^ b.limb[3])) == 0;
  }
  friend constexpr std::strong_ordering operator<=>(const uint256& a, const uint256& b) noexcept {
    for (unsigned i = 4; i-- > 0;) {
      if (a.limb[i] != b.limb[i]) return a.limb[i] <=> b.limb[i];
    }
    return std::strong_ordering::equal;
  }
  /// By the borrow of a - b: without a branch to mispredict.
  [[gnu::always_inline]] friend constexpr bool operator<(const uint256& a,
                                                         const uint256& b) noexcept {
#if DATAPACT_ASM_CARRY
    if (!std::is_constant_evaluated()) {
      std::uint64_t limb = a.limb[0];
      bool less = false;
      __asm__(
          "cmpq %[b0], %[limb]\n\tmovq %[a1], %[limb]\n\tsbbq %[b1], %[limb]\n\t"
          "movq %[a2], %[limb]\n\tsbbq %[b2], %[limb]\n\t"
          "movq %[a3], %[limb]\n\tsbbq %[b3], %[limb]"
          : [limb] "+&r"(limb), "=@ccb"(less)
          : [a1] "rm"(a.limb[1]), [a2] "rm"(a.limb[2]), [a3] "rm"(a.limb[3]), [b0] "rm"(b.limb[0]),
            [b1] "rm"(b.limb[1]), [b2] "rm"(b.limb[2]), [b3] "rm"(b.limb[3]));
      return less;
    }
#endif
    unsigned char borrow = 0;
    static_cast<void>(detail::sub_borrow(a.limb[0], b.limb[0], borrow));
    static_cast<void>(detail::sub_borrow(a.limb[1], b.limb[1], borrow));
    static_cast<void>(detail::sub_borrow(a.limb[2], b.limb[2], borrow));
    static_cast<void>(detail::sub_borrow(a.limb[3], b.limb[3], borrow));
    return borrow != 0;
  }
  [[gnu::always_inline]] friend constexpr bool operator>(const uint256& a,
                                                         const uint256& b) noexcept {
    return b < a;
  }
  [[gnu::always_inline]] friend constexpr bool operator<=(const uint256& a,
                                                          const uint256& b) noexcept {
    return !(b < a);
  }
  [[gnu::always_inline]] friend constexpr bool operator>=(const uint256& a,
                                                          const uint256& b) noexcept {
    return !(a < b);
  }

  [[gnu::always_inline]] friend constexpr uint256 operator+(const uint256& a,
                                                            const uint256& b) noexcept {
#if DATAPACT_ASM_CARRY
    if (!std::is_constant_evaluated()) {
      std::uint64_t l0 = a.limb[0];
      std::uint64_t l1 = a.limb[1];
      std::uint64_t l2 = a.limb[2];
      std::uint64_t l3 = a.limb[3];
      __asm__(
          "addq %[b0], %[l0]\n\tadcq %[b1], %[l1]\n\tadcq %[b2], %[l2]\n\tadcq %[b3], %[l3]"
          : [l0] "+&r"(l0), [l1] "+&r"(l1), [l2] "+&r"(l2), [l3] "+&r"(l3)
          : [b0] "rm"(b.limb[0]), [b1] "rm"(b.limb[1]), [b2] "rm"(b.limb[2]), [b3] "rm"(b.limb[3])
          : "cc");
      return {l0, l1, l2, l3};
    }
#endif
    unsigned char carry = 0;
    const std::uint64_t l0 = detail::add_carry(a.limb[0], b.limb[0], carry);
    const std::uint64_t l1 = detail::add_carry(a.limb[1], b.limb[1], carry);
    const std::uint64_t l2 = detail::add_carry(a.limb[2], b.limb[2], carry);
    const std::uint64_t l3 = detail::add_carry(a.limb[3], b.limb[3], carry);
    return {l0, l1, l2, l3};
  }
  [[gnu::always_inline]] friend constexpr uint256 operator-(const uint256& a,
                                                            const uint256& b) noexcept {
#if DATAPACT_ASM_CARRY
    if (!std::is_constant_evaluated()) {
      std::uint64_t l0 = a.limb[0];
      std::uint64_t l1 = a.limb[1];
      std::uint64_t l2 = a.limb[2];
      std::uint64_t l3 = a.limb[3];
      __asm__(
          "subq %[b0], %[l0]\n\tsbbq %[b1], %[l1]\n\tsbbq %[b2], %[l2]\n\tsbbq %[b3], %[l3]"
          : [l0] "+&r"(l0), [l1] "+&r"(l1), [l2] "+&r"(l2), [l3] "+&r"(l3)
          : [b0] "rm"(b.limb[0]), [b1] "rm"(b.limb[1]), [b2] "rm"(b.limb[2]), [b3] "rm"(b.limb[3])
          : "cc");
      return {l0, l1, l2, l3};
    }
#endif
    unsigned char borrow = 0;
    const std::uint64_t l0 = detail::sub_borrow(a.limb[0], b.limb[0], borrow);
    const std::uint64_t l1 = detail::sub_borrow(a.limb[1], b.limb[1], borrow);
    const std::uint64_t l2 = detail::sub_borrow(a.limb[2], b.limb[2], borrow);
    const std::uint64_t l3 = detail::sub_borrow(a.limb[3], b.limb[3], borrow);
    return {l0, l1, l2, l3};
  }
  /// Column by column, unrolled; the last column needs no high halves.
  [[gnu::always_inline]] friend constexpr uint256 operator*(const uint256& a,
                                                            const uint256& b) noexcept {
    const uint128 first = static_cast<uint128>(a.limb[0]) * b.limb[0];
    const auto l0 = static_cast<std::uint64_t>(first);
    auto l1 = static_cast<std::uint64_t>(first >> 64);
    std::uint64_t l2 = 0;
    std::uint64_t l3 = 0;
    detail::add_product(l1, l2, a.limb[0], b.limb[1]);
    detail::add_product(l1, l2, l3, a.limb[1], b.limb[0]);
    detail::add_product(l2, l3, a.limb[0], b.limb[2]);
    detail::add_product(l2, l3, a.limb[1], b.limb[1]);
    detail::add_product(l2, l3, a.limb[2], b.limb[0]);
    l3 += a.limb[0] * b.limb[3] + a.limb[1] * b.limb[2] + a.limb[2] * b.limb[1] +
          a.limb[3] * b.limb[0];
    return {l0, l1, l2, l3};
  }
  friend uint256 operator/(const uint256& a, const uint256& b) noexcept;
  friend uint256 operator%(const uint256& a, const uint256& b) noexcept;

  [[gnu::always_inline]] friend constexpr uint256 operator&(const uint256& a,
                                                            const uint256& b) noexcept {
    return {a.limb[0] & b.limb[0], a.limb[1] & b.limb[1], a.limb[2] & b.limb[2],
            a.limb[3] & b.limb[3]};
  }
  [[gnu::always_inline]] friend constexpr uint256 operator|(const uint256& a,
                                                            const uint256& b) noexcept {
    return {a.limb[0] | b.limb[0], a.limb[1] | b.limb[1], a.limb[2] | b.limb[2],
            a.limb[3] | b.limb[3]};
  }
  [[gnu::always_inline]] friend constexpr uint256 operator^(const uint256& a,
                                                            const uint256& b) noexcept {
    return {a.limb[0] ^ b.limb[0], a.limb[1] ^ b.limb[1], a.limb[2] ^ b.limb[2],
            a.limb[3] ^ b.limb[3]};
  }
  [[gnu::always_inline]] friend constexpr uint256 operator~(const uint256& a) noexcept {
    return {~a.limb[0], ~a.limb[1], ~a.limb[2], ~a.limb[3]};
  }
  [[gnu::always_inline]] friend constexpr uint256 operator-(const uint256& a) noexcept {
    return uint256{} - a;
  }
  /// Zero when `count` is 256 or more. By whole limbs, then by bits, on limbs held in registers.
  [[gnu::always_inline]] friend constexpr uint256 operator<<(const uint256& a,
                                                             unsigned count) noexcept {
    if (count >= 256) return {};
    const unsigned bits = count % 64;
    // Two steps, since a shift by 64 is undefined.
    const auto carried = [bits](std::uint64_t low) { return (low >> 1) >> (63 - bits); };
    const std::uint64_t l0 = a.limb[0] << bits;
    const std::uint64_t l1 = (a.limb[1] << bits) | carried(a.limb[0]);
    const std::uint64_t l2 = (a.limb[2] << bits) | carried(a.limb[1]);
    const std::uint64_t l3 = (a.limb[3] << bits) | carried(a.limb[2]);
    switch (count / 64) {
      case 0:
        return {l0, l1, l2, l3};
      case 1:
        return {0, l0, l1, l2};
      case 2:
        return {0, 0, l0, l1};
      default:
        return {0, 0, 0, l0};
    }
  }
  [[gnu::always_inline]] friend constexpr uint256 operator>>(const uint256& a,
                                                             unsigned count) noexcept {
    if (count >= 256) return {};
    const unsigned bits = count % 64;
    const auto carried = [bits](std::uint64_t high) { return (high << 1) << (63 - bits); };
    const std::uint64_t l0 = (a.limb[0] >> bits) | carried(a.limb[1]);
    const std::uint64_t l1 = (a.limb[1] >> bits) | carried(a.limb[2]);
    const std::uint64_t l2 = (a.limb[2] >> bits) | carried(a.limb[3]);
    const std::uint64_t l3 = a.limb[3] >> bits;
    switch (count / 64) {
      case 0:
        return {l0, l1, l2, l3};
      case 1:
        return {l1, l2, l3, 0};
      case 2:
        return {l2, l3, 0, 0};
      default:
        return {l3, 0, 0, 0};
    }
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

#undef DATAPACT_ASM_CARRY

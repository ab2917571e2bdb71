#pragma once
// Inside the room only: arithmetic modulo an odd number below 2^254 in Montgomery form. Every
// operation takes the same steps whatever its operands.
#include "base/uint256.hpp"
#include "crypto/montgomery_adx.hpp"

#include <cstdint>
#include <type_traits>

namespace datapact::crypto::detail {

/// `condition` ? a : b, by mask; `condition` is 0 or 1.
[[nodiscard]] constexpr uint256 select(std::uint64_t condition, const uint256& a,
                                       const uint256& b) noexcept {
  const std::uint64_t mask = 0 - condition;
  uint256 out;
#pragma GCC unroll 4
  for (unsigned i = 0; i < 4; ++i) out.limb[i] = (a.limb[i] & mask) | (b.limb[i] & ~mask);
  return out;
}

/// value - modulus if that is not negative, else value.
[[nodiscard]] constexpr uint256 reduce_once(const uint256& value, const uint256& modulus) noexcept {
  uint256 out;
  unsigned char borrow = 0;
#pragma GCC unroll 4
  for (unsigned i = 0; i < 4; ++i) {
    out.limb[i] = datapact::detail::sub_borrow(value.limb[i], modulus.limb[i], borrow);
  }
  return select(borrow, value, out);
}

/// How products are computed. The results are the same; kAdx needs a CPU with has_adx().
enum class Multiplier : std::uint8_t { kPortable, kAdx };

/// A residue x modulo kModulus, kept as x * 2^256.
template <uint256 kModulus, Multiplier kMultiplier = Multiplier::kPortable>
class Residue {
 public:
  constexpr Residue() noexcept = default;

  /// Any word; it counts modulo the modulus.
  [[nodiscard]] static constexpr Residue from(const uint256& word) noexcept {
    return Residue{multiply(word, kSquaredRadix)};
  }
  [[nodiscard]] static constexpr Residue one() noexcept { return Residue{kRadix}; }
  /// Below the modulus.
  [[nodiscard]] constexpr uint256 value() const noexcept { return multiply(word_, uint256{1}); }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return word_.is_zero(); }

  friend constexpr bool operator==(const Residue&, const Residue&) noexcept = default;
  friend constexpr Residue operator+(const Residue& a, const Residue& b) noexcept {
    return Residue{reduce_once(a.word_ + b.word_, kModulus)};
  }
  friend constexpr Residue operator-(const Residue& a, const Residue& b) noexcept {
    unsigned char borrow = 0;
    uint256 difference;
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; ++i) {
      difference.limb[i] = datapact::detail::sub_borrow(a.word_.limb[i], b.word_.limb[i], borrow);
    }
    return Residue{difference + detail::select(borrow, kModulus, uint256{})};
  }
  friend constexpr Residue operator*(const Residue& a, const Residue& b) noexcept {
    return Residue{multiply(a.word_, b.word_)};
  }
  /// a * b + c * d, for less than the two products apart.
  [[nodiscard]] static constexpr Residue dot(const Residue& a, const Residue& b, const Residue& c,
                                             const Residue& d) noexcept {
#if defined(__x86_64__)
    if (kMultiplier == Multiplier::kAdx && !std::is_constant_evaluated()) {
      Residue out;
      montgomery_dot(out.word_.limb, a.word_.limb, b.word_.limb, c.word_.limb, d.word_.limb,
                     kAdxModulus);
      return out;
    }
#endif
    return a * b + c * d;
  }
  [[nodiscard]] static constexpr Residue select(std::uint64_t condition, const Residue& a,
                                                const Residue& b) noexcept {
    return Residue{detail::select(condition, a.word_, b.word_)};
  }
  /// 1/x for a prime modulus by Fermat's little theorem, and 0 for 0.
  [[nodiscard]] constexpr Residue inverse() const noexcept {
    const uint256 exponent = kModulus - uint256{2};
    Residue out = one();
    for (unsigned i = 254; i-- > 0;) {
      out = out * out;
      // The exponent is public: branching on it tells nothing.
      if (exponent.bit(i)) out = out * *this;
    }
    return out;
  }

 private:
  static_assert((kModulus.limb[0] & 1) == 1);
  static_assert(kModulus.bit_length() <= 254);

  constexpr explicit Residue(const uint256& word) noexcept : word_(word) {}

  /// -1 / modulus mod 2^64, by Newton's iteration.
  static constexpr std::uint64_t kNegativeInverse = [] {
    std::uint64_t inverse = 1;
    for (int i = 0; i < 6; ++i) inverse *= 2 - kModulus.limb[0] * inverse;
    return 0 - inverse;
  }();
  /// 2^exponent mod modulus.
  static constexpr uint256 power_of_two(unsigned exponent) noexcept {
    uint256 out{1};
    for (unsigned i = 0; i < exponent; ++i) out = reduce_once(out + out, kModulus);
    return out;
  }
  static constexpr uint256 kRadix = power_of_two(256);
  static constexpr uint256 kSquaredRadix = power_of_two(512);
  static constexpr MontgomeryModulus kAdxModulus{
      {kModulus.limb[0], kModulus.limb[1], kModulus.limb[2], kModulus.limb[3]}, kNegativeInverse};

  [[gnu::always_inline]] static constexpr uint256 multiply(const uint256& a,
                                                           const uint256& b) noexcept {
#if defined(__x86_64__)
    if (kMultiplier == Multiplier::kAdx && !std::is_constant_evaluated()) {
      uint256 out;
      montgomery_multiply(out.limb, a.limb, b.limb, kAdxModulus);
      return out;
    }
#endif
    return multiply_portable(a, b);
  }

  /// a * b / 2^256 mod modulus (Montgomery's product, coarsely integrated operand scanning). `b`
  /// must be below the modulus; `a` may be any word. Without a carry limb: the modulus leaves two
  /// bits free.
  [[gnu::always_inline]] static constexpr uint256 multiply_portable(const uint256& a,
                                                                    const uint256& b) noexcept {
    std::uint64_t t[5]{};
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; ++i) {  // NOLINT(modernize-loop-convert): unrolled by its count
      uint128 sum = static_cast<uint128>(a.limb[i]) * b.limb[0] + t[0];
      const std::uint64_t factor = static_cast<std::uint64_t>(sum) * kNegativeInverse;
      uint128 reduced =
          static_cast<uint128>(factor) * kModulus.limb[0] + static_cast<std::uint64_t>(sum);
#pragma GCC unroll 4
      for (unsigned j = 1; j < 4; ++j) {
        sum = static_cast<uint128>(a.limb[i]) * b.limb[j] + t[j] + (sum >> 64);
        reduced = static_cast<uint128>(factor) * kModulus.limb[j] +
                  static_cast<std::uint64_t>(sum) + (reduced >> 64);
        t[j - 1] = static_cast<std::uint64_t>(reduced);
      }
      t[3] = static_cast<std::uint64_t>(sum >> 64) + static_cast<std::uint64_t>(reduced >> 64);
    }
    return reduce_once(uint256{t[0], t[1], t[2], t[3]}, kModulus);
  }

  uint256 word_;
};

}  // namespace datapact::crypto::detail

#include "base/uint256.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace datapact {
namespace {

struct Wide {
  std::uint64_t limb[8]{};
};

/// Column by column, as operator* does it.
Wide multiply_full(const uint256& a, const uint256& b) noexcept {
  Wide out;
  std::uint64_t low = 0;
  std::uint64_t middle = 0;
  std::uint64_t high = 0;
  const auto finish_column = [&](unsigned column) {
    out.limb[column] = low;
    low = middle;
    middle = high;
    high = 0;
  };
  detail::add_product(low, middle, a.limb[0], b.limb[0]);
  finish_column(0);
  detail::add_product(low, middle, high, a.limb[0], b.limb[1]);
  detail::add_product(low, middle, high, a.limb[1], b.limb[0]);
  finish_column(1);
  detail::add_product(low, middle, high, a.limb[0], b.limb[2]);
  detail::add_product(low, middle, high, a.limb[1], b.limb[1]);
  detail::add_product(low, middle, high, a.limb[2], b.limb[0]);
  finish_column(2);
  detail::add_product(low, middle, high, a.limb[0], b.limb[3]);
  detail::add_product(low, middle, high, a.limb[1], b.limb[2]);
  detail::add_product(low, middle, high, a.limb[2], b.limb[1]);
  detail::add_product(low, middle, high, a.limb[3], b.limb[0]);
  finish_column(3);
  detail::add_product(low, middle, high, a.limb[1], b.limb[3]);
  detail::add_product(low, middle, high, a.limb[2], b.limb[2]);
  detail::add_product(low, middle, high, a.limb[3], b.limb[1]);
  finish_column(4);
  detail::add_product(low, middle, high, a.limb[2], b.limb[3]);
  detail::add_product(low, middle, high, a.limb[3], b.limb[2]);
  finish_column(5);
  detail::add_product(low, middle, a.limb[3], b.limb[3]);
  out.limb[6] = low;
  out.limb[7] = middle;
  return out;
}

/// A two-limb number divided by one limb, where the quotient fits a limb (high < divisor).
struct LimbDivision {
  std::uint64_t quotient;
  std::uint64_t remainder;
};
LimbDivision divide_limbs(std::uint64_t high, std::uint64_t low, std::uint64_t divisor) noexcept {
#if defined(__x86_64__)
  // One instruction, where the compiler would call a general 128-bit division.
  LimbDivision out{};
  __asm__("divq %[divisor]"
          : "=a"(out.quotient), "=d"(out.remainder)
          : [divisor] "r"(divisor), "a"(low), "d"(high)
          : "cc");
  return out;
#else
  const uint128 dividend = (static_cast<uint128>(high) << 64) | low;
  return {static_cast<std::uint64_t>(dividend / divisor),
          static_cast<std::uint64_t>(dividend % divisor)};
#endif
}

unsigned limbs_used(const std::uint64_t* limbs, unsigned count) noexcept {
  while (count > 0 && limbs[count - 1] == 0) --count;
  return count;
}

/// u -= q * v over N limbs; returns what is to be taken from the limb above.
template <unsigned N>
[[gnu::always_inline]] inline std::uint64_t subtract_multiple(std::uint64_t* u,
                                                              const std::uint64_t* v,
                                                              std::uint64_t q) noexcept {
  std::uint64_t carry = 0;
#pragma GCC unroll 4
  for (unsigned i = 0; i < N; ++i) {
    const uint128 product = static_cast<uint128>(q) * v[i] + carry;
    const auto low = static_cast<std::uint64_t>(product);
    carry = static_cast<std::uint64_t>(product >> 64) + (u[i] < low ? 1U : 0U);
    u[i] -= low;
  }
  return carry;
}

template <unsigned N>
void add_back(std::uint64_t* u, const std::uint64_t* v) noexcept {
  unsigned char carry = 0;
  for (unsigned i = 0; i < N; ++i) u[i] = detail::add_carry(u[i], v[i], carry);
}

/// Division by a constant two-limb divisor with its highest bit set: N. Möller, T. Granlund,
/// "Improved division by invariant integers" (IEEE Transactions on Computers, 2011), algorithms 4
/// and 6. One division instruction for the reciprocal, two products for each quotient digit.
class TwoLimbDivisor {
 public:
  TwoLimbDivisor(std::uint64_t high, std::uint64_t low) noexcept
      : divisor_(join(high, low)), reciprocal_(divide_limbs(~high, ~0ULL, high).quotient) {
    std::uint64_t p = high * reciprocal_ + low;
    if (p < low) {
      --reciprocal_;
      if (p >= high) {
        --reciprocal_;
        p -= high;
      }
      p -= high;
    }
    const uint128 t = static_cast<uint128>(reciprocal_) * low;
    p += static_cast<std::uint64_t>(t >> 64);
    if (p < static_cast<std::uint64_t>(t >> 64)) {
      --reciprocal_;
      if (join(p, static_cast<std::uint64_t>(t)) >= divisor_) --reciprocal_;
    }
  }

  [[nodiscard]] uint128 divisor() const noexcept { return divisor_; }

  struct Digit {
    std::uint64_t quotient;
    uint128 remainder;
  };
  /// (u2 u1 u0) divided by the divisor, which is above (u2 u1).
  [[nodiscard, gnu::always_inline]] Digit divide(std::uint64_t u2, std::uint64_t u1,
                                                 std::uint64_t u0) const noexcept {
    const auto d1 = static_cast<std::uint64_t>(divisor_ >> 64);
    const auto d0 = static_cast<std::uint64_t>(divisor_);
    const uint128 estimate = static_cast<uint128>(reciprocal_) * u2 + join(u2, u1);
    auto quotient = static_cast<std::uint64_t>(estimate >> 64);
    const std::uint64_t r1 = u1 - quotient * d1;
    uint128 remainder = join(r1, u0) - static_cast<uint128>(d0) * quotient - divisor_;
    ++quotient;
    // Taken half the time: as arithmetic, since a branch would be mispredicted.
    const bool too_large =
        static_cast<std::uint64_t>(remainder >> 64) >= static_cast<std::uint64_t>(estimate);
    const std::uint64_t mask = 0 - static_cast<std::uint64_t>(too_large);
    quotient += mask;
    remainder += join(d1 & mask, d0 & mask);
    if (remainder >= divisor_) [[unlikely]] {
      ++quotient;
      remainder -= divisor_;
    }
    return {quotient, remainder};
  }

 private:
  [[nodiscard]] static uint128 join(std::uint64_t high, std::uint64_t low) noexcept {
    return (static_cast<uint128>(high) << 64) | low;
  }

  uint128 divisor_;
  std::uint64_t reciprocal_;
};

/// Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D, on 64-bit digits, with a divisor
/// `v` of N limbs whose highest bit is set. `u` has `m` + 1 limbs, the highest below the divisor's,
/// and becomes the remainder; `quotient` gets m - N + 1 limbs.
template <unsigned N>
void divide_digits(std::uint64_t* u, unsigned m, const std::uint64_t* v,
                   std::uint64_t* quotient) noexcept {
  const TwoLimbDivisor top{v[N - 1], v[N - 2]};
  for (unsigned j = m - N + 1; j-- > 0;) {
    std::uint64_t* const part = u + j;
    const uint128 leading = (static_cast<uint128>(part[N]) << 64) | part[N - 1];
    if (leading == top.divisor()) [[unlikely]] {
      // The greatest digit is then the right one.
      quotient[j] = ~0ULL;
      part[N] -= subtract_multiple<N>(part, v, ~0ULL);
      continue;
    }
    auto [digit, rest] = top.divide(part[N], part[N - 1], part[N - 2]);
    bool is_negative = false;
    if constexpr (N > 2) {
      const std::uint64_t borrow = subtract_multiple<N - 2>(part, v, digit);
      is_negative = rest < borrow;
      rest -= borrow;
    }
    part[N - 2] = static_cast<std::uint64_t>(rest);
    part[N - 1] = static_cast<std::uint64_t>(rest >> 64);
    if (is_negative) [[unlikely]] {
      add_back<N>(part, v);
      --digit;
    }
    quotient[j] = digit;
  }
}

std::uint64_t divide_by_limb(std::uint64_t* u, unsigned m, std::uint64_t divisor) noexcept {
  std::uint64_t remainder = 0;
  for (unsigned i = m; i-- > 0;) {
    const LimbDivision step = divide_limbs(remainder, u[i], divisor);
    u[i] = step.quotient;
    remainder = step.remainder;
  }
  return remainder;
}

/// `dividend` has `m` limbs, the highest not zero, and becomes the quotient; the remainder is
/// returned.
uint256 divide_in_place(std::uint64_t* dividend, unsigned m, const uint256& divisor) noexcept {
  const unsigned n = limbs_used(divisor.limb, 4);
  PRECONDITION(n != 0);
  if (n == 1) return uint256{divide_by_limb(dividend, m, divisor.limb[0])};
  uint256 remainder;
  if (m < n) {
    std::copy_n(dividend, m, remainder.limb);
    std::fill_n(dividend, m, 0);
    return remainder;
  }

  const auto shift = static_cast<unsigned>(std::countl_zero(divisor.limb[n - 1]));
  // Two steps, since a shift by 64 is undefined.
  const auto carried = [shift](std::uint64_t low) { return (low >> 1) >> (63 - shift); };
  const uint256 v = divisor << shift;
  std::uint64_t u[9];
  u[0] = dividend[0] << shift;
  for (unsigned i = 1; i < m; ++i) u[i] = (dividend[i] << shift) | carried(dividend[i - 1]);
  u[m] = carried(dividend[m - 1]);
  if (n == 2) divide_digits<2>(u, m, v.limb, dividend);
  if (n == 3) divide_digits<3>(u, m, v.limb, dividend);
  if (n == 4) divide_digits<4>(u, m, v.limb, dividend);
  std::fill_n(dividend + (m - n + 1), n - 1, 0);
  std::copy_n(u, n, remainder.limb);
  return remainder >> shift;
}

/// Copies limb by limb: a wide load of a word that was just written in four parts would wait for
/// the stores to leave the store buffer.
[[gnu::always_inline]] inline uint256 by_limbs(const uint256& word) noexcept {
  return {word.limb[0], word.limb[1], word.limb[2], word.limb[3]};
}

[[gnu::always_inline]] inline uint256 negate_if(const uint256& value, bool condition) noexcept {
  return condition ? -value : by_limbs(value);
}

/// Short ways first.
[[gnu::always_inline]] inline Division divide_quickly(const uint256& dividend,
                                                      const uint256& divisor) noexcept {
  if (dividend < divisor) return {.quotient = uint256{}, .remainder = by_limbs(dividend)};
  if (dividend.fits_u64()) {
    return {.quotient = uint256{dividend.limb[0] / divisor.limb[0]},
            .remainder = uint256{dividend.limb[0] % divisor.limb[0]}};
  }
  PRECONDITION(!divisor.is_zero());
  // Compilers of old shift right by dividing by powers of two.
  const uint256 mask = divisor - uint256{1};
  if ((divisor & mask).is_zero()) {
    return {.quotient = dividend >> (divisor.bit_length() - 1), .remainder = dividend & mask};
  }
  Division out{.quotient = by_limbs(dividend), .remainder = uint256{}};
  out.remainder = divide_in_place(out.quotient.limb, limbs_used(dividend.limb, 4), divisor);
  return out;
}

}  // namespace

uint256 uint256::from_be(std::span<const std::uint8_t> bytes) noexcept {
  PRECONDITION(bytes.size() <= 32);
  std::uint8_t padded[32]{};
  std::ranges::copy(bytes, padded + (32 - bytes.size()));
  return load_be(padded);
}

std::optional<uint256> uint256::parse(std::string_view text) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (is_hex) text.remove_prefix(2);
  if (text.empty()) return std::nullopt;
  const uint256 radix{is_hex ? 16U : 10U};
  uint256 out;
  for (const char c : text) {
    unsigned digit = 16;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (is_hex && c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a' + 10);
    if (is_hex && c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A' + 10);
    if (digit >= radix.low_u64()) return std::nullopt;
    const auto product = checked_mul(out, radix);
    if (!product) return std::nullopt;
    const auto sum = checked_add(*product, uint256{digit});
    if (!sum) return std::nullopt;
    out = *sum;
  }
  return out;
}

Division divide(const uint256& dividend, const uint256& divisor) noexcept {
  return divide_quickly(dividend, divisor);
}

uint256 operator/(const uint256& a, const uint256& b) noexcept {
  return by_limbs(divide_quickly(a, b).quotient);
}
uint256 operator%(const uint256& a, const uint256& b) noexcept {
  return by_limbs(divide_quickly(a, b).remainder);
}

uint256 signed_divide(const uint256& dividend, const uint256& divisor) noexcept {
  const uint256 magnitude = divide_quickly(negate_if(dividend, dividend.is_negative()),
                                           negate_if(divisor, divisor.is_negative()))
                                .quotient;
  return negate_if(magnitude, dividend.is_negative() != divisor.is_negative());
}

uint256 signed_modulo(const uint256& dividend, const uint256& divisor) noexcept {
  const uint256 magnitude = divide_quickly(negate_if(dividend, dividend.is_negative()),
                                           negate_if(divisor, divisor.is_negative()))
                                .remainder;
  return negate_if(magnitude, dividend.is_negative());
}

uint256 add_mod(const uint256& a, const uint256& b, const uint256& m) noexcept {
  const uint256 sum = a + b;
  const bool wraps = sum < a;
  if (a < m && b < m) {
    const uint256 reduced = sum - m;
    return wraps || sum >= m ? reduced : sum;
  }
  std::uint64_t wide[5]{};
  std::copy_n(sum.limb, 4, wide);
  wide[4] = wraps ? 1 : 0;
  return divide_in_place(wide, limbs_used(wide, 5), m);
}

uint256 mul_mod(const uint256& a, const uint256& b, const uint256& m) noexcept {
  Wide product = multiply_full(a, b);
  return divide_in_place(product.limb, limbs_used(product.limb, 8), m);
}

uint256 power(uint256 base, uint256 exponent) noexcept {
  uint256 out{1};
  // Bounded: the exponent loses a bit each time, at most 256.
  while (!exponent.is_zero()) {
    if ((exponent.limb[0] & 1) != 0) out *= base;
    base *= base;
    exponent = exponent >> 1;
  }
  return out;
}

std::optional<uint256> checked_mul(const uint256& a, const uint256& b) noexcept {
  const Wide product = multiply_full(a, b);
  if (limbs_used(product.limb, 8) > 4) return std::nullopt;
  return uint256{product.limb[0], product.limb[1], product.limb[2], product.limb[3]};
}

std::string to_decimal(const uint256& value) {
  std::string out;
  uint256 rest = value;
  do {
    const std::uint64_t digit = divide_by_limb(rest.limb, 4, 10);
    out.push_back(static_cast<char>('0' + digit));
  } while (!rest.is_zero());
  std::ranges::reverse(out);
  return out;
}

}  // namespace datapact

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

Wide multiply_full(const uint256& a, const uint256& b) noexcept {
  Wide out;
  for (unsigned i = 0; i < 4; ++i) {
    std::uint64_t carry = 0;
    for (unsigned j = 0; j < 4; ++j) {
      const uint128 t = static_cast<uint128>(a.limb[i]) * b.limb[j] + out.limb[i + j] + carry;
      out.limb[i + j] = static_cast<std::uint64_t>(t);
      carry = static_cast<std::uint64_t>(t >> 64);
    }
    out.limb[i + 4] = carry;
  }
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

/// u[j..j+n] -= q * v[0..n); returns true when the result went negative.
bool subtract_multiple(std::uint64_t* u, const std::uint64_t* v, unsigned n,
                       std::uint64_t q) noexcept {
  std::uint64_t carry = 0;
  std::uint64_t borrow = 0;
  for (unsigned i = 0; i < n; ++i) {
    const uint128 product = static_cast<uint128>(q) * v[i] + carry;
    carry = static_cast<std::uint64_t>(product >> 64);
    const uint128 t = static_cast<uint128>(u[i]) - static_cast<std::uint64_t>(product) - borrow;
    u[i] = static_cast<std::uint64_t>(t);
    borrow = static_cast<std::uint64_t>(t >> 64) & 1;
  }
  const uint128 t = static_cast<uint128>(u[n]) - carry - borrow;
  u[n] = static_cast<std::uint64_t>(t);
  return ((t >> 64) & 1) != 0;
}

void add_back(std::uint64_t* u, const std::uint64_t* v, unsigned n) noexcept {
  std::uint64_t carry = 0;
  for (unsigned i = 0; i < n; ++i) {
    const uint128 t = static_cast<uint128>(u[i]) + v[i] + carry;
    u[i] = static_cast<std::uint64_t>(t);
    carry = static_cast<std::uint64_t>(t >> 64);
  }
  u[n] += carry;
}

/// Quotient digit estimate of Knuth's algorithm D, step D3: at most one too large after the
/// correction.
std::uint64_t estimate_digit(const std::uint64_t* u, const std::uint64_t* v, unsigned n) noexcept {
  if (u[n] >= v[n - 1]) return ~0ULL;
  const LimbDivision top = divide_limbs(u[n], u[n - 1], v[n - 1]);
  uint128 q = top.quotient;
  uint128 r = top.remainder;
  while (q * v[n - 2] > ((r << 64) | u[n - 2])) {
    --q;
    r += v[n - 1];
    if ((r >> 64) != 0) break;
  }
  return static_cast<std::uint64_t>(q);
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

/// Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D, on 64-bit digits. `dividend` has
/// `m` limbs and becomes the quotient; the remainder is returned.
uint256 divide_in_place(std::uint64_t* dividend, unsigned m, const uint256& divisor) noexcept {
  const unsigned n = limbs_used(divisor.limb, 4);
  PRECONDITION(n != 0);
  if (n == 1) return uint256{divide_by_limb(dividend, m, divisor.limb[0])};

  const auto shift = static_cast<unsigned>(std::countl_zero(divisor.limb[n - 1]));
  const uint256 v = divisor << shift;
  std::uint64_t u[9]{};
  for (unsigned i = 0; i < m; ++i) {
    u[i] |= dividend[i] << shift;
    if (shift != 0) u[i + 1] = dividend[i] >> (64 - shift);
    dividend[i] = 0;
  }
  for (unsigned j = m >= n ? m - n + 1 : 0; j-- > 0;) {
    std::uint64_t q = estimate_digit(u + j, v.limb, n);
    if (subtract_multiple(u + j, v.limb, n, q)) {
      add_back(u + j, v.limb, n);
      --q;
    }
    dividend[j] = q;
  }
  uint256 remainder;
  std::copy_n(u, 4, remainder.limb);
  return remainder >> shift;
}

uint256 negate_if(const uint256& value, bool condition) noexcept {
  return condition ? -value : value;
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
  if (dividend < divisor) return {.quotient = uint256{}, .remainder = dividend};
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
  Division out{.quotient = dividend, .remainder = uint256{}};
  out.remainder = divide_in_place(out.quotient.limb, limbs_used(dividend.limb, 4), divisor);
  return out;
}

uint256 operator/(const uint256& a, const uint256& b) noexcept { return divide(a, b).quotient; }
uint256 operator%(const uint256& a, const uint256& b) noexcept { return divide(a, b).remainder; }

uint256 signed_divide(const uint256& dividend, const uint256& divisor) noexcept {
  const uint256 magnitude =
      negate_if(dividend, dividend.is_negative()) / negate_if(divisor, divisor.is_negative());
  return negate_if(magnitude, dividend.is_negative() != divisor.is_negative());
}

uint256 signed_modulo(const uint256& dividend, const uint256& divisor) noexcept {
  const uint256 magnitude =
      negate_if(dividend, dividend.is_negative()) % negate_if(divisor, divisor.is_negative());
  return negate_if(magnitude, dividend.is_negative());
}

uint256 add_mod(const uint256& a, const uint256& b, const uint256& m) noexcept {
  std::uint64_t wide[5]{};
  const uint256 sum = a + b;
  std::copy_n(sum.limb, 4, wide);
  wide[4] = sum < a ? 1 : 0;
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

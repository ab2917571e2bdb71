// The operations of bn254.hpp on points and scalars that are no secret.
#include "base/uint256.hpp"
#include "crypto/bn254.hpp"
#include "crypto/bn254_curve.hpp"
#include "crypto/bn254_digits.hpp"
#include "crypto/montgomery.hpp"
#include "crypto/montgomery_adx.hpp"
#include "crypto/public_inverse.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace datapact::crypto::bn254 {
namespace {

using crypto::detail::Multiplier;
template <Multiplier kMultiplier>
using Field = crypto::detail::Residue<kFieldPrime, kMultiplier>;
using detail::Projective;

template <class F>
F inverse(const F& value) {
  return F::from(crypto::detail::public_inverse(value.value(), kFieldPrime));
}

/// A third point of a line through two: the chord, or the tangent.
template <class F>
G1 add_finite(const G1& a, const G1& b) {
  const F ax = F::from(a.x);
  const F ay = F::from(a.y);
  const F bx = F::from(b.x);
  F slope;
  if (a.x != b.x) {
    slope = (F::from(b.y) - ay) * inverse(bx - ax);
  } else if (a.y == b.y) {
    const F xx = ax * ax;
    // No point has y = 0: the order is odd.
    slope = (xx + xx + xx) * inverse(ay + ay);
  } else {
    return {};
  }
  const F x = slope * slope - ax - bx;
  return {.x = x.value(), .y = (slope * (ax - x) - ay).value()};
}

/// A scalar as first + kLambda * second, each half as long (Gallant, Lambert, Vanstone: Faster
/// Point Multiplication on Elliptic Curves with Efficient Endomorphisms, 2001).
struct Halves {
  uint128 first = 0;
  uint128 second = 0;
  bool is_second_negative = false;
};

/// (kBeta * x, y) is the multiple of (x, y) by kLambda; both are cube roots of one.
constexpr uint256 kBeta{0x5763473177fffffe, 0xd4f263f1acdb5c4f, 0x59e26bcea0d48bac, 0};
constexpr uint256 kLambda{0x8b17ea66b99c90dd, 0x5bfc41088d8daaa7, 0xb3c4d79d41a91758, 0};
/// (kShort, -kLong) and (kLonger, kShort) span the pairs (a, b) with a + b * kLambda = 0; with the
/// curve's parameter u they are 2u + 1, 6u^2 + 2u and 6u^2 + 4u + 1.
constexpr uint256 kShort{0x89d3256894d213e3};
constexpr uint256 kLong{0x8211bbeb7d4f1128, 0x6f4d8248eeb859fc, 0, 0};
constexpr uint256 kLonger{0x0be4e1541221250b, 0x6f4d8248eeb859fd, 0, 0};
static_assert(kShort * kShort == kGroupOrder - kLong * kLonger);
using Scalar = crypto::detail::Residue<kGroupOrder>;
static_assert(Scalar::from(kLong) * Scalar::from(kLambda) == Scalar::from(kShort));
static_assert((Scalar{} - Scalar::from(kShort)) * Scalar::from(kLambda) == Scalar::from(kLonger));

/// a * b / 2^256.
uint256 high_product(const uint256& a, const uint256& b) noexcept {
  std::array<std::uint64_t, 8> limbs{};
  for (std::size_t i = 0; i < 4; ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      const uint128 sum = static_cast<uint128>(a.limb[i]) * b.limb[j] + limbs[i + j] + carry;
      limbs[i + j] = static_cast<std::uint64_t>(sum);
      carry = static_cast<std::uint64_t>(sum >> 64);
    }
    limbs[i + 4] = carry;
  }
  return {limbs[4], limbs[5], limbs[6], limbs[7]};
}

uint128 low_half(const uint256& value) noexcept {
  return (static_cast<uint128>(value.limb[1]) << 64) | value.limb[0];
}

/// The scalar minus a near multiple of both vectors. Rounding down, and the quotients being at
/// most one too small, leave the first part in [0, 2^128) and the second in (-2^128, 2^128).
Halves split(const uint256& scalar) noexcept {
  // 2^256 * kShort / kGroupOrder and 2^256 * kLong / kGroupOrder.
  constexpr uint256 kShortQuotient{0xd91d232ec7e0b3d7, 0x0000000000000002, 0x0000000000000000,
                                   0x0000000000000000};
  constexpr uint256 kLongQuotient{0x7a7bd9d4391eb18d, 0x4ccef014a773d2cf, 0x0000000000000002,
                                  0x0000000000000000};
  const uint256 c1 = high_product(scalar, kShortQuotient);
  const uint256 c2 = high_product(scalar, kLongQuotient);
  const uint256 first = scalar - c1 * kShort - c2 * kLonger;
  const uint256 second = c1 * kLong - c2 * kShort;
  const bool is_negative = second.is_negative();
  return {.first = low_half(first),
          .second = low_half(is_negative ? uint256{} - second : second),
          .is_second_negative = is_negative};
}

constexpr unsigned kWindow = 5;
constexpr std::size_t kDigits = 130;
constexpr std::size_t kTableSize = 1U << (kWindow - 2);
template <class F>
using Table = std::array<Projective<F>, kTableSize>;

/// point, 3 * point, 5 * point, ...
template <class F>
Table<F> odd_multiples(const Projective<F>& point) noexcept {
  Table<F> out{point};
  const Projective<F> two = twice(point);
  for (std::size_t i = 1; i < out.size(); ++i) out[i] = sum(out[i - 1], two);
  return out;
}

template <class F>
Projective<F> times_digit(const Table<F>& table, int digit) noexcept {
  if (digit > 0) return table[static_cast<std::size_t>(digit / 2)];
  return negated(table[static_cast<std::size_t>(-digit / 2)]);
}

template <class F>
G1 multiply(const G1& point, const Halves& halves) {
  const Table<F> table = odd_multiples<F>({F::from(point.x), F::from(point.y), F::one()});
  Table<F> second_table = table;
  const F beta = F::from(kBeta);
  for (Projective<F>& entry : second_table) {
    entry.x = entry.x * beta;
    if (halves.is_second_negative) entry = negated(entry);
  }
  const auto first = detail::signed_digits<kWindow, kDigits>(halves.first);
  const auto second = detail::signed_digits<kWindow, kDigits>(halves.second);
  Projective<F> out;
  for (std::size_t i = kDigits; i-- > 0;) {
    out = twice(out);
    if (first[i] != 0) out = sum(out, times_digit(table, first[i]));
    if (second[i] != 0) out = sum(out, times_digit(second_table, second[i]));
  }
  const F z = inverse(out.z);
  return {.x = (out.x * z).value(), .y = (out.y * z).value()};
}

}  // namespace

G1 add(const G1& a, const G1& b) {
  if (a.is_infinity()) return b;
  if (b.is_infinity()) return a;
#if defined(__x86_64__)
  if (crypto::detail::has_adx()) return add_finite<Field<Multiplier::kAdx>>(a, b);
#endif
  return add_finite<Field<Multiplier::kPortable>>(a, b);
}

G1 mul_public(const G1& point, const uint256& scalar) {
  if (point.is_infinity()) return point;
  const Halves halves = split(to_scalar(scalar));
#if defined(__x86_64__)
  if (crypto::detail::has_adx()) return multiply<Field<Multiplier::kAdx>>(point, halves);
#endif
  return multiply<Field<Multiplier::kPortable>>(point, halves);
}

}  // namespace datapact::crypto::bn254

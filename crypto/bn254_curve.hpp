#pragma once
// Inside the room only: points of BN254's curve y^2 = x^3 + 3 over F and of its sextic twist
// y^2 = x^3 + 3 / xi over Fp2, by formulas that know no special cases.
#include "crypto/bn254_tower.hpp"

namespace datapact::crypto::bn254::detail {

/// The constant of the twist.
template <class F>
inline constexpr Fp2<F> kTwistB = [] {
  const F inverse = F::from(uint256{82}).inverse();
  return Fp2<F>{F::from(uint256{27}) * inverse, F{} - F::from(uint256{3}) * inverse};
}();

/// Three times the curve's constant, 9, times the value.
template <class F>
[[nodiscard]] constexpr F times_b3(const F& value) noexcept {
  const F twice = value + value;
  const F four_times = twice + twice;
  return four_times + four_times + value;
}
template <class F>
[[nodiscard]] constexpr Fp2<F> times_b3(const Fp2<F>& value) noexcept {
  constexpr Fp2<F> kThrice = kTwistB<F> + kTwistB<F> + kTwistB<F>;
  return value * kThrice;
}

/// (X : Y : Z) for x = X/Z, y = Y/Z; infinity is (0 : 1 : 0).
template <class F>
struct Projective {
  F x;
  F y = F::one();
  F z;
};

template <class F>
[[nodiscard]] constexpr bool is_same_point(const Projective<F>& a,
                                           const Projective<F>& b) noexcept {
  return a.x * b.z == b.x * a.z && a.y * b.z == b.y * a.z;
}

/// Renes, Costello, Batina: Complete addition formulas for prime order elliptic curves (2016),
/// algorithm 7. Right for all pairs of points of odd order, equal and infinite ones included.
template <class F>
[[nodiscard]] constexpr Projective<F> sum(const Projective<F>& a, const Projective<F>& b) noexcept {
  const F xx = a.x * b.x;
  const F yy = a.y * b.y;
  const F zz = a.z * b.z;
  const F xy = (a.x + a.y) * (b.x + b.y) - (xx + yy);
  const F yz = (a.y + a.z) * (b.y + b.z) - (yy + zz);
  const F xz = (a.x + a.z) * (b.x + b.z) - (xx + zz);
  const F xx3 = xx + xx + xx;
  const F bzz = times_b3(zz);
  const F plus = yy + bzz;
  const F minus = yy - bzz;
  const F bxz = times_b3(xz);
  return {xy * minus - yz * bxz, bxz * xx3 + minus * plus, plus * yz + xx3 * xy};
}

/// The same paper's algorithm 9.
template <class F>
[[nodiscard]] constexpr Projective<F> twice(const Projective<F>& a) noexcept {
  const F yy = a.y * a.y;
  const F yy2 = yy + yy;
  const F yy4 = yy2 + yy2;
  const F yy8 = yy4 + yy4;
  const F bzz = times_b3(a.z * a.z);
  const F rest = yy - (bzz + bzz + bzz);
  const F half_x = rest * (a.x * a.y);
  return {half_x + half_x, bzz * yy8 + rest * (yy + bzz), (a.y * a.z) * yy8};
}

template <class F>
[[nodiscard]] constexpr Projective<F> negated(const Projective<F>& a) noexcept {
  return {a.x, F{} - a.y, a.z};
}

}  // namespace datapact::crypto::bn254::detail

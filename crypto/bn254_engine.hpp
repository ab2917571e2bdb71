#pragma once
// Inside the room only: the optimal ate pairing of BN254 (Vercauteren, Optimal Pairings, 2008) over
// a field F, which is one of the multipliers of montgomery.hpp. Instantiated in bn254_pairing.cpp;
// not constant time.
#include "crypto/bn254_curve.hpp"
#include "crypto/bn254_digits.hpp"
#include "crypto/bn254_pairing.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace datapact::crypto::bn254::detail {

/// The parameter of which the prime and the order are polynomials.
inline constexpr std::uint64_t kCurveParameter = 0x44e992b44a6909f1;

/// The map of the twist that raising coordinates to the power of p on the curve above makes.
template <class F>
[[nodiscard]] constexpr Fp2<F> frobenius_x(const Fp2<F>& x) noexcept {
  constexpr Fp2<F> kFactor = kFrobeniusOfW<F> * kFrobeniusOfW<F>;
  return x.conjugate() * kFactor;
}
template <class F>
[[nodiscard]] constexpr Fp2<F> frobenius_y(const Fp2<F>& y) noexcept {
  constexpr Fp2<F> kFactor = kFrobeniusOfW<F> * kFrobeniusOfW<F> * kFrobeniusOfW<F>;
  return y.conjugate() * kFactor;
}
template <class F>
[[nodiscard]] constexpr Projective<Fp2<F>> frobenius(const Projective<Fp2<F>>& point) noexcept {
  return {frobenius_x(point.x), frobenius_y(point.y), point.z.conjugate()};
}

template <class F>
[[nodiscard]] Projective<Fp2<F>> times_parameter(const Projective<Fp2<F>>& point) noexcept {
  constexpr auto kDigits = signed_digits<2, 64>(kCurveParameter);
  const Projective<Fp2<F>> minus = negated(point);
  Projective<Fp2<F>> out;
  for (std::size_t i = kDigits.size(); i-- > 0;) {
    out = twice(out);
    if (kDigits[i] != 0) out = sum(out, kDigits[i] > 0 ? point : minus);
  }
  return out;
}

/// El Housni, Guillevic, Piellard: Co-factor clearing and subgroup membership testing on
/// pairing-friendly curves (2022), section 4.3: [u+1]P + psi([u]P) + psi^2([u]P) = psi^3([2u]P)
/// holds in the subgroup alone. A quarter of the time of a multiplication by the order.
template <class F>
[[nodiscard]] bool is_in_subgroup(const Projective<Fp2<F>>& point) noexcept {
  const Projective<Fp2<F>> multiple = times_parameter<F>(point);
  const Projective<Fp2<F>> once = frobenius(multiple);
  const Projective<Fp2<F>> left = sum(sum(point, multiple), sum(once, frobenius(once)));
  return is_same_point(left, frobenius(frobenius(frobenius(twice(multiple)))));
}

/// One pair on its way through the Miller loop: the lines through a running multiple of q, taken at
/// p. The formulas are Aranha et al., Faster Explicit Formulas for Computing Pairings over
/// Ordinary Curves (2010), section 4, in coordinates times four, which saves the halvings.
template <class F>
class MillerPair {
 public:
  explicit MillerPair(const PointPair& pair) noexcept
      : p_x_(F::from(pair.p.x)),
        p_y_(F::from(pair.p.y)),
        q_x_{F::from(pair.q.x.real), F::from(pair.q.x.imaginary)},
        q_y_{F::from(pair.q.y.real), F::from(pair.q.y.imaginary)},
        multiple_{q_x_, q_y_, Fp2<F>::one()} {}

  /// Doubles the multiple; the tangent.
  [[nodiscard]] Line<F> doubling() noexcept {
    constexpr Fp2<F> kThriceB = kTwistB<F> + kTwistB<F> + kTwistB<F>;
    auto& [x, y, z] = multiple_;
    const Fp2<F> xx = x.squared();
    const Fp2<F> yy = y.squared();
    const Fp2<F> zz = z.squared();
    const Fp2<F> bzz = zz * kThriceB;
    const Fp2<F> twice_xy = (x + y).squared() - xx - yy;
    const Fp2<F> twice_yz = (y + z).squared() - yy - zz;
    const Fp2<F> bzz3 = bzz + bzz + bzz;
    const Fp2<F> square = bzz.squared().doubled();
    const Line<F> line{twice_yz * p_y_, (xx + xx + xx) * (F{} - p_x_), yy - bzz};
    x = twice_xy * (yy - bzz3);
    y = (yy + bzz3).squared() - (square + square + square).doubled();
    z = (yy * twice_yz).doubled().doubled();
    return line;
  }
  /// Adds q, or its negative, to the multiple; the line through both.
  [[nodiscard]] Line<F> addition(bool is_negative) noexcept {
    return add(q_x_, is_negative ? Fp2<F>{} - q_y_ : q_y_);
  }
  /// The two lines after the loop: through psi(q) and -psi^2(q).
  [[nodiscard]] std::array<Line<F>, 2> last_additions() noexcept {
    const Fp2<F> x1 = frobenius_x(q_x_);
    const Fp2<F> y1 = frobenius_y(q_y_);
    const Line<F> first = add(x1, y1);
    return {first, add(frobenius_x(x1), Fp2<F>{} - frobenius_y(y1))};
  }

 private:
  [[nodiscard]] Line<F> add(const Fp2<F>& q_x, const Fp2<F>& q_y) noexcept {
    auto& [x, y, z] = multiple_;
    const Fp2<F> rise = y - q_y * z;
    const Fp2<F> run = x - q_x * z;
    const Fp2<F> run2 = run.squared();
    const Fp2<F> run3 = run2 * run;
    const Fp2<F> x_run2 = x * run2;
    const Fp2<F> sum = run3 + z * rise.squared() - x_run2.doubled();
    x = run * sum;
    y = (x_run2 - sum) * rise - y * run3;
    z = z * run3;
    return {run * p_y_, rise * (F{} - p_x_), q_x * rise - q_y * run};
  }

  F p_x_;
  F p_y_;
  Fp2<F> q_x_;
  Fp2<F> q_y_;
  Projective<Fp2<F>> multiple_;
};

/// The product of all pairs' Miller functions, whose squarings they share.
template <class F>
[[nodiscard]] Fp12<F> miller_loop(std::span<const PointPair> pairs) {
  constexpr auto kDigits = signed_digits<2, 66>(uint128{6} * kCurveParameter + 2);
  static_assert(kDigits.back() == 1);
  std::vector<MillerPair<F>> running;
  running.reserve(pairs.size());
  for (const PointPair& pair : pairs) {
    // Infinity pairs to one.
    if (!pair.p.is_infinity() && !pair.q.is_infinity()) running.emplace_back(pair);
  }
  Fp12<F> out = Fp12<F>::one();
  for (std::size_t i = kDigits.size() - 1; i-- > 0;) {
    out = out.squared();
    for (MillerPair<F>& pair : running) {
      out = out * pair.doubling();
      if (kDigits[i] != 0) out = out * pair.addition(kDigits[i] < 0);
    }
  }
  for (MillerPair<F>& pair : running) {
    for (const Line<F>& line : pair.last_additions()) out = out * line;
  }
  return out;
}

/// To the power of the curve's parameter, in the cyclotomic subgroup.
template <class F>
[[nodiscard]] Fp12<F> power_of_parameter(const Fp12<F>& base) noexcept {
  constexpr auto kDigits = signed_digits<4, 64>(kCurveParameter);
  const Fp12<F> square = base.cyclotomic_squared();
  std::array<Fp12<F>, 4> odd_powers{base};
  for (std::size_t i = 1; i < odd_powers.size(); ++i) odd_powers[i] = odd_powers[i - 1] * square;
  Fp12<F> out = Fp12<F>::one();
  for (std::size_t i = kDigits.size(); i-- > 0;) {
    out = out.cyclotomic_squared();
    if (kDigits[i] > 0) out = out * odd_powers[static_cast<std::size_t>(kDigits[i] / 2)];
    if (kDigits[i] < 0) {
      out = out * odd_powers[static_cast<std::size_t>(-kDigits[i] / 2)].conjugate();
    }
  }
  return out;
}

/// To a multiple, prime to the order, of (p^12 - 1) / order: Fuentes-Castaneda, Knapp,
/// Rodriguez-Henriquez, Faster hashing to G2 (2011), section 5.1. A zero cannot come here: lines
/// take no zero at points of the other group.
template <class F>
[[nodiscard]] Fp12<F> final_exponentiation(const Fp12<F>& value) noexcept {
  const Fp12<F> unitary = value.conjugate() * value.inverse();
  const Fp12<F> f = unitary.frobenius().frobenius() * unitary;

  const Fp12<F> f_2u = power_of_parameter<F>(f).cyclotomic_squared();
  const Fp12<F> f_6u = f_2u.cyclotomic_squared() * f_2u;
  const Fp12<F> f_6u2 = power_of_parameter<F>(f_6u);
  const Fp12<F> f_12u3 = power_of_parameter<F>(f_6u2.cyclotomic_squared());
  const Fp12<F> a = f_12u3 * f_6u2 * f_6u;
  const Fp12<F> b = a * f_2u.conjugate();
  return a * f_6u2 * f * b.frobenius() * a.frobenius().frobenius() *
         (b * f.conjugate()).frobenius().frobenius().frobenius();
}

}  // namespace datapact::crypto::bn254::detail

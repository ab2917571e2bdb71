#pragma once
// Inside the room only: the fields above BN254's prime field F, up to the one pairings live in.
//   Fp2 = F[i] / (i^2 + 1),  Fp6 = Fp2[v] / (v^3 - xi),  Fp12 = Fp6[w] / (w^2 - v),  xi = 9 + i
// Sources: EIP-197; Devegili et al., Multiplication and Squaring on Pairing-Friendly Fields (2006);
// Granger, Scott, Faster Squaring in the Cyclotomic Subgroup (2010). Steps do not depend on values.
#include "crypto/bn254.hpp"

#include <array>

namespace datapact::crypto::bn254::detail {

/// c0 + c1 * i.
template <class F>
struct Fp2 {
  F c0;
  F c1;

  [[nodiscard]] static constexpr Fp2 one() noexcept { return {F::one(), F{}}; }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return c0.is_zero() && c1.is_zero(); }
  [[nodiscard]] constexpr Fp2 conjugate() const noexcept { return {c0, F{} - c1}; }
  [[nodiscard]] constexpr Fp2 doubled() const noexcept { return *this + *this; }
  [[nodiscard, gnu::noinline]] constexpr Fp2 squared() const noexcept {
    return {(c0 + c1) * (c0 - c1), (c0 + c0) * c1};
  }
  [[nodiscard]] constexpr Fp2 inverse() const noexcept {
    const F norm = F::dot(c0, c0, c1, c1).inverse();
    return {c0 * norm, (F{} - c1) * norm};
  }
  /// Times xi.
  [[nodiscard]] constexpr Fp2 times_xi() const noexcept {
    const Fp2 eight = doubled().doubled().doubled();
    return {eight.c0 + c0 - c1, eight.c1 + c1 + c0};
  }

  friend constexpr bool operator==(const Fp2&, const Fp2&) noexcept = default;
  friend constexpr Fp2 operator+(const Fp2& a, const Fp2& b) noexcept {
    return {a.c0 + b.c0, a.c1 + b.c1};
  }
  friend constexpr Fp2 operator-(const Fp2& a, const Fp2& b) noexcept {
    return {a.c0 - b.c0, a.c1 - b.c1};
  }
  // Hundreds of these make a pairing: inlined they would not fit the instruction cache.
  [[gnu::noinline]] friend constexpr Fp2 operator*(const Fp2& a, const Fp2& b) noexcept {
    return {F::dot(a.c0, b.c0, F{} - a.c1, b.c1), F::dot(a.c0, b.c1, a.c1, b.c0)};
  }
  friend constexpr Fp2 operator*(const Fp2& a, const F& b) noexcept { return {a.c0 * b, a.c1 * b}; }
};

/// c0 + c1 * v + c2 * v^2.
template <class F>
struct Fp6 {
  Fp2<F> c0;
  Fp2<F> c1;
  Fp2<F> c2;

  [[nodiscard]] static constexpr Fp6 one() noexcept { return {Fp2<F>::one(), {}, {}}; }
  [[nodiscard]] constexpr Fp6 negated() const noexcept { return Fp6{} - *this; }
  [[nodiscard]] constexpr Fp6 times_v() const noexcept { return {c2.times_xi(), c0, c1}; }
  [[nodiscard]] constexpr Fp6 inverse() const noexcept {
    const Fp2<F> t0 = c0.squared() - (c1 * c2).times_xi();
    const Fp2<F> t1 = c2.squared().times_xi() - c0 * c1;
    const Fp2<F> t2 = c1.squared() - c0 * c2;
    const Fp2<F> norm = (c0 * t0 + (c2 * t1 + c1 * t2).times_xi()).inverse();
    return {t0 * norm, t1 * norm, t2 * norm};
  }

  friend constexpr bool operator==(const Fp6&, const Fp6&) noexcept = default;
  friend constexpr Fp6 operator+(const Fp6& a, const Fp6& b) noexcept {
    return {a.c0 + b.c0, a.c1 + b.c1, a.c2 + b.c2};
  }
  friend constexpr Fp6 operator-(const Fp6& a, const Fp6& b) noexcept {
    return {a.c0 - b.c0, a.c1 - b.c1, a.c2 - b.c2};
  }
  friend constexpr Fp6 operator*(const Fp6& a, const Fp6& b) noexcept {
    const Fp2<F> p0 = a.c0 * b.c0;
    const Fp2<F> p1 = a.c1 * b.c1;
    const Fp2<F> p2 = a.c2 * b.c2;
    return {p0 + ((a.c1 + a.c2) * (b.c1 + b.c2) - p1 - p2).times_xi(),
            (a.c0 + a.c1) * (b.c0 + b.c1) - p0 - p1 + p2.times_xi(),
            (a.c0 + a.c2) * (b.c0 + b.c2) - p0 - p2 + p1};
  }
  friend constexpr Fp6 operator*(const Fp6& a, const Fp2<F>& b) noexcept {
    return {a.c0 * b, a.c1 * b, a.c2 * b};
  }
  /// Times b0 + b1 * v.
  [[nodiscard]] constexpr Fp6 times_sparse(const Fp2<F>& b0, const Fp2<F>& b1) const noexcept {
    const Fp2<F> p0 = c0 * b0;
    const Fp2<F> p1 = c1 * b1;
    return {p0 + (c2 * b1).times_xi(), (c0 + c1) * (b0 + b1) - p0 - p1, c2 * b0 + p1};
  }
};

/// What a line through points of the twist takes at a point of the curve: c0 + c1 * w + c3 * w^3.
template <class F>
struct Line {
  Fp2<F> c0;
  Fp2<F> c1;
  Fp2<F> c3;
};

/// xi^((p - 1) / 6), with which Frobenius multiplies w.
template <class F>
inline constexpr Fp2<F> kFrobeniusOfW{
    F::from({0xd60b35dadcc9e470, 0x5c521e08292f2176, 0xe8b99fdd76e68b60, 0x1284b71c2865a7df}),
    F::from({0xca5cf05f80f362ac, 0x747992778eeec7e5, 0xa6327cfe12150b8e, 0x246996f3b4fae7e6})};

/// c0 + c1 * w.
template <class F>
struct Fp12 {
  Fp6<F> c0;
  Fp6<F> c1;

  [[nodiscard]] static constexpr Fp12 one() noexcept { return {Fp6<F>::one(), {}}; }
  /// To the power of p^6; in the cyclotomic subgroup the inverse.
  [[nodiscard]] constexpr Fp12 conjugate() const noexcept { return {c0, c1.negated()}; }
  [[nodiscard]] constexpr Fp12 inverse() const noexcept {
    const Fp6<F> norm = (c0 * c0 - (c1 * c1).times_v()).inverse();
    return {c0 * norm, (c1 * norm).negated()};
  }
  [[nodiscard]] constexpr Fp12 squared() const noexcept {
    const Fp6<F> product = c0 * c1;
    return {(c0 + c1) * (c0 + c1.times_v()) - product - product.times_v(), product + product};
  }
  [[nodiscard]] constexpr Fp12 cyclotomic_squared() const noexcept;
  /// To the power of p.
  [[nodiscard]] constexpr Fp12 frobenius() const noexcept;

  friend constexpr bool operator==(const Fp12&, const Fp12&) noexcept = default;
  friend constexpr Fp12 operator*(const Fp12& a, const Fp12& b) noexcept {
    const Fp6<F> p0 = a.c0 * b.c0;
    const Fp6<F> p1 = a.c1 * b.c1;
    return {p0 + p1.times_v(), (a.c0 + a.c1) * (b.c0 + b.c1) - p0 - p1};
  }
  friend constexpr Fp12 operator*(const Fp12& a, const Line<F>& b) noexcept {
    const Fp6<F> p0 = a.c0 * b.c0;
    const Fp6<F> p1 = a.c1.times_sparse(b.c1, b.c3);
    return {p0 + p1.times_v(), (a.c0 + a.c1).times_sparse(b.c0 + b.c1, b.c3) - p0 - p1};
  }
};

/// For members of the cyclotomic subgroup only, which everything after the easy part of the final
/// exponentiation is.
template <class F>
constexpr Fp12<F> Fp12<F>::cyclotomic_squared() const noexcept {
  // The square of a + b * s in Fp4 = Fp2[s] / (s^2 - xi), as its two parts.
  const auto square = [](const Fp2<F>& a, const Fp2<F>& b) {
    const Fp2<F> aa = a.squared();
    const Fp2<F> bb = b.squared();
    return std::array{aa + bb.times_xi(), (a + b).squared() - aa - bb};
  };
  const auto minus = [](const Fp2<F>& t, const Fp2<F>& c) { return (t - c).doubled() + t; };
  const auto plus = [](const Fp2<F>& t, const Fp2<F>& c) { return (t + c).doubled() + t; };
  const auto t0 = square(c0.c0, c1.c1);
  const auto t1 = square(c1.c0, c0.c2);
  const auto t2 = square(c0.c1, c1.c2);
  return {{minus(t0[0], c0.c0), minus(t1[0], c0.c1), minus(t2[0], c0.c2)},
          {plus(t2[1].times_xi(), c1.c0), plus(t0[1], c1.c1), plus(t1[1], c1.c2)}};
}

template <class F>
constexpr Fp12<F> Fp12<F>::frobenius() const noexcept {
  constexpr Fp2<F> k1 = kFrobeniusOfW<F>;
  constexpr Fp2<F> k2 = k1 * k1;
  constexpr Fp2<F> k3 = k2 * k1;
  constexpr Fp2<F> k4 = k2 * k2;
  constexpr Fp2<F> k5 = k4 * k1;
  return {{c0.c0.conjugate(), c0.c1.conjugate() * k2, c0.c2.conjugate() * k4},
          {c1.c0.conjugate() * k1, c1.c1.conjugate() * k3, c1.c2.conjugate() * k5}};
}

}  // namespace datapact::crypto::bn254::detail

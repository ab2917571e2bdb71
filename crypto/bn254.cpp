#include "crypto/bn254.hpp"

#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "crypto/bn254_curve.hpp"
#include "crypto/montgomery.hpp"
#include "crypto/montgomery_adx.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace datapact::crypto::bn254 {
namespace {

using crypto::detail::Multiplier;
using detail::Projective;
using Scalar = crypto::detail::Residue<kGroupOrder>;
using Field = crypto::detail::Residue<kFieldPrime>;

template <class F>
Projective<F> to_projective(const G1& point) noexcept {
  const auto is_infinity = static_cast<std::uint64_t>(point.is_infinity());
  return {F::from(point.x), F::select(is_infinity, F::one(), F::from(point.y)),
          F::select(is_infinity, F{}, F::one())};
}

// Infinity has Z = 0, whose "inverse" is 0, which gives (0, 0) as it should.
template <class F>
G1 to_affine(const Projective<F>& point) noexcept {
  const F inverse = point.z.inverse();
  return {(point.x * inverse).value(), (point.y * inverse).value()};
}

constexpr unsigned kWindowBits = 4;
constexpr unsigned kWindowSize = 1U << kWindowBits;

/// table[index], reading every entry.
template <class F>
Projective<F> lookup(const Projective<F>* table, std::uint64_t index) noexcept {
  Projective<F> out;
  for (std::uint64_t i = 0; i < kWindowSize; ++i) {
    const std::uint64_t difference = i ^ index;
    const std::uint64_t equal = 1 ^ ((difference | (0 - difference)) >> 63);
    out.x = F::select(equal, table[i].x, out.x);
    out.y = F::select(equal, table[i].y, out.y);
    out.z = F::select(equal, table[i].z, out.z);
  }
  return out;
}

template <class F>
G1 multiply(const G1& point, const uint256& scalar) noexcept {
  Projective<F> table[kWindowSize];
  table[1] = to_projective<F>(point);
  for (unsigned i = 2; i < kWindowSize; ++i) table[i] = sum(table[i - 1], table[1]);
  Projective<F> out;
  for (unsigned shift = 256; shift != 0;) {
    shift -= kWindowBits;
    for (unsigned i = 0; i < kWindowBits; ++i) out = twice(out);
    const std::uint64_t window = (scalar.limb[shift / 64] >> (shift % 64)) & (kWindowSize - 1);
    out = sum(out, lookup(table, window));
  }
  return to_affine(out);
}

}  // namespace

std::optional<G1> decode_g1(ByteView bytes) noexcept {
  if (bytes.size() != 64) return std::nullopt;
  const G1 point{uint256::load_be(bytes.data()), uint256::load_be(bytes.data() + 32)};
  if (point.x >= kFieldPrime || point.y >= kFieldPrime) return std::nullopt;
  if (point.is_infinity()) return point;
  constexpr Field kCurveB = Field::from(uint256{3});
  const Field x = Field::from(point.x);
  const Field y = Field::from(point.y);
  if (y * y != x * x * x + kCurveB) return std::nullopt;
  return point;
}

std::array<std::uint8_t, 64> encode(const G1& point) noexcept {
  std::array<std::uint8_t, 64> out{};
  point.x.store_be(out.data());
  point.y.store_be(out.data() + 32);
  return out;
}

G1 negate(const G1& point) noexcept {
  return {.x = point.x, .y = (Field{} - Field::from(point.y)).value()};
}

G1 mul(const G1& point, const uint256& scalar) noexcept {
#if defined(__x86_64__)
  if (crypto::detail::has_adx()) {
    return multiply<crypto::detail::Residue<kFieldPrime, Multiplier::kAdx>>(point, scalar);
  }
#endif
  return multiply<Field>(point, scalar);
}

uint256 scalar_add(const uint256& a, const uint256& b) noexcept {
  return (Scalar::from(a) + Scalar::from(b)).value();
}
uint256 scalar_sub(const uint256& a, const uint256& b) noexcept {
  return (Scalar::from(a) - Scalar::from(b)).value();
}
uint256 scalar_mul(const uint256& a, const uint256& b) noexcept {
  return (Scalar::from(a) * Scalar::from(b)).value();
}
uint256 to_scalar(const uint256& word) noexcept { return Scalar::from(word).value(); }

}  // namespace datapact::crypto::bn254

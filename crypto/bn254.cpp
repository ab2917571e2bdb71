#include "crypto/bn254.hpp"

#include "crypto/bn254_curve.hpp"
#include "crypto/montgomery.hpp"

namespace datapact::crypto::bn254 {
namespace {

using Field = crypto::detail::Residue<kFieldPrime>;
using Scalar = crypto::detail::Residue<kGroupOrder>;

using Projective = detail::Projective<Field>;

constexpr Field kCurveB = Field::from(uint256{3});

Projective to_projective(const G1& point) noexcept {
  const auto is_infinity = static_cast<std::uint64_t>(point.is_infinity());
  return {Field::from(point.x), Field::select(is_infinity, Field::one(), Field::from(point.y)),
          Field::select(is_infinity, Field{}, Field::one())};
}

// Infinity has Z = 0, whose "inverse" is 0, which gives (0, 0) as it should.
G1 to_affine(const Projective& point) noexcept {
  const Field inverse = point.z.inverse();
  return {(point.x * inverse).value(), (point.y * inverse).value()};
}

constexpr unsigned kWindowBits = 4;
constexpr unsigned kWindowSize = 1U << kWindowBits;

/// table[index], reading every entry.
Projective lookup(const Projective* table, std::uint64_t index) noexcept {
  Projective out;
  for (std::uint64_t i = 0; i < kWindowSize; ++i) {
    const std::uint64_t difference = i ^ index;
    const std::uint64_t equal = 1 ^ ((difference | (0 - difference)) >> 63);
    out.x = Field::select(equal, table[i].x, out.x);
    out.y = Field::select(equal, table[i].y, out.y);
    out.z = Field::select(equal, table[i].z, out.z);
  }
  return out;
}

}  // namespace

std::optional<G1> decode_g1(ByteView bytes) noexcept {
  if (bytes.size() != 64) return std::nullopt;
  const G1 point{uint256::load_be(bytes.data()), uint256::load_be(bytes.data() + 32)};
  if (point.x >= kFieldPrime || point.y >= kFieldPrime) return std::nullopt;
  if (point.is_infinity()) return point;
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

G1 negate(const G1& point) noexcept { return {point.x, (Field{} - Field::from(point.y)).value()}; }

G1 mul(const G1& point, const uint256& scalar) noexcept {
  Projective table[kWindowSize];
  table[1] = to_projective(point);
  for (unsigned i = 2; i < kWindowSize; ++i) table[i] = sum(table[i - 1], table[1]);
  Projective out;
  for (unsigned shift = 256; shift != 0;) {
    shift -= kWindowBits;
    for (unsigned i = 0; i < kWindowBits; ++i) out = detail::twice(out);
    const std::uint64_t window = (scalar.limb[shift / 64] >> (shift % 64)) & (kWindowSize - 1);
    out = sum(out, lookup(table, window));
  }
  return to_affine(out);
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

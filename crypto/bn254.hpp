#pragma once
// The group G1 of the curve BN254 (alt_bn128, EIP-196): y^2 = x^3 + 3 over the prime field, of
// prime order. Pure, thread-safe.
//
// Time: `mul` takes the same steps for every scalar (a fixed number of doublings and additions,
// operands chosen by mask, complete formulas with no special cases). `decode_g1`, `add` and
// `mul_public` take time that depends on their operands: do not give them a secret.
#include "base/types.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace datapact::crypto::bn254 {

inline constexpr uint256 kFieldPrime{0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d,
                                     0x30644e72e131a029};
/// The prime order of G1, the modulus of scalars.
inline constexpr uint256 kGroupOrder{0x43e1f593f0000001, 0x2833e84879b97091, 0xb85045b68181585d,
                                     0x30644e72e131a029};

/// An affine point of the curve, or infinity, written (0, 0). Made by this header's functions only.
struct G1 {
  uint256 x;
  uint256 y;

  [[nodiscard]] constexpr bool is_infinity() const noexcept { return x.is_zero() && y.is_zero(); }
  friend constexpr bool operator==(const G1&, const G1&) noexcept = default;
};

[[nodiscard]] constexpr G1 generator() noexcept { return {uint256{1}, uint256{2}}; }

/// x and y as 64 big-endian bytes: nothing when the length differs, a coordinate is not below the
/// prime, or the point is not on the curve. (0, 0) is infinity.
[[nodiscard]] std::optional<G1> decode_g1(ByteView bytes) noexcept;
[[nodiscard]] std::array<std::uint8_t, 64> encode(const G1& point) noexcept;

[[nodiscard]] G1 add(const G1& a, const G1& b);
[[nodiscard]] G1 negate(const G1& point) noexcept;
/// scalar * point; the scalar may be any word and counts modulo the order.
[[nodiscard]] G1 mul(const G1& point, const uint256& scalar) noexcept;
/// The same, several times faster, where neither is a secret.
[[nodiscard]] G1 mul_public(const G1& point, const uint256& scalar);

/// Arithmetic modulo the group's order; operands may be any words.
[[nodiscard]] uint256 scalar_add(const uint256& a, const uint256& b) noexcept;
[[nodiscard]] uint256 scalar_sub(const uint256& a, const uint256& b) noexcept;
[[nodiscard]] uint256 scalar_mul(const uint256& a, const uint256& b) noexcept;
/// The word modulo the order.
[[nodiscard]] uint256 to_scalar(const uint256& word) noexcept;

}  // namespace datapact::crypto::bn254

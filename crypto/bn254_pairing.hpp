#pragma once
// The pairing of BN254 (alt_bn128, EIP-197): of the curve's group G1 with the group G2 of the same
// order on its twist. Pure, thread-safe, not constant time: for public points only.
#include "crypto/bn254.hpp"

#include <optional>
#include <span>

namespace datapact::crypto::bn254 {

/// real + imaginary * i in the prime field's quadratic extension by i^2 = -1.
struct Quadratic {
  uint256 real;
  uint256 imaginary;

  friend constexpr bool operator==(const Quadratic&, const Quadratic&) noexcept = default;
};

/// An affine point of the twist y^2 = x^3 + 3 / (9 + i) in the subgroup of kGroupOrder, or
/// infinity, written as zeros. Made by decode_g2 and the generator only.
struct G2 {
  Quadratic x;
  Quadratic y;

  [[nodiscard]] constexpr bool is_infinity() const noexcept { return *this == G2{}; }
  friend constexpr bool operator==(const G2&, const G2&) noexcept = default;
};

/// x and y as 128 big-endian bytes, imaginary parts first: nothing when the length differs, a
/// number is not below the prime, or the point is not on the twist or not in the subgroup. Zeros
/// are infinity.
[[nodiscard]] std::optional<G2> decode_g2(ByteView bytes) noexcept;
[[nodiscard]] std::array<std::uint8_t, 128> encode(const G2& point) noexcept;

struct PointPair {
  G1 p;
  G2 q;
};

/// Whether the product of the pairs' pairings is one; that of no pairs is. Takes time in
/// proportion to the number of pairs.
[[nodiscard]] bool pairing_product_is_one(std::span<const PointPair> pairs);

}  // namespace datapact::crypto::bn254

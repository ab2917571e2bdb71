#pragma once
// The curve BLS12-381 as EIP-2537 gives it to contracts. Pure, thread-safe, not constant time: for
// public points only.
//
// Encodings (big-endian): a number of the prime field in 64 bytes, of which the first 16 are zero;
// a pair of such for its extension, real part first; x and y of an affine point, zeros for
// infinity. A function answers nothing when its input has another length, a number is not below
// the prime, or a point is not on its curve; where noted, also when it is not in the subgroup of
// prime order.
#include "base/bytes.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace datapact::crypto::bls12_381 {

inline constexpr std::size_t kFieldSize = 64;
inline constexpr std::size_t kG1Size = 128;
inline constexpr std::size_t kG2Size = 256;
inline constexpr std::size_t kScalarSize = 32;

using G1Bytes = std::array<std::uint8_t, kG1Size>;
using G2Bytes = std::array<std::uint8_t, kG2Size>;

/// The sum of two points of the curve, in the subgroup or not.
[[nodiscard]] std::optional<G1Bytes> g1_add(ByteView points);
[[nodiscard]] std::optional<G2Bytes> g2_add(ByteView points);

/// The sum of scalar * point over one or more pairs, each a point in the subgroup and a scalar of
/// kScalarSize bytes, any word.
[[nodiscard]] std::optional<G1Bytes> g1_msm(ByteView pairs);
[[nodiscard]] std::optional<G2Bytes> g2_msm(ByteView pairs);

/// Whether the product of the pairings of one or more pairs is one; both points of each pair, first
/// that of G1, must be in their subgroups.
[[nodiscard]] std::optional<bool> pairing_product_is_one(ByteView pairs);

/// RFC 9380's map to the curve of one number, cofactor cleared.
[[nodiscard]] std::optional<G1Bytes> map_to_g1(ByteView number);
[[nodiscard]] std::optional<G2Bytes> map_to_g2(ByteView number);

}  // namespace datapact::crypto::bls12_381

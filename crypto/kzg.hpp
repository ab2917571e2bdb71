#pragma once
// KZG commitments to the polynomials of blobs (EIP-4844): the check of an opening at one point, for
// which the trusted setup's [tau]G2 is enough. Pure, thread-safe, not constant time.
#include "base/bytes.hpp"

#include <cstddef>

namespace datapact::crypto::kzg {

inline constexpr std::size_t kCommitmentSize = 48;
inline constexpr std::size_t kScalarSize = 32;

/// All big-endian; points compressed.
struct Opening {
  ByteView commitment;
  ByteView z;
  ByteView y;
  ByteView proof;
};

/// Whether `proof` shows that the committed polynomial takes the value y at z. False also when a
/// part has another length, a point is not one of G1, or z or y is not below the group's order.
[[nodiscard]] bool verify(const Opening& opening);

}  // namespace datapact::crypto::kzg

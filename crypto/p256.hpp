#pragma once
#include "base/types.hpp"

namespace datapact::crypto::p256 {

struct Signature {
  uint256 r;
  uint256 s;
};
struct PublicKey {
  uint256 x;
  uint256 y;
};

/// ECDSA over NIST P-256 as EIP-7951 asks: false when r or s is outside [1, n), a coordinate is not
/// below the prime, or the key is no point of the curve. Accepts high s. Thread-safe.
[[nodiscard]] bool verify(const Hash256& hash, const Signature& signature, const PublicKey& key);

}  // namespace datapact::crypto::p256

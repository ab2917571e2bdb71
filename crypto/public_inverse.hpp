#pragma once
// Inside the room only: inverses of numbers that are no secret.
#include "base/uint256.hpp"

namespace datapact::crypto::detail {

/// 1 / value modulo a prime above it, and 0 for 0. A sixth of the time of a power, but time that
/// depends on the value.
[[nodiscard]] uint256 public_inverse(const uint256& value, const uint256& prime);

}  // namespace datapact::crypto::detail

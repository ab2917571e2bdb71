#pragma once
#include "base/types.hpp"

namespace datapact::crypto {

/// HMAC (RFC 2104) over SHA-256. Thread-safe.
[[nodiscard]] Hash256 hmac_sha256(ByteView key, ByteView message);

}  // namespace datapact::crypto

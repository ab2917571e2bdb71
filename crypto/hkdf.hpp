#pragma once
#include "base/bytes.hpp"
#include "crypto/hmac.hpp"  // IWYU pragma: export

#include <cstddef>

namespace datapact::crypto {

/// HKDF (RFC 5869) over SHA-256: extract from the input keying material with the salt, then expand
/// by `info` to `length` bytes, at most 8,160. Thread-safe.
[[nodiscard]] Bytes hkdf_sha256(ByteView ikm, ByteView salt, ByteView info, std::size_t length);

}  // namespace datapact::crypto

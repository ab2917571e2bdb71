#pragma once
#include "base/bytes.hpp"
#include "base/fixed_bytes.hpp"

namespace datapact::crypto {

using Aes128Key = FixedBytes<struct Aes128KeyTag, 16>;
using AesCounter = FixedBytes<struct AesCounterTag, 16>;

/// AES-128 in counter mode (NIST SP 800-38A), the whole 16 bytes counting big-endian. Encryption
/// and decryption are the same. Thread-safe.
[[nodiscard]] Bytes aes128_ctr(const Aes128Key& key, const AesCounter& counter, ByteView data);

}  // namespace datapact::crypto

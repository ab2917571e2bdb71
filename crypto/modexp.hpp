#pragma once
#include "base/bytes.hpp"

namespace datapact::crypto {

/// base^exponent mod modulus, all big-endian of any length, in exactly modulus.size() bytes
/// (EIP-198): zero when the modulus is zero or one, 0^0 = 1. Takes even moduli. Thread-safe; not
/// constant time.
[[nodiscard]] Bytes mod_exp(ByteView base, ByteView exponent, ByteView modulus);

}  // namespace datapact::crypto

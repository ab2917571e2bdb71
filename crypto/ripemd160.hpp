#pragma once
#include "base/bytes.hpp"
#include "base/fixed_bytes.hpp"

namespace datapact::crypto {

using Hash160 = FixedBytes<struct Hash160Tag, 20>;

/// RIPEMD-160 (ISO/IEC 10118-3). Pure, thread-safe.
[[nodiscard]] Hash160 ripemd160(ByteView data);

}  // namespace datapact::crypto

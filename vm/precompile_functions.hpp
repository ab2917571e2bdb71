#pragma once
// The precompiles one by one (Yellow Paper, appendix E; EIPs as noted). Each charges its gas before
// it works. Cancun and Prague agree on all of these.
#include "vm/precompiles.hpp"

namespace datapact::vm::precompiles {

/// Empty output when there is no such signer; accepts high s.
[[nodiscard]] PrecompileResult ecrecover(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult sha256(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult ripemd160(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult identity(ByteView input, std::int64_t gas);
/// EIP-198, priced by EIP-2565.
[[nodiscard]] PrecompileResult modexp(ByteView input, std::int64_t gas);
/// EIP-196, priced by EIP-1108.
[[nodiscard]] PrecompileResult bn254_add(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult bn254_mul(ByteView input, std::int64_t gas);
/// EIP-152.
[[nodiscard]] PrecompileResult blake2f(ByteView input, std::int64_t gas);

}  // namespace datapact::vm::precompiles

#pragma once
// The precompiles one by one (Yellow Paper, appendix E; EIPs as noted). Each charges its gas before
// it works. Where revisions differ there is a function for each.
#include "vm/precompiles.hpp"

namespace datapact::vm::precompiles {

/// Empty output when there is no such signer; accepts high s.
[[nodiscard]] PrecompileResult ecrecover(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult sha256(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult ripemd160(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult identity(ByteView input, std::int64_t gas);
/// EIP-198, priced by EIP-2565.
[[nodiscard]] PrecompileResult modexp(ByteView input, std::int64_t gas);
/// With operands of at most 1,024 bytes (EIP-7823), priced by EIP-7883.
[[nodiscard]] PrecompileResult modexp_osaka(ByteView input, std::int64_t gas);
/// EIP-196, priced by EIP-1108.
[[nodiscard]] PrecompileResult bn254_add(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult bn254_mul(ByteView input, std::int64_t gas);
/// EIP-197, priced by EIP-1108.
[[nodiscard]] PrecompileResult bn254_pairing(ByteView input, std::int64_t gas);
/// EIP-152.
[[nodiscard]] PrecompileResult blake2f(ByteView input, std::int64_t gas);
/// EIP-4844.
[[nodiscard]] PrecompileResult kzg_point_evaluation(ByteView input, std::int64_t gas);
/// EIP-2537.
[[nodiscard]] PrecompileResult bls_g1_add(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult bls_g1_msm(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult bls_g2_add(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult bls_g2_msm(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult bls_pairing(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult bls_map_to_g1(ByteView input, std::int64_t gas);
[[nodiscard]] PrecompileResult bls_map_to_g2(ByteView input, std::int64_t gas);
/// EIP-7951. One, or empty output where the signature is not valid.
[[nodiscard]] PrecompileResult p256_verify(ByteView input, std::int64_t gas);

}  // namespace datapact::vm::precompiles

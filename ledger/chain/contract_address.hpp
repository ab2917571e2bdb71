#pragma once
#include "base/bytes.hpp"
#include "base/types.hpp"

namespace datapact::chain {

/// Of a contract that `sender` creates with CREATE or a transaction: the low 20 bytes of
/// keccak256(RLP [sender, nonce]) (Yellow Paper, section 7).
[[nodiscard]] Address create_address(const Address& sender, Nonce nonce);
/// EIP-1014.
[[nodiscard]] Address create2_address(const Address& sender, const Hash256& salt,
                                      ByteView init_code);

}  // namespace datapact::chain

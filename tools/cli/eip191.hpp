#pragma once
// Personal messages (EIP-191, version 0x45): what account sign and the data server's challenge use;
// and who has signed a digest.
// Pure.
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"

#include <optional>
#include <string_view>

namespace datapact::tools {

/// keccak256("\x19Ethereum Signed Message:\n" | decimal length | message).
[[nodiscard]] Hash256 personal_hash(std::string_view message);
/// The signer of 65 bytes r | s | v (27, 28); nothing when they recover nobody or s is high.
[[nodiscard]] std::optional<Address> signer_of(const Hash256& digest, ByteView signature);
[[nodiscard]] std::optional<Address> personal_signer(std::string_view message, ByteView signature);

}  // namespace datapact::tools

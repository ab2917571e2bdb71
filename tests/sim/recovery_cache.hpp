#pragma once
// Who made which signature, known once for all nodes of a scenario.
#include "crypto/secp256k1.hpp"

namespace datapact::sim {

/// `signer` has just signed `hash`: nobody needs to recover him.
void remember_signer(const Hash256& hash, const crypto::Signature& signature,
                     const Address& signer);

}  // namespace datapact::sim

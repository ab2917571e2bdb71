#pragma once
// The seller's signature over a deal's id as FairExchange judges it: first as one of the seller's
// own key, then, if the seller has code, by asking it (EIP-1271). Pure.
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "trade/terms.hpp"

namespace datapact::trade {

/// Whether the seller's own key has signed: 65 bytes r, s, v with v 27 or 28 and low s. Bytes that
/// are no such signature may still be accepted by the seller's account contract.
[[nodiscard]] bool is_signed_by_own_key(const DealId& deal, const Address& seller,
                                        ByteView signature);

}  // namespace datapact::trade

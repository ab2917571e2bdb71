#pragma once
// How blocks and receipts lie in the store (docs/formats/store.md). On disk: never renumber.
#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/store/ledger.hpp"

#include <vector>

namespace datapact::store {

/// RLP [block with its sealed header, hash, [[txn hash, sender], ...]].
[[nodiscard]] Bytes encode_stored_block(const StoredBlock& block);
[[nodiscard]] Result<StoredBlock, rlp::Error> decode_stored_block(ByteView encoded);

/// RLP [[consensus encoding, gas used, effective price, created contract or empty], ...].
[[nodiscard]] Bytes encode_stored_receipts(const std::vector<chain::Receipt>& receipts);
[[nodiscard]] Result<std::vector<chain::Receipt>, rlp::Error> decode_stored_receipts(
    ByteView encoded);

}  // namespace datapact::store

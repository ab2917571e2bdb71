#pragma once
// The state part of the ledger: writes of one block's diff, and reads at a height.
#include "base/types.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/ledger.hpp"
#include "ledger/store/state_cache.hpp"

#include <memory>

namespace datapact::store {

/// Adds the latest and the versioned entries of the block, the codes and the list of written keys.
/// The tries' update was made on the state of the block before.
void put_state(const KeyValueStore& store, WriteBatch& batch, Height height,
               const BlockHash& block_hash, const state::StateDiff& diff,
               const state::TrieUpdate& trie);

/// Reads at `height`; shares the store and the cache over it. Heights above it may be written
/// meanwhile.
[[nodiscard]] std::shared_ptr<const LedgerView> make_view(
    std::shared_ptr<const KeyValueStore> store, std::shared_ptr<StateCache> cache, Height height);

}  // namespace datapact::store

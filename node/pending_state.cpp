#include "node/pending_state.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/state/node_source.hpp"

#include <optional>

namespace datapact::node {

void PendingState::apply(const chain::ExecutedBlock& block) {
  diff_.merge(block.diff);
  for (const auto& write : block.trie.writes) {
    nodes_.insert_or_assign(write.path(), to_bytes(write.rlp));
  }
}

bool PendingState::has_storage(const Address& address) const {
  // The root of a storage trie has a place of its own exactly when the trie is not empty.
  state::Arena arena;
  return !node({crypto::keccak256(address.view()), {}}, arena).empty();
}

ByteView PendingState::node(const state::NodePath& path, state::Arena& arena) const {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? base_->node(path, arena) : arena.copy(found->second);
}

}  // namespace datapact::node

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
  for (const auto& write : block.trie.writes) nodes_.insert_or_assign(write.path, write.rlp);
}

bool PendingState::has_storage(const Address& address) const {
  // The root of a storage trie has a place of its own exactly when the trie is not empty.
  return node({crypto::keccak256(address.view()), {}}).has_value();
}

std::optional<Bytes> PendingState::node(const state::NodePath& path) const {
  const auto found = nodes_.find(path);
  if (found == nodes_.end()) return base_->node(path);
  if (found->second.empty()) return std::nullopt;
  return found->second;
}

}  // namespace datapact::node

#include "ledger/state/memory_state.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/state/trie.hpp"

#include <memory>
#include <optional>

namespace datapact::state {

TrieUpdate MemoryState::apply(const StateDiff& diff) {
  TrieUpdate update = update_tries({*this, root_, this}, diff);
  for (const auto& [address, change] : diff.accounts) {
    if (!change.account) {
      accounts_.erase(address);
      continue;
    }
    Entry& entry = accounts_[address];
    entry.account = *change.account;
    if (change.storage_cleared) entry.storage.clear();
    for (const auto& [slot, value] : change.storage) {
      if (value.is_zero()) {
        entry.storage.erase(slot);
      } else {
        entry.storage[slot] = value;
      }
    }
  }
  codes_.insert(diff.codes.begin(), diff.codes.end());
  for (const NodeWrite& write : update.writes) {
    if (write.rlp.empty()) {
      nodes_.erase(write.path());
    } else {
      nodes_[write.path()] = to_bytes(write.rlp);
    }
  }
  root_ = update.root;
  return update;
}

std::optional<Account> MemoryState::account(const Address& address) const {
  const auto found = accounts_.find(address);
  if (found == accounts_.end()) return std::nullopt;
  return found->second.account;
}

uint256 MemoryState::storage(const Address& address, const uint256& slot) const {
  const auto found = accounts_.find(address);
  if (found == accounts_.end()) return {};
  const auto value = found->second.storage.find(slot);
  return value == found->second.storage.end() ? uint256{} : value->second;
}

std::shared_ptr<const Bytes> MemoryState::code(const Hash256& code_hash) const {
  if (code_hash == kEmptyCodeHash) return std::make_shared<const Bytes>();
  const auto found = codes_.find(code_hash);
  INVARIANT(found != codes_.end());
  return found->second;
}

bool MemoryState::has_storage(const Address& address) const {
  const auto found = accounts_.find(address);
  return found != accounts_.end() && !found->second.storage.empty();
}

ByteView MemoryState::node(const NodePath& path, Arena& arena) const {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? ByteView{} : arena.copy(found->second);
}

}  // namespace datapact::state

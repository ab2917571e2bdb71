// The state tries after a diff. Keys are hashed in one call and every trie is changed in the order
// of its keys, so that neighbours are loaded together; then all storage tries are hashed together,
// and the account trie with their new roots last.
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/keccak_many.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/hash_many.hpp"
#include "ledger/state/nibbles.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/state/state_view.hpp"
#include "ledger/state/trie.hpp"
#include "ledger/state/trie_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <ranges>
#include <span>
#include <utility>
#include <vector>

namespace datapact::state {
namespace {

struct SlotChange {
  Hash256 key;
  const uint256* slot = nullptr;
  const uint256* value = nullptr;
};

/// Below it the tasks cost more than the reads they share out.
constexpr std::size_t kSharedLoadsMin = 64;

struct AccountChange {
  /// In the account trie; also the owner of the storage trie.
  Hash256 key;
  const Address* address = nullptr;
  const AccountDiff* diff = nullptr;
  /// By key.
  std::vector<SlotChange> slots;
  /// Where the account trie has it.
  TrieKey leaf;
  Hash256 storage_root = kEmptyTrieRoot;
  /// Which of the changed storage tries is the account's.
  std::optional<std::size_t> tree;
};

template <class Change>
void sort_by_key(std::vector<Change>& changes) {
  std::ranges::sort(changes, {}, &Change::key);
}

/// The accounts of the diff by key.
std::vector<AccountChange> changes_by_key(const StateDiff& diff, HashMany hash_many) {
  std::size_t slot_count = 0;
  for (const auto& [address, change] : diff.accounts) slot_count += change.storage.size();
  std::vector<Hash256> words;
  std::vector<ByteView> inputs;
  words.reserve(slot_count);
  inputs.reserve(diff.accounts.size() + slot_count);
  for (const auto& [address, change] : diff.accounts) {
    inputs.push_back(address.view());
    for (const auto& [slot, value] : change.storage) {
      inputs.push_back(words.emplace_back(to_hash256(slot)).view());
    }
  }
  std::vector<Hash256> keys(inputs.size());
  hash_many(inputs, keys);

  std::vector<AccountChange> out;
  out.reserve(diff.accounts.size());
  auto key = keys.begin();
  for (const auto& [address, change] : diff.accounts) {
    AccountChange& it = out.emplace_back();
    it.key = *key++;
    it.address = &address;
    it.diff = &change;
    it.slots.reserve(change.storage.size());
    for (const auto& [slot, value] : change.storage) it.slots.push_back({*key++, &slot, &value});
    sort_by_key(it.slots);
  }
  sort_by_key(out);
  return out;
}

Bytes encode_slot(const uint256& value) { return rlp::Encoder{}.integer(value).take(); }

/// Sorted, the last write of a place only: a trie that was cleared may have written it again.
void normalise(std::vector<NodeWrite>& writes) {
  const auto by_path = [](const NodeWrite& a, const NodeWrite& b) {
    if (a.owner != b.owner) return a.owner < b.owner;
    return std::ranges::lexicographical_compare(a.nibbles, b.nibbles);
  };
  const auto not_after = [&](const NodeWrite& a, const NodeWrite& b) { return !by_path(a, b); };
  // The common case: nothing was removed.
  if (std::ranges::adjacent_find(writes, not_after) == writes.end()) return;
  std::ranges::stable_sort(writes, by_path);
  const auto same_path = [](const NodeWrite& a, const NodeWrite& b) {
    return a.owner == b.owner && equal(a.nibbles, b.nibbles);
  };
  const auto dropped = std::ranges::unique(std::views::reverse(writes), same_path);
  writes.erase(writes.begin(), dropped.begin().base());
}

class StateUpdate {
 public:
  StateUpdate(const TrieParent& parent, HashMany hash_many, TaskRunner& runner)
      : nodes_(parent.nodes),
        before_(parent.state),
        hash_many_(hash_many),
        runner_(runner),
        accounts_(&parent.nodes, Hash256{}, parent.root) {}

  TrieUpdate run(const StateDiff& diff) {
    std::vector<AccountChange> changes = changes_by_key(diff, hash_many_);
    load_accounts(changes);
    for (AccountChange& change : changes) change_storage(change);
    std::vector<NodeWrite> storage_writes;
    const auto roots =
        TrieTree::commit_all(storage_, {storage_writes, out_.arena}, hash_many_, runner_);
    for (AccountChange& change : changes) {
      if (change.tree) change.storage_root = roots[*change.tree];
      change_account(change);
    }
    out_.root =
        TrieTree::commit_all({&accounts_, 1}, {out_.writes, out_.arena}, hash_many_, runner_)[0];
    // The account trie's owner comes before all others.
    out_.writes.reserve(out_.writes.size() + cleared_.size() + storage_writes.size());
    std::ranges::copy(cleared_, std::back_inserter(out_.writes));
    std::ranges::copy(storage_writes, std::back_inserter(out_.writes));
    normalise(out_.writes);
    return std::move(out_);
  }

 private:
  void load_accounts(std::vector<AccountChange>& changes) {
    std::vector<TrieKey> keys;
    keys.reserve(changes.size());
    for (const AccountChange& change : changes) {
      keys.push_back({to_nibbles(change.key.view()), account_before(*change.address)});
    }
    load(accounts_, keys);
    for (std::size_t i = 0; i < keys.size(); ++i) changes[i].leaf = std::move(keys[i]);
  }

  /// As the leaf of an account without storage, which those without code are as a rule.
  [[nodiscard]] Bytes account_before(const Address& address) const {
    const auto account = before_ == nullptr ? std::nullopt : before_->account(address);
    if (!account || account->code_hash != kEmptyCodeHash) return {};
    return encode(AccountLeaf{*account, kEmptyTrieRoot});
  }

  [[nodiscard]] Bytes slot_before(const Address& address, const uint256& slot) const {
    if (before_ == nullptr) return {};
    const uint256 value = before_->storage(address, slot);
    return value.is_zero() ? Bytes{} : encode_slot(value);
  }

  void change_storage(AccountChange& change) {
    const bool exists_after = change.diff->account.has_value();
    change.storage_root = stored_root(change.leaf);
    if ((change.diff->storage_cleared || !exists_after) && change.storage_root != kEmptyTrieRoot) {
      TrieTree{&nodes_, change.key, change.storage_root}.remove_all({cleared_, out_.arena});
      change.storage_root = kEmptyTrieRoot;
    }
    if (!exists_after || change.slots.empty()) return;
    change.tree = storage_.size();
    TrieTree& tree = storage_.emplace_back(&nodes_, change.key, change.storage_root);
    std::vector<TrieKey> keys;
    keys.reserve(change.slots.size());
    for (const SlotChange& it : change.slots) {
      keys.push_back({to_nibbles(it.key.view()), slot_before(*change.address, *it.slot)});
    }
    load(tree, keys);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const TrieKey& key = keys[i];
      const uint256& value = *change.slots[i].value;
      value.is_zero() ? tree.erase(key.nibbles, key.before)
                      : tree.put(key.nibbles, encode_slot(value), key.before);
    }
  }

  void load(TrieTree& tree, std::span<const TrieKey> keys) {
    // On one thread it would be one more way through the trie: a change loads what it needs.
    if (runner_.width() > 1 && keys.size() >= kSharedLoadsMin) tree.load_paths(keys, runner_);
  }

  Hash256 stored_root(const TrieKey& account) {
    const auto stored = accounts_.get(account.nibbles, account.before);
    if (!stored) return kEmptyTrieRoot;
    const auto leaf = decode_account_leaf(*stored);
    INVARIANT(leaf.has_value());
    return leaf->storage_root;
  }

  void change_account(const AccountChange& change) {
    // Its leaf is in memory since its storage root was read.
    if (change.diff->account) {
      accounts_.put(change.leaf.nibbles,
                    encode(AccountLeaf{*change.diff->account, change.storage_root}));
    } else {
      accounts_.erase(change.leaf.nibbles);
    }
  }

  const NodeSource& nodes_;
  const StateView* before_;
  HashMany hash_many_;
  TaskRunner& runner_;
  TrieTree accounts_;
  std::vector<TrieTree> storage_;
  /// Removals of tries that vanish: what is written after them stays.
  std::vector<NodeWrite> cleared_;
  TrieUpdate out_;
};

}  // namespace

TrieUpdate update_tries(const TrieParent& parent, const StateDiff& diff, TaskRunner& runner) {
  return detail::update_tries(parent, diff, crypto::keccak256_many, runner);
}

TrieUpdate update_tries(const TrieParent& parent, const StateDiff& diff) {
  SequentialRunner here;
  return update_tries(parent, diff, here);
}

TrieUpdate detail::update_tries(const TrieParent& parent, const StateDiff& diff, HashMany hash_many,
                                TaskRunner& runner) {
  return StateUpdate{parent, hash_many, runner}.run(diff);
}

}  // namespace datapact::state

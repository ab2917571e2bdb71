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
  const uint256* value;
};

/// Below it the tasks cost more than the reads they share out.
constexpr std::size_t kSharedLoadsMin = 64;

struct AccountChange {
  /// In the account trie; also the owner of the storage trie.
  Hash256 key;
  const AccountDiff* diff = nullptr;
  /// By key.
  std::vector<SlotChange> slots;
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
    it.diff = &change;
    it.slots.reserve(change.storage.size());
    for (const auto& [slot, value] : change.storage) it.slots.push_back({*key++, &value});
    sort_by_key(it.slots);
  }
  sort_by_key(out);
  return out;
}

template <class Change>
std::vector<Bytes> paths_of(const std::vector<Change>& changes) {
  std::vector<Bytes> out;
  out.reserve(changes.size());
  for (const Change& change : changes) out.push_back(to_nibbles(change.key.view()));
  return out;
}

/// Sorted, the last write of a place only: a trie that was cleared may have written it again.
void normalise(std::vector<NodeWrite>& writes) {
  const auto not_after = [](const NodeWrite& a, const NodeWrite& b) { return b.path <= a.path; };
  // The common case: nothing was removed.
  if (std::ranges::adjacent_find(writes, not_after) == writes.end()) return;
  const auto by_path = [](const NodeWrite& a, const NodeWrite& b) { return a.path < b.path; };
  std::ranges::stable_sort(writes, by_path);
  const auto same_path = [](const NodeWrite& a, const NodeWrite& b) { return a.path == b.path; };
  const auto dropped = std::ranges::unique(std::views::reverse(writes), same_path);
  writes.erase(writes.begin(), dropped.begin().base());
}

class StateUpdate {
 public:
  StateUpdate(const NodeSource& nodes, const Hash256& parent_root, HashMany hash_many,
              TaskRunner& runner)
      : nodes_(nodes),
        hash_many_(hash_many),
        runner_(runner),
        accounts_(&nodes, Hash256{}, parent_root) {}

  TrieUpdate run(const StateDiff& diff) {
    std::vector<AccountChange> changes = changes_by_key(diff, hash_many_);
    load(accounts_, paths_of(changes));
    for (AccountChange& change : changes) change_storage(change);
    std::vector<NodeWrite> storage_writes;
    const auto roots = TrieTree::commit_all(storage_, storage_writes, hash_many_, runner_);
    for (AccountChange& change : changes) {
      if (change.tree) change.storage_root = roots[*change.tree];
      change_account(change);
    }
    out_.root = TrieTree::commit_all({&accounts_, 1}, out_.writes, hash_many_, runner_)[0];
    // The account trie's owner comes before all others.
    out_.writes.reserve(out_.writes.size() + cleared_.size() + storage_writes.size());
    std::ranges::move(cleared_, std::back_inserter(out_.writes));
    std::ranges::move(storage_writes, std::back_inserter(out_.writes));
    normalise(out_.writes);
    return std::move(out_);
  }

 private:
  void change_storage(AccountChange& change) {
    const bool exists_after = change.diff->account.has_value();
    change.storage_root = stored_root(change.key);
    if ((change.diff->storage_cleared || !exists_after) && change.storage_root != kEmptyTrieRoot) {
      TrieTree{&nodes_, change.key, change.storage_root}.remove_all(cleared_);
      change.storage_root = kEmptyTrieRoot;
    }
    if (!exists_after || change.slots.empty()) return;
    change.tree = storage_.size();
    TrieTree& tree = storage_.emplace_back(&nodes_, change.key, change.storage_root);
    const std::vector<Bytes> paths = paths_of(change.slots);
    load(tree, paths);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      const uint256& value = *change.slots[i].value;
      value.is_zero() ? tree.erase(paths[i])
                      : tree.put(paths[i], rlp::Encoder{}.integer(value).take());
    }
  }

  void load(TrieTree& tree, std::span<const Bytes> paths) {
    // On one thread it would be one more way through the trie: a change loads what it needs.
    if (runner_.width() > 1 && paths.size() >= kSharedLoadsMin) tree.load_paths(paths, runner_);
  }

  Hash256 stored_root(const Hash256& account) {
    const auto stored = accounts_.get(to_nibbles(account.view()));
    if (!stored) return kEmptyTrieRoot;
    const auto leaf = decode_account_leaf(*stored);
    INVARIANT(leaf.has_value());
    return leaf->storage_root;
  }

  void change_account(const AccountChange& change) {
    const Bytes path = to_nibbles(change.key.view());
    if (change.diff->account) {
      accounts_.put(path, encode(AccountLeaf{*change.diff->account, change.storage_root}));
    } else {
      accounts_.erase(path);
    }
  }

  const NodeSource& nodes_;
  HashMany hash_many_;
  TaskRunner& runner_;
  TrieTree accounts_;
  std::vector<TrieTree> storage_;
  /// Removals of tries that vanish: what is written after them stays.
  std::vector<NodeWrite> cleared_;
  TrieUpdate out_;
};

}  // namespace

TrieUpdate update_tries(const NodeSource& nodes, const Hash256& parent_root, const StateDiff& diff,
                        TaskRunner& runner) {
  return detail::update_tries(nodes, parent_root, diff, crypto::keccak256_many, runner);
}

TrieUpdate update_tries(const NodeSource& nodes, const Hash256& parent_root,
                        const StateDiff& diff) {
  SequentialRunner here;
  return update_tries(nodes, parent_root, diff, here);
}

TrieUpdate detail::update_tries(const NodeSource& nodes, const Hash256& parent_root,
                                const StateDiff& diff, HashMany hash_many, TaskRunner& runner) {
  return StateUpdate{nodes, parent_root, hash_many, runner}.run(diff);
}

}  // namespace datapact::state

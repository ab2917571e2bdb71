#pragma once
// Merkle Patricia tries (Yellow Paper, appendix D): new roots after a diff, roots of ordered lists,
// reads. Keys of the two state tries are hashed (keccak256 of address and of slot). Pure.
#include "base/bytes.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/hash_many.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/state/state_view.hpp"

#include <optional>
#include <span>
#include <vector>

namespace datapact::state {

/// Leaf of the account trie (Yellow Paper, section 4.1).
struct AccountLeaf {
  Account account;
  Hash256 storage_root = kEmptyTrieRoot;
  friend bool operator==(const AccountLeaf&, const AccountLeaf&) = default;
};
/// RLP [nonce, balance, storageRoot, codeHash].
[[nodiscard]] Bytes encode(const AccountLeaf& leaf);
/// Nothing when the bytes are not exactly that.
[[nodiscard]] std::optional<AccountLeaf> decode_account_leaf(ByteView encoded);

/// The tries that a diff changes. Borrows what it names.
struct TrieParent {
  const NodeSource& nodes;
  /// Of the account trie.
  const Hash256& root;
  /// The same state's values, when they are at hand: a leaf whose hash is that of its value before
  /// is not read. They need not be right: then it is read after all.
  const StateView* state = nullptr;
};

/// The tries after `diff`: the new root and every node that changes. A node that is missing or does
/// not hash to the parent's root is a corrupt database (INVARIANT).
[[nodiscard]] TrieUpdate update_tries(const TrieParent& parent, const StateDiff& diff);
/// The same: reads of nodes and hashes are shared out to the runner's tasks.
[[nodiscard]] TrieUpdate update_tries(const TrieParent& parent, const StateDiff& diff,
                                      TaskRunner& runner);

/// The account's leaf in the trie with that root; nothing when it does not exist.
[[nodiscard]] std::optional<AccountLeaf> read_account_leaf(const NodeSource& nodes,
                                                           const Hash256& state_root,
                                                           const Address& address);
/// kEmptyTrieRoot for an account without storage or that does not exist.
[[nodiscard]] Hash256 storage_root(const NodeSource& nodes, const Hash256& state_root,
                                   const Address& address);

/// Root of the trie RLP(index) -> item: transactions, receipts, withdrawals. Items are not empty.
[[nodiscard]] Hash256 ordered_trie_root(std::span<const Bytes> items);

/// Root of a trie over keys as they are (not hashed); later entries replace earlier ones and an
/// empty value deletes.
struct TrieEntry {
  Bytes key;
  Bytes value;
};
[[nodiscard]] Hash256 trie_root(std::span<const TrieEntry> entries);
/// The same trie with every node that has a place, for a NodeSource; the owner is zero.
[[nodiscard]] TrieUpdate build_trie(std::span<const TrieEntry> entries);

namespace detail {
/// The same with another way to hash.
[[nodiscard]] TrieUpdate update_tries(const TrieParent& parent, const StateDiff& diff,
                                      HashMany hash_many, TaskRunner& runner);
[[nodiscard]] Hash256 ordered_trie_root(std::span<const Bytes> items, HashMany hash_many);
}  // namespace detail

}  // namespace datapact::state

#include "ledger/state/trie.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/nibbles.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/proof.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/state/trie_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace datapact::state {
namespace {

constexpr Hash256 kAccountTrie{};

Bytes encode_value(const uint256& value) { return rlp::Encoder{}.integer(value).take(); }

/// Changes one storage trie and returns its root.
Hash256 update_storage(const NodeSource& nodes, const Hash256& owner, Hash256 root,
                       const AccountDiff& change, std::vector<NodeWrite>& writes) {
  if (change.storage_cleared && root != kEmptyTrieRoot) {
    TrieTree{&nodes, owner, root}.remove_all(writes);
    root = kEmptyTrieRoot;
  }
  if (change.storage.empty()) return root;
  TrieTree tree{&nodes, owner, root};
  for (const auto& [slot, value] : change.storage) {
    const Bytes key = to_nibbles(storage_key(slot).view());
    value.is_zero() ? tree.erase(key) : tree.put(key, encode_value(value));
  }
  return tree.commit(writes);
}

void update_account(const NodeSource& nodes, TrieTree& accounts, const Address& address,
                    const AccountDiff& change, std::vector<NodeWrite>& writes) {
  const Hash256 owner = account_key(address);
  const Bytes key = to_nibbles(owner.view());
  Hash256 root = kEmptyTrieRoot;
  if (const auto stored = accounts.get(key)) {
    const auto leaf = decode_account_leaf(*stored);
    INVARIANT(leaf.has_value());
    root = leaf->storage_root;
  }
  if (!change.account) {
    if (root != kEmptyTrieRoot) TrieTree{&nodes, owner, root}.remove_all(writes);
    accounts.erase(key);
    return;
  }
  const Hash256 new_root = update_storage(nodes, owner, root, change, writes);
  accounts.put(key, encode(AccountLeaf{*change.account, new_root}));
}

/// Sorted, the last write of a place only: a trie that was cleared may have written it again.
void normalise(std::vector<NodeWrite>& writes) {
  const auto by_path = [](const NodeWrite& a, const NodeWrite& b) { return a.path < b.path; };
  std::stable_sort(writes.begin(), writes.end(), by_path);
  const auto same_path = [](const NodeWrite& a, const NodeWrite& b) { return a.path == b.path; };
  const auto kept = std::unique(writes.rbegin(), writes.rend(), same_path).base();
  writes.erase(writes.begin(), kept);
}

}  // namespace

Bytes encode(const AccountLeaf& leaf) {
  rlp::Encoder items;
  items.integer(leaf.account.nonce).integer(leaf.account.balance);
  items.string(leaf.storage_root).string(leaf.account.code_hash);
  return items.as_list();
}

std::optional<AccountLeaf> decode_account_leaf(ByteView encoded) {
  auto items = rlp::decode_list(encoded);
  if (!items) return std::nullopt;
  const auto nonce = items->quantity<Nonce>();
  const auto balance = items->quantity<Wei>();
  const auto root = items->fixed<Hash256>();
  const auto code_hash = items->fixed<Hash256>();
  if (!nonce || !balance || !root || !code_hash || !items->at_end()) return std::nullopt;
  return AccountLeaf{Account{*nonce, *balance, *code_hash}, *root};
}

TrieUpdate update_tries(const NodeSource& nodes, const Hash256& parent_root,
                        const StateDiff& diff) {
  TrieUpdate out;
  TrieTree accounts{&nodes, kAccountTrie, parent_root};
  for (const auto& [address, change] : diff.accounts) {
    update_account(nodes, accounts, address, change, out.writes);
  }
  out.root = accounts.commit(out.writes);
  normalise(out.writes);
  return out;
}

std::optional<AccountLeaf> read_account_leaf(const NodeSource& nodes, const Hash256& state_root,
                                             const Address& address) {
  TrieTree accounts{&nodes, kAccountTrie, state_root};
  const auto stored = accounts.get(to_nibbles(account_key(address).view()));
  if (!stored) return std::nullopt;
  auto leaf = decode_account_leaf(*stored);
  INVARIANT(leaf.has_value());
  return leaf;
}

Hash256 storage_root(const NodeSource& nodes, const Hash256& state_root, const Address& address) {
  const auto leaf = read_account_leaf(nodes, state_root, address);
  return leaf ? leaf->storage_root : kEmptyTrieRoot;
}

Hash256 ordered_trie_root(std::span<const Bytes> items) {
  TrieTree tree{nullptr, kAccountTrie, kEmptyTrieRoot};
  for (std::size_t i = 0; i < items.size(); ++i) tree.put(to_nibbles(ordered_key(i)), items[i]);
  std::vector<NodeWrite> writes;
  return tree.commit(writes);
}

Hash256 trie_root(std::span<const TrieEntry> entries) { return build_trie(entries).root; }

TrieUpdate build_trie(std::span<const TrieEntry> entries) {
  TrieTree tree{nullptr, kAccountTrie, kEmptyTrieRoot};
  for (const TrieEntry& entry : entries) {
    const Bytes key = to_nibbles(entry.key);
    entry.value.empty() ? tree.erase(key) : tree.put(key, entry.value);
  }
  TrieUpdate out;
  out.root = tree.commit(out.writes);
  return out;
}

}  // namespace datapact::state

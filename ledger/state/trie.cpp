#include "ledger/state/trie.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "crypto/keccak_many.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/hash_many.hpp"
#include "ledger/state/nibbles.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/proof.hpp"
#include "ledger/state/trie_tree.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace datapact::state {
namespace {

constexpr Hash256 kAccountTrie{};

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
  return detail::ordered_trie_root(items, crypto::keccak256_many);
}

Hash256 detail::ordered_trie_root(std::span<const Bytes> items, HashMany hash_many) {
  TrieTree tree{nullptr, kAccountTrie, kEmptyTrieRoot};
  for (std::size_t i = 0; i < items.size(); ++i) tree.put(to_nibbles(ordered_key(i)), items[i]);
  std::vector<NodeWrite> writes;
  Arena arena;
  return tree.commit({writes, arena}, hash_many);
}

Hash256 trie_root(std::span<const TrieEntry> entries) { return build_trie(entries).root; }

TrieUpdate build_trie(std::span<const TrieEntry> entries) {
  TrieTree tree{nullptr, kAccountTrie, kEmptyTrieRoot};
  for (const TrieEntry& entry : entries) {
    const Bytes key = to_nibbles(entry.key);
    entry.value.empty() ? tree.erase(key) : tree.put(key, entry.value);
  }
  TrieUpdate out;
  out.root = tree.commit({out.writes, out.arena}, crypto::keccak256_many);
  return out;
}

}  // namespace datapact::state

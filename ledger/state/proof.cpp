#include "ledger/state/proof.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "crypto/keccak.hpp"
#include "crypto/keccak_many.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/nibbles.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/trie.hpp"
#include "ledger/state/trie_node.hpp"
#include "ledger/state/trie_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::state {
namespace {

/// The nodes of a trie that was just written.
class WrittenNodes final : public NodeSource {
 public:
  explicit WrittenNodes(std::span<const NodeWrite> writes) {
    for (const NodeWrite& write : writes) nodes_.emplace(write.path(), write.rlp);
  }
  [[nodiscard]] ByteView node(const NodePath& path, Arena& arena) const override {
    const auto found = nodes_.find(path);
    return found == nodes_.end() ? ByteView{} : arena.copy(found->second);
  }

 private:
  std::map<NodePath, ByteView> nodes_;
};

/// One step from a node towards a key.
struct Step {
  /// Set when the node decides: the value, or nothing for a key that is absent.
  bool is_end = false;
  std::optional<Bytes> value;
  /// Otherwise the reference to go on with, and how many nibbles were consumed.
  NodeRef ref;
  std::size_t consumed = 0;
};

Step absent() { return {.is_end = true, .value = std::nullopt, .ref = {}, .consumed = 0}; }

Step step_branch(const TrieNode& node, ByteView rest) {
  if (rest.empty()) {
    if (node.value.empty()) return absent();
    return {.is_end = true, .value = to_bytes(node.value), .ref = {}, .consumed = 0};
  }
  const TrieChild& child = node.children[rest[0]];
  if (child.empty()) return absent();
  return {.is_end = false, .value = {}, .ref = child.ref, .consumed = 1};
}

Step step(const TrieNode& node, ByteView rest) {
  switch (node.kind) {
    case TrieNodeKind::kLeaf:
      if (!equal(node.path, rest)) return absent();
      return {.is_end = true, .value = to_bytes(node.value), .ref = {}, .consumed = 0};
    case TrieNodeKind::kExtension:
      if (common_prefix(node.path, rest) != node.path.size()) return absent();
      return {
          .is_end = false, .value = {}, .ref = node.children[0].ref, .consumed = node.path.size()};
    case TrieNodeKind::kBranch:
      return step_branch(node, rest);
  }
  return absent();
}

Proof prove(const NodeSource& nodes, const Hash256& owner, const Hash256& root, ByteView key) {
  Proof out;
  if (root == kEmptyTrieRoot) return out;
  Arena arena;
  std::size_t depth = 0;
  NodeRef ref = NodeRef::of_hash(root, arena);
  while (true) {
    ByteView rlp = ref.view();
    if (!ref.is_list()) {
      rlp = nodes.node({owner, to_bytes(key.first(depth))}, arena);
      INVARIANT(!rlp.empty());
      INVARIANT(ref.is_hash_of(rlp));
      out.push_back(to_bytes(rlp));
    }
    const TrieNode* node = decode_trie_node(rlp, arena);
    INVARIANT(node != nullptr);
    Step next = step(*node, key.subspan(depth));
    if (next.is_end) return out;
    ref = next.ref;
    depth += next.consumed;
  }
}

}  // namespace

std::string_view to_string(ProofError error) noexcept {
  switch (error) {
    case ProofError::kMissingNode:
      return "a node of the proof is missing";
    case ProofError::kHashMismatch:
      return "a node of the proof does not have the hash its parent demands";
    case ProofError::kMalformedNode:
      return "a node of the proof is malformed";
    case ProofError::kUnusedNodes:
      return "the proof has nodes that prove nothing";
  }
  return {};
}

Hash256 account_key(const Address& address) { return crypto::keccak256(address.view()); }

Hash256 storage_key(const uint256& slot) { return crypto::keccak256(to_hash256(slot).view()); }

Bytes ordered_key(std::size_t index) { return rlp::Encoder{}.integer(std::uint64_t{index}).take(); }

Proof prove_account(const NodeSource& nodes, const Hash256& state_root, const Address& address) {
  return prove(nodes, Hash256{}, state_root, to_nibbles(account_key(address).view()));
}

Proof prove_storage(const NodeSource& nodes, const Hash256& state_root, const Address& address,
                    const uint256& slot) {
  const Hash256 root = storage_root(nodes, state_root, address);
  return prove(nodes, account_key(address), root, to_nibbles(storage_key(slot).view()));
}

Proof prove_ordered(std::span<const Bytes> items, std::size_t index) {
  PRECONDITION(index < items.size());
  TrieTree tree{nullptr, Hash256{}, kEmptyTrieRoot};
  for (std::size_t i = 0; i < items.size(); ++i) tree.put(to_nibbles(ordered_key(i)), items[i]);
  std::vector<NodeWrite> writes;
  Arena arena;
  const Hash256 root = tree.commit({writes, arena}, crypto::keccak256_many);
  return prove(WrittenNodes{writes}, Hash256{}, root, to_nibbles(ordered_key(index)));
}

Result<std::optional<Bytes>, ProofError> verify_proof(const Hash256& root, ByteView key,
                                                      std::span<const Bytes> proof) {
  const Bytes path = to_nibbles(key);
  Arena arena;
  std::size_t used = 0;
  std::size_t depth = 0;
  std::optional<Bytes> value;
  NodeRef ref = root == kEmptyTrieRoot ? NodeRef{} : NodeRef::of_hash(root, arena);
  while (!ref.empty()) {
    ByteView rlp = ref.view();
    if (!ref.is_list()) {
      if (used == proof.size()) return fail(ProofError::kMissingNode);
      rlp = proof[used++];
      if (!ref.is_hash_of(rlp)) return fail(ProofError::kHashMismatch);
    }
    const TrieNode* node = decode_trie_node(rlp, arena);
    if (node == nullptr) return fail(ProofError::kMalformedNode);
    Step next = step(*node, ByteView{path}.subspan(depth));
    value = std::move(next.value);
    ref = next.ref;
    depth += next.consumed;
  }
  if (used != proof.size()) return fail(ProofError::kUnusedNodes);
  return value;
}

}  // namespace datapact::state

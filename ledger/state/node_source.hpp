#pragma once
// Where the nodes of the Merkle Patricia tries come from, and where a change of them goes.
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "ledger/state/arena.hpp"

#include <vector>

namespace datapact::state {

/// Place of a node: the trie and the path of nibbles (one byte each, 0 to 15) from its root.
struct NodePath {
  /// keccak256(address) for the storage trie of an account; zero for the account trie.
  Hash256 owner;
  Bytes nibbles;
  friend bool operator==(const NodePath&, const NodePath&) = default;
  friend auto operator<=>(const NodePath&, const NodePath&) = default;
};

/// Reads of the tries of one immutable state. Thread contract: safe for concurrent reads.
class NodeSource {
 public:
  virtual ~NodeSource() = default;
  /// A copy of the node's RLP in the arena, of no bytes when no node lies at that path. Nodes
  /// shorter than 32 bytes live inside their parent and have no place of their own; the root always
  /// has one.
  [[nodiscard]] virtual ByteView node(const NodePath& path, Arena& arena) const = 0;
};

/// Borrows its bytes from an arena: a block writes ten thousand nodes.
struct NodeWrite {
  Hash256 owner;
  ByteView nibbles;
  /// The new RLP; empty when the node is removed.
  ByteView rlp;
  /// Of a branch that lay there before: how it differs (branch_change.hpp). Empty for every other.
  ByteView change;

  [[nodiscard]] NodePath path() const { return {owner, to_bytes(nibbles)}; }
};

/// What one block changes in the tries: sorted by path, one write a path.
struct TrieUpdate {
  Hash256 root;
  std::vector<NodeWrite> writes;
  /// Where the bytes of the writes lie.
  Arena arena;
};

}  // namespace datapact::state

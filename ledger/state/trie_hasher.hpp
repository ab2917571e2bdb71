#pragma once
// The references of the changed nodes of tries, from the leaves upwards. A node needs those of its
// children, but nodes of one height need nothing of each other: they are hashed together, those of
// all tries at once. Private to ledger/state.
#include "base/types.hpp"
#include "ledger/state/hash_many.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/trie_node.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace datapact::state {

/// Thread contract: one thread at a time.
class TrieHasher {
 public:
  explicit TrieHasher(HashMany hash_many) noexcept : hash_many_(hash_many) {}

  /// Takes in the changed nodes of a trie. They are borrowed, and must not move, until run() ends.
  void add(TrieChild& root, const Hash256& owner);
  /// Gives every node taken in its reference and appends the writes of those with a place.
  void run(std::vector<NodeWrite>& writes);

 private:
  struct Changed {
    TrieChild* child;
    NodePath path;
  };
  std::size_t collect(TrieChild& child, NodePath& path);
  void hash(std::span<Changed> nodes, std::vector<NodeWrite>& writes);

  HashMany hash_many_;
  /// By height above the lowest changed node.
  std::vector<std::vector<Changed>> levels_;
  // Of one hash(), kept for their room.
  std::vector<TrieChild*> hashed_;
  std::vector<ByteView> inputs_;
  std::vector<Hash256> hashes_;
};

}  // namespace datapact::state

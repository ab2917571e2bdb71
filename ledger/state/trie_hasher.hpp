#pragma once
// The references of the changed nodes of tries, from the leaves upwards. A node needs those of its
// children, but nodes of one height need nothing of each other: they are hashed together, those of
// all tries at once. Private to ledger/state.
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/hash_many.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/trie_node.hpp"

#include <atomic>
#include <cstddef>
#include <span>
#include <vector>

namespace datapact::state {

/// Thread contract: one thread at a time; the runner's tasks are over when run() returns.
class TrieHasher {
 public:
  /// What is written, and the new references, go to the arena; it is borrowed.
  TrieHasher(HashMany hash_many, TaskRunner& runner, Arena& arena) noexcept
      : hash_many_(hash_many), runner_(runner), arena_(arena) {}

  /// Takes in the changed nodes of a trie. They are borrowed, and must not move, until run() ends.
  void add(TrieChild& root, const Hash256& owner);
  /// Gives every node taken in its reference and appends the writes of those with a place: trie by
  /// trie as they were added, each sorted by path.
  void run(std::vector<NodeWrite>& writes);
  /// Whether one of the nodes lives inside its parent.
  [[nodiscard]] bool has_embedded() const noexcept { return has_embedded_; }

 private:
  struct Changed {
    TrieChild* child = nullptr;
    /// In writes_.
    std::size_t write = 0;
  };
  std::size_t collect(TrieChild& child, NodePath& path);
  void hash_level(std::span<const Changed> level);
  void hash(std::span<const Changed> nodes, Arena& arena);

  HashMany hash_many_;
  TaskRunner& runner_;
  Arena& arena_;
  /// By height above the lowest changed node.
  std::vector<std::vector<Changed>> levels_;
  /// Of every changed node; one that lives inside its parent gets no bytes.
  std::vector<NodeWrite> writes_;
  /// Tasks note it, too.
  std::atomic<bool> has_embedded_ = false;
};

}  // namespace datapact::state

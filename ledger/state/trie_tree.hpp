#pragma once
// A Merkle Patricia trie that is being changed: nodes are loaded as they are needed and written at
// the end. Private to ledger/state.
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/hash_many.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/trie_node.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace datapact::state {

struct TrieKey {
  Bytes nibbles;
  /// See TrieTree.
  Bytes before;
};

/// Keys are nibbles. A node that is missing or malformed in the source is a corrupt database
/// (INVARIANT). Thread contract: one thread at a time.
class TrieTree {
 public:
  /// `nodes` is borrowed and may be null for a trie that begins empty.
  TrieTree(const NodeSource* nodes, const Hash256& owner, const Hash256& root);

  // `before` is what the key's value may be in the source, empty when nothing is known. The key's
  // leaf is not read where the hash in its parent says that it has that value.

  /// Valid as long as the tree.
  [[nodiscard]] std::optional<ByteView> get(ByteView key, ByteView before = {});
  /// `value` must not be empty.
  void put(ByteView key, ByteView value, ByteView before = {});
  void erase(ByteView key, ByteView before = {});
  /// Loads the nodes on the way to some keys, so that what follows finds them in memory. Several at
  /// a time; the source must allow concurrent reads. `keys` are sorted.
  void load_paths(std::span<const TrieKey> keys, TaskRunner& runner);

  /// Where writes go, and the arena for their bytes.
  struct Output {
    std::vector<NodeWrite>& writes;
    Arena& arena;
  };
  /// Appends the writes of everything that changed and returns the new root. The tree borrows the
  /// arena from then on.
  Hash256 commit(Output out, HashMany hash_many);
  /// The same for several tries, hashed together; the new roots in their order.
  [[nodiscard]] static std::vector<Hash256> commit_all(std::span<TrieTree> trees, Output out,
                                                       HashMany hash_many, TaskRunner& runner);
  /// Appends the removal of every node: for a trie that vanishes whole.
  void remove_all(Output out);

 private:
  /// What one thread read.
  struct Loads {
    Arena arena;
    /// Places nodes were read from: those where none is left must be removed.
    std::vector<ByteView> places;
    /// For the next read: so its memory serves them all.
    NodePath at;
  };

  /// A key and the value it may have in the source.
  struct Target {
    ByteView key;
    ByteView before;
  };

  TrieNode& load(TrieChild& child, ByteView path) { return load(child, path, loads_); }
  TrieNode& load(TrieChild& child, ByteView path, Loads& loads) const;
  TrieChild& child_toward(TrieNode& branch, const Target& target, std::size_t depth,
                          Loads& loads) const;
  void load_path(TrieChild& child, const Target& target, std::size_t depth, Loads& loads) const;
  void insert(TrieChild& child, const Target& target, std::size_t depth, ByteView value);
  void insert_at_leaf(TrieChild& child, ByteView key, std::size_t depth, ByteView value);
  void insert_at_extension(TrieChild& child, const Target& target, std::size_t depth,
                           ByteView value);
  bool remove(TrieChild& child, const Target& target, std::size_t depth);
  bool remove_from_branch(TrieChild& child, const Target& target, std::size_t depth);
  void shrink_branch(TrieChild& child, ByteView path);
  void join_extension(TrieChild& child);
  [[nodiscard]] TrieChild behind(ByteView path, std::size_t length, TrieNode* branch);
  void add_leaf(TrieNode& branch, ByteView rest, ByteView value);
  /// When every node has its reference. `has_embedded`: one of them may have gone into its parent.
  Hash256 finish(Output out, bool has_embedded);
  void remove_below(TrieChild& child, Bytes& path, Output out);
  [[nodiscard]] bool has_place(ByteView path) const;

  const NodeSource* nodes_;
  Hash256 owner_;
  TrieChild root_;
  /// Every node of the tree lies in its arena.
  Loads loads_;
  bool has_removed_ = false;
};

}  // namespace datapact::state

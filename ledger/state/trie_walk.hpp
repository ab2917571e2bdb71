#pragma once
// The keys of a trie in order. Pure.
#include "base/types.hpp"
#include "ledger/state/node_source.hpp"

#include <optional>

namespace datapact::state {

/// Finds the keys beside a key, whether or not that key is there. Keys are byte strings as the trie
/// has them (hashed in the state tries), ordered byte by byte, a prefix before what it begins.
/// A node that is missing or malformed in the source is a corrupt database (INVARIANT). Borrows the
/// nodes. Thread contract: safe for concurrent use.
class TrieWalk {
 public:
  TrieWalk(const NodeSource& nodes, const Hash256& owner, const Hash256& root) noexcept
      : nodes_(nodes), owner_(owner), root_(root) {}

  /// The smallest key above `key`; nothing when there is none.
  [[nodiscard]] std::optional<Bytes> after(ByteView key) const;
  /// The largest key below `key`; nothing when there is none.
  [[nodiscard]] std::optional<Bytes> before(ByteView key) const;

 private:
  const NodeSource& nodes_;
  Hash256 owner_;
  Hash256 root_;
};

}  // namespace datapact::state

#include "ledger/state/trie_walk.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/nibbles.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/trie_node.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace datapact::state {
namespace {

enum class Direction : std::uint8_t { kUp, kDown };

/// Looks for the key nearest to `bound` on one side of it. Recursion is as deep as the longest key
/// has nibbles.
class Search {
 public:
  Search(const NodeSource& nodes, const Hash256& owner, ByteView bound, Direction direction)
      : nodes_(nodes), owner_(owner), bound_(to_nibbles(bound)), direction_(direction) {}

  std::optional<Bytes> run(const Hash256& root) {
    if (root == kEmptyTrieRoot) return std::nullopt;
    if (!visit(NodeRef::of_hash(root, visited_))) return std::nullopt;
    return to_key();
  }

 private:
  // NOLINTBEGIN(misc-no-recursion): a trie is at most as deep as its keys have nibbles
  /// True when the subtrie at path_ has the key sought, which is then path_.
  bool visit(const NodeRef& ref) {
    if (!may_hold_key()) return false;
    const TrieNode* node = load(ref);
    const std::size_t depth = path_.size();
    path_.insert(path_.end(), node->path.begin(), node->path.end());
    if (visit_node(*node)) return true;
    path_.resize(depth);
    return false;
  }

  bool visit_node(const TrieNode& node) {
    switch (node.kind) {
      case TrieNodeKind::kLeaf:
        return is_beyond_bound();
      case TrieNodeKind::kExtension:
        return visit(node.children[0].ref);
      case TrieNodeKind::kBranch:
        return visit_branch(node);
    }
    return false;
  }

  /// A key that ends at the branch comes before all below it.
  bool visit_branch(const TrieNode& node) {
    const bool ends_here = !node.value.empty() && is_beyond_bound();
    if (direction_ == Direction::kUp && ends_here) return true;
    for (std::size_t i = 0; i < kBranchWidth; ++i) {
      const std::size_t nibble = direction_ == Direction::kUp ? i : kBranchWidth - 1 - i;
      if (node.children[nibble].empty()) continue;
      path_.push_back(static_cast<std::uint8_t>(nibble));
      if (visit(node.children[nibble].ref)) return true;
      path_.pop_back();
    }
    return direction_ == Direction::kDown && ends_here;
  }
  // NOLINTEND(misc-no-recursion)

  const TrieNode* load(const NodeRef& ref) {
    // A reference is the node itself, or the string of its hash.
    const ByteView rlp = ref.is_list() ? ref.view() : nodes_.node({owner_, path_}, visited_);
    INVARIANT(!rlp.empty());
    const TrieNode* node = decode_trie_node(rlp, visited_);
    INVARIANT(node != nullptr);
    return node;
  }

  /// Whether a subtrie at path_ can have a key on the right side of the bound.
  [[nodiscard]] bool may_hold_key() const {
    const std::size_t common = std::min(path_.size(), bound_.size());
    const auto head = std::lexicographical_compare_three_way(
        path_.begin(), path_.begin() + static_cast<std::ptrdiff_t>(common), bound_.begin(),
        bound_.begin() + static_cast<std::ptrdiff_t>(common));
    if (head != 0) return direction_ == Direction::kUp ? head > 0 : head < 0;
    // One begins the other: above the bound lies anything here; below it only what the bound ends
    // after.
    return direction_ == Direction::kUp || path_.size() < bound_.size();
  }

  [[nodiscard]] bool is_beyond_bound() const {
    return direction_ == Direction::kUp ? bound_ < path_ : path_ < bound_;
  }

  [[nodiscard]] Bytes to_key() const {
    Bytes out(path_.size() / 2);
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::uint8_t>((path_[2 * i] << 4) | path_[2 * i + 1]);
    }
    return out;
  }

  const NodeSource& nodes_;
  const Hash256& owner_;
  Bytes bound_;
  Direction direction_;
  Bytes path_;
  Arena visited_;
};

}  // namespace

std::optional<Bytes> TrieWalk::after(ByteView key) const {
  return Search{nodes_, owner_, key, Direction::kUp}.run(root_);
}

std::optional<Bytes> TrieWalk::before(ByteView key) const {
  return Search{nodes_, owner_, key, Direction::kDown}.run(root_);
}

}  // namespace datapact::state

#include "ledger/state/trie_hasher.hpp"

#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/trie_node.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace datapact::state {
namespace {

/// Nodes encoded before they are hashed: enough to keep the widest registers full, few enough that
/// their bytes are still in the cache.
constexpr std::size_t kNodesAtOnce = 128;

}  // namespace

void TrieHasher::add(TrieChild& root, const Hash256& owner) {
  if (!root.dirty) return;
  NodePath path{owner, {}};
  collect(root, path);
}

/// Returns the height.
// NOLINTNEXTLINE(misc-no-recursion): a trie is at most as deep as its keys have nibbles
std::size_t TrieHasher::collect(TrieChild& child, NodePath& path) {
  TrieNode& node = *child.node;
  const std::size_t length = path.nibbles.size();
  append(path.nibbles, node.path);
  std::size_t height = 0;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (!node.children[i].dirty) continue;
    if (node.kind == TrieNodeKind::kBranch) path.nibbles.push_back(static_cast<std::uint8_t>(i));
    height = std::max(height, collect(node.children[i], path) + 1);
    if (node.kind == TrieNodeKind::kBranch) path.nibbles.pop_back();
  }
  path.nibbles.resize(length);
  if (levels_.size() <= height) levels_.resize(height + 1);
  levels_[height].push_back({&child, path});
  return height;
}

void TrieHasher::run(std::vector<NodeWrite>& writes) {
  for (std::vector<Changed>& level : levels_) {
    std::span<Changed> rest{level};
    while (!rest.empty()) {
      const std::size_t count = std::min(rest.size(), kNodesAtOnce);
      hash(rest.first(count), writes);
      rest = rest.subspan(count);
    }
  }
  levels_.clear();
}

void TrieHasher::hash(std::span<Changed> nodes, std::vector<NodeWrite>& writes) {
  const std::size_t first = writes.size();
  hashed_.clear();
  for (Changed& it : nodes) {
    Bytes rlp = encode(*it.child->node);
    it.child->dirty = false;
    // The root has a place of its own however short it is.
    if (rlp.size() < kEmbeddedBytesEnd && !it.path.nibbles.empty()) {
      it.child->ref = std::move(rlp);
      continue;
    }
    hashed_.push_back(it.child);
    writes.push_back({std::move(it.path), std::move(rlp)});
  }
  inputs_.clear();
  for (std::size_t i = first; i < writes.size(); ++i) inputs_.emplace_back(writes[i].rlp);
  hashes_.resize(inputs_.size());
  hash_many_(inputs_, hashes_);
  for (std::size_t i = 0; i < hashed_.size(); ++i) {
    hashed_[i]->ref = rlp::Encoder{}.string(hashes_[i]).take();
  }
}

}  // namespace datapact::state

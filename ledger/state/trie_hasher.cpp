#include "ledger/state/trie_hasher.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/branch_change.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/trie_node.hpp"

#include <algorithm>
#include <array>
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
  // Before those of the nodes below it: so the writes are sorted.
  const std::size_t write = writes_.size();
  writes_.push_back({path.owner, arena_.copy(path.nibbles), {}, {}});
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
  levels_[height].push_back({&child, write});
  return height;
}

void TrieHasher::run(std::vector<NodeWrite>& writes) {
  for (const std::vector<Changed>& level : levels_) hash_level(level);
  levels_.clear();
  if (has_embedded_) {
    std::erase_if(writes_, [](const NodeWrite& write) { return write.rlp.empty(); });
  }
  if (writes.empty()) {
    writes.swap(writes_);
  } else {
    writes.insert(writes.end(), writes_.begin(), writes_.end());
    writes_.clear();
  }
}

/// Each task has nodes, writes and memory of its own.
void TrieHasher::hash_level(std::span<const Changed> level) {
  const std::size_t portions = (level.size() + kNodesAtOnce - 1) / kNodesAtOnce;
  const auto hash_portion = [&](std::size_t portion, Arena& arena) {
    const auto rest = level.subspan(portion * kNodesAtOnce);
    hash(rest.first(std::min(rest.size(), kNodesAtOnce)), arena);
  };
  if (portions == 1 || runner_.width() == 1) {
    for (std::size_t i = 0; i < portions; ++i) hash_portion(i, arena_);
    return;
  }
  std::vector<Arena> arenas(portions);
  runner_.parallel_for(portions, [&](std::size_t i) { hash_portion(i, arenas[i]); });
  for (Arena& it : arenas) arena_.adopt(std::move(it));
}

void TrieHasher::hash(std::span<const Changed> nodes, Arena& arena) {
  std::array<TrieChild*, kNodesAtOnce> hashed{};
  std::array<ByteView, kNodesAtOnce> inputs;
  std::array<Hash256, kNodesAtOnce> hashes;
  std::size_t count = 0;
  for (const Changed& it : nodes) {
    NodeWrite& write = writes_[it.write];
    const ByteView rlp = encode(*it.child->node, arena);
    it.child->dirty = false;
    // The root has a place of its own however short it is.
    if (rlp.size() < kEmbeddedBytesEnd && !write.nibbles.empty()) {
      it.child->ref = NodeRef{rlp};
      has_embedded_ = true;
      continue;
    }
    write.rlp = rlp;
    const TrieNode& node = *it.child->node;
    if (!node.stored.empty() && node.changed != 0) {
      write.change = encode_branch_change(node, arena);
    }
    hashed[count] = it.child;
    inputs[count++] = write.rlp;
  }
  hash_many_(std::span{inputs}.first(count), std::span{hashes}.first(count));
  for (std::size_t i = 0; i < count; ++i) hashed[i]->ref = NodeRef::of_hash(hashes[i], arena);
}

}  // namespace datapact::state

#include "ledger/state/trie_tree.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/hash_many.hpp"
#include "ledger/state/nibbles.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/trie_hasher.hpp"
#include "ledger/state/trie_node.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace datapact::state {
namespace {

TrieChild dirty(TrieNode* node) { return {{}, true, node}; }

std::uint16_t bit_of(std::uint8_t nibble) { return static_cast<std::uint16_t>(1U << nibble); }

}  // namespace

TrieTree::TrieTree(const NodeSource* nodes, const Hash256& owner, const Hash256& root)
    : nodes_(nodes), owner_(owner) {
  if (root != kEmptyTrieRoot) root_.ref = NodeRef::of_hash(root, loads_.arena);
}

TrieNode& TrieTree::load(TrieChild& child, ByteView path, Loads& loads) const {
  if (child.node != nullptr) return *child.node;
  if (child.is_embedded()) {
    child.node = decode_trie_node(child.ref.view(), loads.arena);
    INVARIANT(child.node != nullptr);
    return *child.node;
  }
  INVARIANT(nodes_ != nullptr);
  loads.at.owner = owner_;
  loads.at.nibbles.assign(path.begin(), path.end());
  const ByteView rlp = nodes_->node(loads.at, loads.arena);
  INVARIANT(!rlp.empty());
  INVARIANT(!path.empty() || child.ref.is_hash_of(rlp));
  child.node = decode_trie_node(rlp, loads.arena);
  INVARIANT(child.node != nullptr);
  if (child.node->kind == TrieNodeKind::kBranch) child.node->stored = rlp;
  loads.places.push_back(loads.arena.copy(path));
  return *child.node;
}

/// The subtrie of a branch at `depth` in which the target lies.
TrieChild& TrieTree::child_toward(TrieNode& branch, const Target& target, std::size_t depth,
                                  Loads& loads) const {
  TrieChild& child = branch.children[target.key[depth]];
  if (child.node != nullptr || child.ref.empty() || child.is_embedded()) return child;
  // Below a branch with every child lie so many keys that leaves are seldom among its children.
  if (target.before.empty() || branch.was_full) return child;
  const ByteView rest = target.key.subspan(depth + 1);
  if (!child.ref.is_hash_of(encode_leaf(rest, target.before, loads.arena))) return child;
  child.node = TrieNode::leaf(loads.arena, rest, loads.arena.copy(target.before));
  loads.places.push_back(loads.arena.copy(target.key.first(depth + 1)));
  return child;
}

void TrieTree::load_path(TrieChild& child, const Target& target, std::size_t depth,
                         Loads& loads) const {
  TrieChild* at = &child;
  while (!at->empty()) {
    TrieNode& node = load(*at, target.key.first(depth), loads);
    const ByteView rest = target.key.subspan(depth);
    if (node.kind == TrieNodeKind::kLeaf || rest.empty()) return;
    if (node.kind == TrieNodeKind::kBranch) {
      at = &child_toward(node, target, depth, loads);
      ++depth;
      continue;
    }
    if (common_prefix(node.path, rest) != node.path.size()) return;
    at = &node.children[0];
    depth += node.path.size();
  }
}

void TrieTree::load_paths(std::span<const TrieKey> keys, TaskRunner& runner) {
  if (root_.empty()) return;
  TrieNode& root = load(root_, {});
  if (root.kind != TrieNodeKind::kBranch) return;
  // What lies behind one nibble has nothing in common with the rest: a task for each.
  std::array<Loads, kBranchWidth> loads;
  runner.parallel_for(kBranchWidth, [&](std::size_t nibble) {
    const auto nibble_of = [](const TrieKey& key) { return std::size_t{key.nibbles[0]}; };
    for (const TrieKey& key : std::ranges::equal_range(keys, nibble, {}, nibble_of)) {
      load_path(root.children[nibble], {key.nibbles, key.before}, 1, loads[nibble]);
    }
  });
  for (Loads& it : loads) {
    loads_.arena.adopt(std::move(it.arena));
    loads_.places.insert(loads_.places.end(), it.places.begin(), it.places.end());
  }
}

std::optional<ByteView> TrieTree::get(ByteView key, ByteView before) {
  TrieChild* child = &root_;
  std::size_t depth = 0;
  while (!child->empty()) {
    TrieNode& node = load(*child, key.first(depth));
    const ByteView rest = key.subspan(depth);
    if (node.kind == TrieNodeKind::kBranch) {
      if (rest.empty()) return node.value.empty() ? std::nullopt : std::optional(node.value);
      child = &child_toward(node, {key, before}, depth, loads_);
      ++depth;
      continue;
    }
    if (node.kind == TrieNodeKind::kLeaf) {
      return equal(node.path, rest) ? std::optional(node.value) : std::nullopt;
    }
    if (common_prefix(node.path, rest) != node.path.size()) return std::nullopt;
    child = &node.children[0];
    depth += node.path.size();
  }
  return std::nullopt;
}

void TrieTree::put(ByteView key, ByteView value, ByteView before) {
  PRECONDITION(!value.empty());
  insert(root_, {key, before}, 0, loads_.arena.copy(value));
}

// NOLINTNEXTLINE(misc-no-recursion): at most as deep as the key has nibbles
void TrieTree::insert(TrieChild& child, const Target& target, std::size_t depth, ByteView value) {
  const ByteView key = target.key;
  if (child.empty()) {
    child = dirty(TrieNode::leaf(loads_.arena, key.subspan(depth), value));
    return;
  }
  TrieNode& node = load(child, key.first(depth));
  child.dirty = true;
  switch (node.kind) {
    case TrieNodeKind::kLeaf:
      return insert_at_leaf(child, key, depth, value);
    case TrieNodeKind::kExtension:
      return insert_at_extension(child, target, depth, value);
    case TrieNodeKind::kBranch:
      if (depth == key.size()) {
        node.value = value;
        node.stored = {};
        return;
      }
      node.changed |= bit_of(key[depth]);
      return insert(child_toward(node, target, depth, loads_), target, depth + 1, value);
  }
}

void TrieTree::insert_at_leaf(TrieChild& child, ByteView key, std::size_t depth, ByteView value) {
  TrieNode& node = *child.node;
  const ByteView rest = key.subspan(depth);
  const std::size_t common = common_prefix(node.path, rest);
  if (common == node.path.size() && common == rest.size()) {
    node.value = value;
    return;
  }
  TrieNode* const branch = TrieNode::branch(loads_.arena);
  add_leaf(*branch, node.path.subspan(common), node.value);
  add_leaf(*branch, rest.subspan(common), value);
  child = behind(rest, common, branch);
}

// NOLINTNEXTLINE(misc-no-recursion): at most as deep as the key has nibbles
void TrieTree::insert_at_extension(TrieChild& child, const Target& target, std::size_t depth,
                                   ByteView value) {
  TrieNode& node = *child.node;
  const ByteView rest = target.key.subspan(depth);
  const std::size_t common = common_prefix(node.path, rest);
  if (common == node.path.size()) {
    return insert(node.children[0], target, depth + common, value);
  }
  TrieNode* const branch = TrieNode::branch(loads_.arena);
  const ByteView tail = node.path.subspan(common);
  branch->children[tail[0]] =
      tail.size() == 1
          ? node.children[0]
          : dirty(TrieNode::extension(loads_.arena, tail.subspan(1), node.children[0]));
  add_leaf(*branch, rest.subspan(common), value);
  child = behind(rest, common, branch);
}

void TrieTree::erase(ByteView key, ByteView before) {
  if (remove(root_, {key, before}, 0)) has_removed_ = true;
}

// NOLINTNEXTLINE(misc-no-recursion): at most as deep as the key has nibbles
bool TrieTree::remove(TrieChild& child, const Target& target, std::size_t depth) {
  if (child.empty()) return false;
  TrieNode& node = load(child, target.key.first(depth));
  const ByteView rest = target.key.subspan(depth);
  switch (node.kind) {
    case TrieNodeKind::kLeaf:
      if (!equal(node.path, rest)) return false;
      child = {};
      return true;
    case TrieNodeKind::kExtension:
      if (common_prefix(node.path, rest) != node.path.size()) return false;
      if (!remove(node.children[0], target, depth + node.path.size())) return false;
      join_extension(child);
      child.dirty = true;
      return true;
    case TrieNodeKind::kBranch:
      return remove_from_branch(child, target, depth);
  }
  return false;
}

// NOLINTNEXTLINE(misc-no-recursion): at most as deep as the key has nibbles
bool TrieTree::remove_from_branch(TrieChild& child, const Target& target, std::size_t depth) {
  TrieNode& node = *child.node;
  const ByteView key = target.key;
  if (depth == key.size()) {
    if (node.value.empty()) return false;
    node.value = {};
    node.stored = {};
  } else if (!remove(child_toward(node, target, depth, loads_), target, depth + 1)) {
    return false;
  } else {
    node.changed |= bit_of(key[depth]);
  }
  child.dirty = true;
  shrink_branch(child, key.first(depth));
  return true;
}

/// A branch with a single entry left becomes what that entry is, with a longer path.
void TrieTree::shrink_branch(TrieChild& child, ByteView path) {
  TrieNode& node = *child.node;
  const auto is_used = [](const TrieChild& it) { return !it.empty(); };
  const auto used = std::ranges::count_if(node.children, is_used);
  if (used + (node.value.empty() ? 0 : 1) != 1) return;
  if (used == 0) {
    child = dirty(TrieNode::leaf(loads_.arena, {}, node.value));
    return;
  }
  const auto last = std::ranges::find_if(node.children, is_used);
  Bytes below = to_bytes(path);
  below.push_back(static_cast<std::uint8_t>(last - node.children.begin()));
  load(*last, below);
  child = dirty(TrieNode::extension(loads_.arena, ByteView{below}.last(1), *last));
  join_extension(child);
}

/// An extension leads to a branch: what it leads to otherwise takes over its path.
void TrieTree::join_extension(TrieChild& child) {
  TrieNode& node = *child.node;
  TrieNode& below = *node.children[0].node;
  if (below.kind == TrieNodeKind::kBranch) return;
  below.path = loads_.arena.copy(concat({node.path, below.path}));
  child = dirty(&below);
}

/// Puts `branch` behind the first `length` nibbles of `path`.
TrieChild TrieTree::behind(ByteView path, std::size_t length, TrieNode* branch) {
  if (length == 0) return dirty(branch);
  return dirty(TrieNode::extension(loads_.arena, path.first(length), dirty(branch)));
}

/// Places a new leaf with the path `rest` in a branch.
void TrieTree::add_leaf(TrieNode& branch, ByteView rest, ByteView value) {
  if (rest.empty()) {
    branch.value = value;
  } else {
    branch.children[rest[0]] = dirty(TrieNode::leaf(loads_.arena, rest.subspan(1), value));
  }
}

Hash256 TrieTree::commit(Output out, HashMany hash_many) {
  SequentialRunner here;
  return commit_all({this, 1}, out, hash_many, here)[0];
}

std::vector<Hash256> TrieTree::commit_all(std::span<TrieTree> trees, Output out, HashMany hash_many,
                                          TaskRunner& runner) {
  TrieHasher hasher{hash_many, runner, out.arena};
  for (TrieTree& tree : trees) hasher.add(tree.root_, tree.owner_);
  hasher.run(out.writes);
  std::vector<Hash256> roots;
  roots.reserve(trees.size());
  for (TrieTree& tree : trees) roots.push_back(tree.finish(out, hasher.has_embedded()));
  return roots;
}

Hash256 TrieTree::finish(Output out, bool has_embedded) {
  // Otherwise something lies wherever something lay.
  if (has_removed_ || has_embedded) {
    for (const ByteView place : loads_.places) {
      if (!has_place(place)) out.writes.push_back({owner_, out.arena.copy(place), {}, {}});
    }
  }
  loads_.places.clear();
  return root_.empty() ? kEmptyTrieRoot : root_.ref.hash();
}

void TrieTree::remove_all(Output out) {
  Bytes path;
  if (!root_.empty()) remove_below(root_, path, out);
  root_ = {};
  loads_.places.clear();
}

// NOLINTNEXTLINE(misc-no-recursion): a trie is at most as deep as its keys have nibbles
void TrieTree::remove_below(TrieChild& child, Bytes& path, Output out) {
  if (child.empty()) return;
  TrieNode& node = load(child, path);
  if (!child.is_embedded()) out.writes.push_back({owner_, out.arena.copy(path), {}, {}});
  const std::size_t length = path.size();
  append(path, node.path);
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (node.kind == TrieNodeKind::kBranch) path.push_back(static_cast<std::uint8_t>(i));
    remove_below(node.children[i], path, out);
    if (node.kind == TrieNodeKind::kBranch) path.pop_back();
  }
  path.resize(length);
}

/// Whether a node with a place of its own lies exactly there.
bool TrieTree::has_place(ByteView path) const {
  const TrieChild* child = &root_;
  std::size_t depth = 0;
  while (!child->empty()) {
    if (depth == path.size()) return !child->is_embedded();
    if (child->node == nullptr || child->node->kind == TrieNodeKind::kLeaf) return false;
    const TrieNode& node = *child->node;
    const ByteView rest = path.subspan(depth);
    if (node.kind == TrieNodeKind::kBranch) {
      child = &node.children[rest[0]];
      ++depth;
    } else {
      if (common_prefix(node.path, rest) != node.path.size()) return false;
      child = &node.children[0];
      depth += node.path.size();
    }
  }
  return false;
}

}  // namespace datapact::state

#include "ledger/state/trie_node.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/nibbles.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

namespace datapact::state {
namespace {

// Yellow Paper, appendix B.
constexpr std::uint8_t kEmptyString = 0x80;
constexpr std::uint8_t kListBase = 0xc0;

using Items = std::span<const ByteView>;

bool is_empty_string(ByteView item) { return item.size() == 1 && item[0] == kEmptyString; }

/// A hash, or a node that lives inside its parent.
bool is_node_ref(ByteView item) {
  const bool is_list = item[0] >= kListBase;
  return is_list ? item.size() < kEmbeddedBytesEnd : item.size() == 1 + Hash256::kSize;
}

/// The next item, whole; of no bytes when there is none. A hash or an empty string, of which
/// branches consist, needs no look at anything but its first byte.
ByteView take_item(ByteView& rest) {
  std::size_t size = 0;
  if (rest[0] == kEmptyString) {
    size = 1;
  } else if (rest[0] == kEmptyString + Hash256::kSize && rest.size() > Hash256::kSize) {
    size = 1 + Hash256::kSize;
  } else if (const auto item = rlp::Decoder{rest}.raw()) {
    size = item->size();
  }
  const ByteView out = rest.first(size);
  rest = rest.subspan(size);
  return out;
}

TrieNode* decode_short(Items items, Arena& arena) {
  const auto encoded_path = rlp::Decoder{items[0]}.string();
  if (!encoded_path) return nullptr;
  const auto path = decode_compact(*encoded_path);
  if (!path) return nullptr;
  if (path->is_leaf) {
    const auto value = rlp::Decoder{items[1]}.string();
    if (!value || value->empty()) return nullptr;
    return TrieNode::leaf(arena, path->nibbles, arena.copy(*value));
  }
  const auto ref = decode_node_ref(items[1], false);
  if (!ref || path->nibbles.empty()) return nullptr;
  return TrieNode::extension(arena, path->nibbles, TrieChild{*ref, false, nullptr});
}

TrieNode* decode_branch(Items items, Arena& arena) {
  TrieNode* const out = TrieNode::branch(arena);
  std::size_t entries = 0;
  for (std::size_t i = 0; i < kBranchWidth; ++i) {
    if (is_empty_string(items[i])) continue;
    if (!is_node_ref(items[i])) return nullptr;
    out->children[i].ref = NodeRef{items[i]};
    ++entries;
  }
  const auto value = rlp::Decoder{items[kBranchWidth]}.string();
  if (!value) return nullptr;
  out->value = arena.copy(*value);
  out->was_full = entries == kBranchWidth;
  entries += out->value.empty() ? 0 : 1;
  return entries < 2 ? nullptr : out;
}

// The length of a node is known beforehand, so that its bytes are written once and moved nowhere.

Bytes encode_branch(const TrieNode& node) {
  std::size_t references = 0;
  for (const TrieChild& child : node.children) {
    references += std::max(child.ref.size(), std::size_t{1});
  }
  const std::size_t payload = references + rlp::string_bytes(node.value);
  Bytes out;
  out.reserve(rlp::kHeaderBytesMax + payload);
  rlp::append_list_header(out, payload);
  const std::size_t header = out.size();
  out.resize(header + references);
  std::uint8_t* at = out.data() + header;
  for (const TrieChild& child : node.children) {
    if (child.ref.empty()) {
      *at++ = kEmptyString;
    } else {
      at = child.ref.copy_to(at);
    }
  }
  rlp::append_string(out, node.value);
  return out;
}

/// A list of the path and something else of so many bytes, up to where that begins.
Bytes begin_short(ByteView path, bool is_leaf, std::size_t rest) {
  const Bytes compact = encode_compact(path, is_leaf);
  const std::size_t payload = rlp::string_bytes(compact) + rest;
  Bytes out;
  out.reserve(rlp::kHeaderBytesMax + payload);
  rlp::append_list_header(out, payload);
  rlp::append_string(out, compact);
  return out;
}

Bytes encode_extension(const TrieNode& node) {
  const ByteView ref = node.children[0].ref.view();
  Bytes out = begin_short(node.path, false, ref.size());
  append(out, ref);
  return out;
}

}  // namespace

TrieNode* TrieNode::leaf(Arena& arena, ByteView path, ByteView value) {
  return &arena.make(TrieNode{
      .kind = TrieNodeKind::kLeaf, .path = arena.copy(path), .value = value, .children = {}});
}

TrieNode* TrieNode::extension(Arena& arena, ByteView path, const TrieChild& child) {
  const auto children = arena.make_array<TrieChild>(1);
  children[0] = child;
  return &arena.make(TrieNode{.kind = TrieNodeKind::kExtension,
                              .path = arena.copy(path),
                              .value = {},
                              .children = children});
}

TrieNode* TrieNode::branch(Arena& arena) {
  const auto children = arena.make_array<TrieChild>(kBranchWidth);
  return &arena.make(
      TrieNode{.kind = TrieNodeKind::kBranch, .path = {}, .value = {}, .children = children});
}

NodeRef::NodeRef(ByteView item) : size_(static_cast<std::uint8_t>(item.size())) {
  PRECONDITION(item.size() <= bytes_.size());
  // Most are hashes: copies of a size that is known take no call.
  if (item.size() == bytes_.size()) {
    std::memcpy(bytes_.data(), item.data(), bytes_.size());
  } else {
    std::ranges::copy(item, bytes_.begin());
  }
}

std::uint8_t* NodeRef::copy_to(std::uint8_t* out) const noexcept {
  if (size_ == bytes_.size()) {
    std::memcpy(out, bytes_.data(), bytes_.size());
  } else {
    std::memcpy(out, bytes_.data(), size_);
  }
  return out + size_;
}

NodeRef NodeRef::of_hash(const Hash256& hash) {
  NodeRef out;
  out.size_ = 1 + Hash256::kSize;
  out.bytes_[0] = kEmptyString + Hash256::kSize;
  std::ranges::copy(hash.raw(), out.bytes_.begin() + 1);
  return out;
}

std::optional<NodeRef> decode_node_ref(ByteView item, bool may_be_empty) {
  if (is_node_ref(item)) return NodeRef{item};
  if (may_be_empty && is_empty_string(item)) return NodeRef{};
  return std::nullopt;
}

Bytes encode(const TrieNode& node) {
  switch (node.kind) {
    case TrieNodeKind::kLeaf:
      return encode_leaf(node.path, node.value);
    case TrieNodeKind::kExtension:
      return encode_extension(node);
    case TrieNodeKind::kBranch:
      return encode_branch(node);
  }
  return {};
}

Bytes encode_leaf(ByteView path, ByteView value) {
  Bytes out = begin_short(path, true, rlp::string_bytes(value));
  rlp::append_string(out, value);
  return out;
}

TrieNode* decode_trie_node(ByteView rlp, Arena& arena) {
  auto list = rlp::decode_list(rlp);
  if (!list) return nullptr;
  std::array<ByteView, kBranchWidth + 1> items;
  std::size_t count = 0;
  ByteView rest = list->rest();
  while (!rest.empty()) {
    if (count == items.size()) return nullptr;
    items[count] = take_item(rest);
    if (items[count++].empty()) return nullptr;
  }
  if (count == 2) return decode_short(Items{items}.first(2), arena);
  return count == items.size() ? decode_branch(items, arena) : nullptr;
}

NodeRef hash_reference(ByteView rlp) { return NodeRef::of_hash(crypto::keccak256(rlp)); }

}  // namespace datapact::state

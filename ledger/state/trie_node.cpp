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
#include <bit>
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
constexpr std::uint8_t kLongListBase = 0xf7;

using Items = std::span<const ByteView>;

bool is_empty_string(ByteView item) { return item.size() == 1 && item[0] == kEmptyString; }

/// A hash, or a node that lives inside its parent.
bool is_node_ref(ByteView item) {
  const bool is_list = item[0] >= kListBase;
  return is_list ? item.size() < kEmbeddedBytesEnd : item.size() == NodeRef::kHashItemBytes;
}

/// The next item, whole; of no bytes when there is none. A hash or an empty string, of which
/// branches consist, needs no look at anything but its first byte.
ByteView take_item(ByteView& rest) {
  std::size_t size = 0;
  if (rest[0] == kEmptyString) {
    size = 1;
  } else if (rest[0] == kEmptyString + Hash256::kSize && rest.size() > Hash256::kSize) {
    size = NodeRef::kHashItemBytes;
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
    return TrieNode::leaf(arena, path->nibbles, *value);
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
  out->value = *value;
  out->was_full = entries == kBranchWidth;
  entries += out->value.empty() ? 0 : 1;
  return entries < 2 ? nullptr : out;
}

// The length of a node is known beforehand, so that its bytes are written once and moved nowhere.

/// Of its header, which is a whole one.
std::size_t list_header_bytes(ByteView list) {
  return list[0] > kLongListBase ? 1U + list[0] - kLongListBase : 1U;
}

/// What was stored, with the references that changed in their places; of no bytes when one of them
/// has another length.
ByteView encode_stored_branch(const TrieNode& node, Arena& arena) {
  std::size_t at = list_header_bytes(node.stored);
  std::array<std::size_t, kBranchWidth> places{};
  for (std::size_t i = 0; i < kBranchWidth; ++i) {
    const TrieChild& child = node.children[i];
    places[i] = at;
    const std::uint8_t first = node.stored[at];
    const bool is_hash = first == kEmptyString + Hash256::kSize;
    if ((node.changed >> i & 1U) != 0) {
      if (!is_hash || child.ref.size() != NodeRef::kHashItemBytes) return {};
      at += NodeRef::kHashItemBytes;
    } else {
      at += std::max(child.ref.size(), std::size_t{1});
    }
  }
  const MutableBytes out = arena.bytes(node.stored.size());
  std::memcpy(out.data(), node.stored.data(), out.size());
  for (unsigned rest = node.changed; rest != 0; rest &= rest - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(rest));
    std::memcpy(&out[places[i]], node.children[i].ref.view().data(), NodeRef::kHashItemBytes);
  }
  return out;
}

ByteView encode_branch(const TrieNode& node, Arena& arena) {
  if (!node.stored.empty()) {
    const ByteView out = encode_stored_branch(node, arena);
    if (!out.empty()) return out;
  }
  std::size_t payload = rlp::string_bytes(node.value);
  for (const TrieChild& child : node.children) {
    payload += std::max(child.ref.size(), std::size_t{1});
  }
  const MutableBytes out = arena.bytes(rlp::list_bytes(payload));
  std::uint8_t* at = rlp::write_list_header(out.data(), payload);
  for (const TrieChild& child : node.children) {
    if (child.ref.empty()) {
      *at++ = kEmptyString;
    } else {
      at = child.ref.copy_to(at);
    }
  }
  at = rlp::write_string(at, node.value);
  INVARIANT(at == out.data() + out.size());
  return out;
}

ByteView encode_compact(ByteView path, bool is_leaf, Arena& arena) {
  const MutableBytes out = arena.bytes(compact_bytes(path.size()));
  write_compact(out.data(), path, is_leaf);
  return out;
}

ByteView encode_extension(const TrieNode& node, Arena& arena) {
  const NodeRef& ref = node.children[0].ref;
  const ByteView path = encode_compact(node.path, false, arena);
  const std::size_t payload = rlp::string_bytes(path) + ref.size();
  const MutableBytes out = arena.bytes(rlp::list_bytes(payload));
  std::uint8_t* at = rlp::write_list_header(out.data(), payload);
  at = ref.copy_to(rlp::write_string(at, path));
  INVARIANT(at == out.data() + out.size());
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

NodeRef::NodeRef(ByteView item)
    : bytes_(item.data()), size_(static_cast<std::uint8_t>(item.size())) {
  PRECONDITION(item.size() <= kHashItemBytes);
}

std::uint8_t* NodeRef::copy_to(std::uint8_t* out) const noexcept {
  // Most are hashes: copies of a size that is known take no call.
  if (size_ == kHashItemBytes) {
    std::memcpy(out, bytes_, kHashItemBytes);
  } else {
    std::memcpy(out, bytes_, size_);
  }
  return out + size_;
}

NodeRef NodeRef::of_hash(const Hash256& hash, Arena& arena) {
  const MutableBytes out = arena.bytes(kHashItemBytes);
  out[0] = kEmptyString + Hash256::kSize;
  std::ranges::copy(hash.raw(), out.begin() + 1);
  return NodeRef{out};
}

bool NodeRef::is_hash_of(ByteView rlp) const {
  if (size_ != kHashItemBytes) return false;
  return equal(view().subspan(1), crypto::keccak256(rlp).view());
}

std::optional<NodeRef> decode_node_ref(ByteView item, bool may_be_empty) {
  if (is_node_ref(item)) return NodeRef{item};
  if (may_be_empty && is_empty_string(item)) return NodeRef{};
  return std::nullopt;
}

ByteView encode(const TrieNode& node, Arena& arena) {
  switch (node.kind) {
    case TrieNodeKind::kLeaf:
      return encode_leaf(node.path, node.value, arena);
    case TrieNodeKind::kExtension:
      return encode_extension(node, arena);
    case TrieNodeKind::kBranch:
      return encode_branch(node, arena);
  }
  return {};
}

ByteView encode_leaf(ByteView path, ByteView value, Arena& arena) {
  const ByteView compact = encode_compact(path, true, arena);
  const std::size_t payload = rlp::string_bytes(compact) + rlp::string_bytes(value);
  const MutableBytes out = arena.bytes(rlp::list_bytes(payload));
  std::uint8_t* at = rlp::write_list_header(out.data(), payload);
  at = rlp::write_string(rlp::write_string(at, compact), value);
  INVARIANT(at == out.data() + out.size());
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

}  // namespace datapact::state

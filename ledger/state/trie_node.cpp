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
#include <optional>
#include <span>

namespace datapact::state {
namespace {

// Yellow Paper, appendix B.
constexpr std::uint8_t kEmptyString = 0x80;
constexpr std::uint8_t kListBase = 0xc0;
constexpr std::size_t kShortMax = 55;

using Items = std::span<const ByteView>;

/// A child's reference, or an empty one for the empty string where `may_be_empty`.
std::optional<NodeRef> decode_ref(ByteView item, bool may_be_empty) {
  const bool is_list = item[0] >= kListBase;
  const bool is_hash = !is_list && item.size() == 1 + Hash256::kSize;
  const bool is_node = is_list && item.size() < kEmbeddedBytesEnd;
  if (is_hash || is_node) return NodeRef{item};
  const bool is_empty = item.size() == 1 && item[0] == kEmptyString;
  if (is_empty && may_be_empty) return NodeRef{};
  return std::nullopt;
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
  const auto ref = decode_ref(items[1], false);
  if (!ref || path->nibbles.empty()) return nullptr;
  return TrieNode::extension(arena, path->nibbles, TrieChild{*ref, false, nullptr});
}

TrieNode* decode_branch(Items items, Arena& arena) {
  TrieNode* const out = TrieNode::branch(arena);
  std::size_t entries = 0;
  for (std::size_t i = 0; i < kBranchWidth; ++i) {
    const auto ref = decode_ref(items[i], true);
    if (!ref) return nullptr;
    out->children[i].ref = *ref;
    entries += ref->empty() ? 0 : 1;
  }
  const auto value = rlp::Decoder{items[kBranchWidth]}.string();
  if (!value) return nullptr;
  out->value = arena.copy(*value);
  entries += out->value.empty() ? 0 : 1;
  return entries < 2 ? nullptr : out;
}

void append_header(Bytes& out, std::uint8_t base, std::size_t payload) {
  if (payload <= kShortMax) {
    out.push_back(static_cast<std::uint8_t>(base + payload));
    return;
  }
  std::array<std::uint8_t, sizeof(std::uint64_t)> digits{};
  store_be(digits.data(), std::uint64_t{payload});
  const ByteView used{std::ranges::find_if(digits, [](auto digit) { return digit != 0; }),
                      digits.end()};
  out.push_back(static_cast<std::uint8_t>(base + kShortMax + used.size()));
  append(out, used);
}

bool is_its_own_encoding(ByteView bytes) { return bytes.size() == 1 && bytes[0] < kEmptyString; }

/// Of the whole item.
std::size_t string_bytes(ByteView bytes) {
  if (is_its_own_encoding(bytes)) return 1;
  std::size_t header = 1;
  if (bytes.size() > kShortMax) {
    for (std::size_t rest = bytes.size(); rest != 0; rest >>= 8U) ++header;
  }
  return header + bytes.size();
}

void append_string(Bytes& out, ByteView bytes) {
  if (!is_its_own_encoding(bytes)) append_header(out, kEmptyString, bytes.size());
  append(out, bytes);
}

/// A list header has at most nine bytes.
constexpr std::size_t kHeaderBytesMax = 1 + sizeof(std::uint64_t);

// The length of a node is known beforehand, so that its bytes are written once and moved nowhere.

Bytes encode_branch(const TrieNode& node) {
  std::size_t payload = string_bytes(node.value);
  for (const TrieChild& child : node.children)
    payload += std::max(child.ref.size(), std::size_t{1});
  Bytes out;
  out.reserve(kHeaderBytesMax + payload);
  append_header(out, kListBase, payload);
  for (const TrieChild& child : node.children) {
    child.ref.empty() ? out.push_back(kEmptyString) : append(out, child.ref.view());
  }
  append_string(out, node.value);
  return out;
}

Bytes encode_short(const TrieNode& node) {
  const bool is_leaf = node.kind == TrieNodeKind::kLeaf;
  const Bytes path = encode_compact(node.path, is_leaf);
  const std::size_t payload =
      string_bytes(path) + (is_leaf ? string_bytes(node.value) : node.children[0].ref.size());
  Bytes out;
  out.reserve(kHeaderBytesMax + payload);
  append_header(out, kListBase, payload);
  append_string(out, path);
  is_leaf ? append_string(out, node.value) : append(out, node.children[0].ref.view());
  return out;
}

}  // namespace

TrieNode* TrieNode::leaf(Arena& arena, ByteView path, ByteView value) {
  return &arena.make(TrieNode{TrieNodeKind::kLeaf, arena.copy(path), value, {}});
}

TrieNode* TrieNode::extension(Arena& arena, ByteView path, const TrieChild& child) {
  const auto children = arena.make_array<TrieChild>(1);
  children[0] = child;
  return &arena.make(TrieNode{TrieNodeKind::kExtension, arena.copy(path), {}, children});
}

TrieNode* TrieNode::branch(Arena& arena) {
  const auto children = arena.make_array<TrieChild>(kBranchWidth);
  return &arena.make(TrieNode{TrieNodeKind::kBranch, {}, {}, children});
}

NodeRef::NodeRef(ByteView item) : size_(static_cast<std::uint8_t>(item.size())) {
  PRECONDITION(item.size() <= bytes_.size());
  std::ranges::copy(item, bytes_.begin());
}

NodeRef NodeRef::of_hash(const Hash256& hash) {
  NodeRef out;
  out.size_ = 1 + Hash256::kSize;
  out.bytes_[0] = kEmptyString + Hash256::kSize;
  std::ranges::copy(hash.raw(), out.bytes_.begin() + 1);
  return out;
}

Bytes encode(const TrieNode& node) {
  return node.kind == TrieNodeKind::kBranch ? encode_branch(node) : encode_short(node);
}

TrieNode* decode_trie_node(ByteView rlp, Arena& arena) {
  auto list = rlp::decode_list(rlp);
  if (!list) return nullptr;
  std::array<ByteView, kBranchWidth + 1> items;
  std::size_t count = 0;
  while (!list->at_end()) {
    if (count == items.size()) return nullptr;
    const auto item = list->raw();
    if (!item) return nullptr;
    items[count++] = *item;
  }
  if (count == 2) return decode_short(Items{items}.first(2), arena);
  return count == items.size() ? decode_branch(items, arena) : nullptr;
}

NodeRef hash_reference(ByteView rlp) { return NodeRef::of_hash(crypto::keccak256(rlp)); }

}  // namespace datapact::state

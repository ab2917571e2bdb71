#include "ledger/state/trie_node.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "ledger/state/nibbles.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace datapact::state {
namespace {

// Yellow Paper, appendix B.
constexpr std::uint8_t kEmptyString = 0x80;
constexpr std::uint8_t kListBase = 0xc0;
constexpr std::size_t kShortListMax = 55;

std::unique_ptr<TrieNode> make_node(TrieNodeKind kind, std::size_t children) {
  auto out = std::make_unique<TrieNode>();
  out->kind = kind;
  out->children.resize(children);
  return out;
}

/// A child's reference, or an empty one for the empty string where `may_be_empty`.
std::optional<NodeRef> decode_ref(rlp::Decoder& items, bool may_be_empty) {
  const bool is_list = items.next_is_list();
  const auto item = items.raw();
  if (!item) return std::nullopt;
  const bool is_hash = !is_list && item->size() == 33;
  const bool is_node = is_list && item->size() < kEmbeddedBytesEnd;
  if (is_hash || is_node) return NodeRef{*item};
  const bool is_empty = item->size() == 1 && (*item)[0] == kEmptyString;
  if (is_empty && may_be_empty) return NodeRef{};
  return std::nullopt;
}

std::unique_ptr<TrieNode> decode_short(rlp::Decoder items) {
  const auto encoded_path = items.string();
  if (!encoded_path) return nullptr;
  auto path = decode_compact(*encoded_path);
  if (!path) return nullptr;
  if (path->is_leaf) {
    const auto value = items.string();
    if (!value || value->empty()) return nullptr;
    return TrieNode::leaf(path->nibbles, to_bytes(*value));
  }
  auto ref = decode_ref(items, false);
  if (!ref || path->nibbles.empty()) return nullptr;
  return TrieNode::extension(path->nibbles, TrieChild{*ref, false, nullptr});
}

std::unique_ptr<TrieNode> decode_branch(rlp::Decoder items) {
  auto out = TrieNode::branch();
  std::size_t entries = 0;
  for (TrieChild& child : out->children) {
    auto ref = decode_ref(items, true);
    if (!ref) return nullptr;
    child.ref = *ref;
    entries += child.ref.empty() ? 0 : 1;
  }
  const auto value = items.string();
  if (!value) return nullptr;
  out->value = to_bytes(*value);
  entries += out->value.empty() ? 0 : 1;
  if (entries < 2) return nullptr;
  return out;
}

Bytes list_header(std::size_t payload) {
  if (payload <= kShortListMax) return {static_cast<std::uint8_t>(kListBase + payload)};
  Bytes digits;
  append_be(digits, std::uint64_t{payload});
  digits.erase(digits.begin(), std::ranges::find_if(digits, [](auto digit) { return digit != 0; }));
  digits.insert(digits.begin(),
                static_cast<std::uint8_t>(kListBase + kShortListMax + digits.size()));
  return digits;
}

/// Most nodes of a block are branches: their length is known beforehand, so that their bytes are
/// written once and moved nowhere.
Bytes encode_branch(const TrieNode& node) {
  const Bytes value = rlp::Encoder{}.string(ByteView{node.value}).take();
  std::size_t payload = value.size();
  for (const TrieChild& child : node.children)
    payload += std::max(child.ref.size(), std::size_t{1});
  Bytes out = list_header(payload);
  out.reserve(out.size() + payload);
  for (const TrieChild& child : node.children) {
    child.ref.empty() ? out.push_back(kEmptyString) : append(out, child.ref.view());
  }
  append(out, value);
  return out;
}

std::size_t count_items(rlp::Decoder items) {
  std::size_t count = 0;
  while (!items.at_end()) {
    if (!items.raw()) return 0;
    ++count;
  }
  return count;
}

}  // namespace

std::unique_ptr<TrieNode> TrieNode::leaf(ByteView path, Bytes value) {
  auto out = make_node(TrieNodeKind::kLeaf, 0);
  out->path = to_bytes(path);
  out->value = std::move(value);
  return out;
}

std::unique_ptr<TrieNode> TrieNode::extension(ByteView path, TrieChild child) {
  auto out = make_node(TrieNodeKind::kExtension, 1);
  out->path = to_bytes(path);
  out->children[0] = std::move(child);
  return out;
}

std::unique_ptr<TrieNode> TrieNode::branch() {
  return make_node(TrieNodeKind::kBranch, kBranchWidth);
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
  if (node.kind == TrieNodeKind::kBranch) return encode_branch(node);
  rlp::Encoder items;
  items.string(encode_compact({node.path, node.kind == TrieNodeKind::kLeaf}));
  if (node.kind == TrieNodeKind::kLeaf) {
    items.string(ByteView{node.value});
  } else {
    items.raw(node.children[0].ref.view());
  }
  return items.as_list();
}

std::unique_ptr<TrieNode> decode_trie_node(ByteView rlp) {
  const auto items = rlp::decode_list(rlp);
  if (!items) return nullptr;
  switch (count_items(*items)) {
    case 2:
      return decode_short(*items);
    case kBranchWidth + 1:
      return decode_branch(*items);
    default:
      return nullptr;
  }
}

NodeRef hash_reference(ByteView rlp) { return NodeRef::of_hash(crypto::keccak256(rlp)); }

}  // namespace datapact::state

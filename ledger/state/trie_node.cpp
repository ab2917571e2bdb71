#include "ledger/state/trie_node.hpp"

#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "ledger/state/nibbles.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace datapact::state {
namespace {

std::unique_ptr<TrieNode> make_node(TrieNodeKind kind, std::size_t children) {
  auto out = std::make_unique<TrieNode>();
  out->kind = kind;
  out->children.resize(children);
  return out;
}

/// A child's reference, or an empty one for the empty string where `may_be_empty`.
std::optional<Bytes> decode_ref(rlp::Decoder& items, bool may_be_empty) {
  const bool is_list = items.next_is_list();
  const auto item = items.raw();
  if (!item) return std::nullopt;
  const bool is_hash = !is_list && item->size() == 33;
  const bool is_node = is_list && item->size() < kEmbeddedBytesEnd;
  if (is_hash || is_node) return to_bytes(*item);
  const bool is_empty = item->size() == 1 && (*item)[0] == 0x80;
  if (is_empty && may_be_empty) return Bytes{};
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
  return TrieNode::extension(path->nibbles, TrieChild{std::move(*ref), nullptr, false});
}

std::unique_ptr<TrieNode> decode_branch(rlp::Decoder items) {
  auto out = TrieNode::branch();
  std::size_t entries = 0;
  for (TrieChild& child : out->children) {
    auto ref = decode_ref(items, true);
    if (!ref) return nullptr;
    child.ref = std::move(*ref);
    entries += child.ref.empty() ? 0 : 1;
  }
  const auto value = items.string();
  if (!value) return nullptr;
  out->value = to_bytes(*value);
  entries += out->value.empty() ? 0 : 1;
  if (entries < 2) return nullptr;
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

Bytes encode(const TrieNode& node) {
  rlp::Encoder items;
  switch (node.kind) {
    case TrieNodeKind::kLeaf:
      items.string(encode_compact({node.path, true})).string(ByteView{node.value});
      break;
    case TrieNodeKind::kExtension:
      items.string(encode_compact({node.path, false})).raw(node.children[0].ref);
      break;
    case TrieNodeKind::kBranch:
      for (const TrieChild& child : node.children) {
        child.ref.empty() ? items.string(ByteView{}) : items.raw(child.ref);
      }
      items.string(ByteView{node.value});
      break;
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

Bytes hash_reference(ByteView rlp) { return rlp::Encoder{}.string(crypto::keccak256(rlp)).take(); }

}  // namespace datapact::state

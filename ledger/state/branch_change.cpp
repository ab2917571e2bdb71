#include "ledger/state/branch_change.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/trie_node.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <span>

namespace datapact::state {
namespace {

constexpr std::uint8_t kNoChild = 0x80;
constexpr std::size_t kHeaderBytes = 1 + sizeof(std::uint16_t);

bool has_changed(std::uint16_t changed, std::size_t child) { return (changed >> child & 1U) != 0; }

bool change_children(TrieNode& branch, ByteView change) {
  if (change.size() < kHeaderBytes || !is_branch_change(change)) return false;
  const auto changed = load_be<std::uint16_t>(change.data() + 1);
  rlp::Decoder items{change.subspan(kHeaderBytes)};
  for (std::size_t i = 0; i < kBranchWidth; ++i) {
    if (!has_changed(changed, i)) continue;
    const auto item = items.raw();
    if (!item) return false;
    const auto ref = decode_node_ref(*item, true);
    if (!ref) return false;
    branch.children[i].ref = *ref;
  }
  return changed != 0 && items.at_end();
}

}  // namespace

ByteView encode_branch_change(const TrieNode& branch, Arena& arena) {
  std::size_t size = kHeaderBytes;
  for (std::size_t i = 0; i < kBranchWidth; ++i) {
    if (!has_changed(branch.changed, i)) continue;
    size += std::max(branch.children[i].ref.size(), std::size_t{1});
  }
  const MutableBytes out = arena.bytes(size);
  out[0] = kBranchChangeMark;
  store_be(&out[1], branch.changed);
  std::uint8_t* at = out.data() + kHeaderBytes;
  for (std::size_t i = 0; i < kBranchWidth; ++i) {
    if (!has_changed(branch.changed, i)) continue;
    const NodeRef& ref = branch.children[i].ref;
    if (ref.empty()) {
      *at++ = kNoChild;
    } else {
      at = ref.copy_to(at);
    }
  }
  INVARIANT(at == out.data() + out.size());
  return out;
}

std::optional<Bytes> apply_branch_changes(ByteView whole, std::span<const Bytes> newest_first) {
  Arena arena;
  TrieNode* const branch = decode_trie_node(whole, arena);
  if (branch == nullptr || branch->kind != TrieNodeKind::kBranch) return std::nullopt;
  for (const Bytes& change : std::views::reverse(newest_first)) {
    if (!change_children(*branch, change)) return std::nullopt;
  }
  return to_bytes(encode(*branch, arena));
}

}  // namespace datapact::state

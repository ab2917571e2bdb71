#include "ledger/state/branch_change.hpp"

#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/trie_node.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <span>

namespace datapact::state {
namespace {

constexpr std::uint8_t kNoChild = 0x80;
constexpr std::size_t kHeaderBytes = 1 + sizeof(std::uint16_t);
constexpr std::size_t kHashItemBytes = 1 + Hash256::kSize;

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

Bytes encode_branch_change(const TrieNode& branch) {
  Bytes out;
  // Mostly all children that changed have a hash.
  out.reserve(kHeaderBytes +
              static_cast<std::size_t>(std::popcount(branch.changed)) * kHashItemBytes);
  out.push_back(kBranchChangeMark);
  append_be(out, branch.changed);
  for (std::size_t i = 0; i < kBranchWidth; ++i) {
    if (!has_changed(branch.changed, i)) continue;
    const NodeRef& ref = branch.children[i].ref;
    ref.empty() ? out.push_back(kNoChild) : append(out, ref.view());
  }
  return out;
}

std::optional<Bytes> apply_branch_changes(ByteView whole, std::span<const Bytes> newest_first) {
  Arena arena;
  TrieNode* const branch = decode_trie_node(whole, arena);
  if (branch == nullptr || branch->kind != TrieNodeKind::kBranch) return std::nullopt;
  for (const Bytes& change : std::views::reverse(newest_first)) {
    if (!change_children(*branch, change)) return std::nullopt;
  }
  return encode(*branch);
}

}  // namespace datapact::state

#include "ledger/state/branch_change.hpp"

#include "base/bytes.hpp"
#include "base/rlp.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/trie_node.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <span>

namespace datapact::state {
namespace {

constexpr std::uint8_t kMark = 0;
constexpr std::uint8_t kNoChild = 0x80;
constexpr std::size_t kHeaderBytes = 1 + sizeof(std::uint16_t);

bool change_children(TrieNode& branch, ByteView change) {
  if (change.size() < kHeaderBytes || change[0] != kMark) return false;
  const auto changed = load_be<std::uint16_t>(change.data() + 1);
  rlp::Decoder items{change.subspan(kHeaderBytes)};
  for (std::size_t i = 0; i < kBranchWidth; ++i) {
    if ((changed >> i & 1U) == 0) continue;
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
  std::size_t bytes = kHeaderBytes;
  for (const TrieChild& child : branch.children) bytes += child.ref.size() + 1;
  Bytes out;
  out.reserve(bytes);
  out.push_back(kMark);
  append_be(out, branch.changed);
  for (std::size_t i = 0; i < kBranchWidth; ++i) {
    if ((branch.changed >> i & 1U) == 0) continue;
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

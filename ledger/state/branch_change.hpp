#pragma once
// How a branch of a trie differs from what it was in the block before: as a rule one child of
// sixteen. A history of nodes keeps that instead of the branch (docs/formats/store.md). Pure.
#include "base/bytes.hpp"
#include "ledger/state/arena.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace datapact::state {

struct TrieNode;

/// No RLP of a node begins with it.
inline constexpr std::uint8_t kBranchChangeMark = 0;

/// kBranchChangeMark; two bytes with a bit for each child that
/// differs, the first child's the lowest; the references of those children in their order, each as
/// in the branch. Lies in the arena. All references of the children must be there.
[[nodiscard]] ByteView encode_branch_change(const TrieNode& branch, Arena& arena);

/// Whether a version is such a change; otherwise it is a node's RLP, or empty for a removal.
[[nodiscard]] inline bool is_branch_change(ByteView version) noexcept {
  return !version.empty() && version[0] == kBranchChangeMark;
}

/// The RLP of the branch `whole` after the changes, of which the newest comes first. Nothing when
/// they are no such encodings, or `whole` is no branch.
[[nodiscard]] std::optional<Bytes> apply_branch_changes(ByteView whole,
                                                        std::span<const Bytes> newest_first);

}  // namespace datapact::state

#pragma once
// One node of a Merkle Patricia trie in memory and its RLP. Private to ledger/state.
#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace datapact::state {

struct TrieNode;

/// A subtrie as its parent holds it.
struct TrieChild {
  /// The RLP item inside the parent: a string of 32 bytes (hash) or a list shorter than 32 bytes
  /// (the node itself). Empty: no subtrie, or one that is dirty and has no reference yet.
  Bytes ref;
  /// Null until loaded.
  std::unique_ptr<TrieNode> node;
  /// The node changed since `ref` was computed.
  bool dirty = false;

  [[nodiscard]] bool empty() const noexcept { return ref.empty() && !node; }
  [[nodiscard]] bool is_embedded() const noexcept { return !ref.empty() && ref[0] >= 0xc0; }
};

enum class TrieNodeKind : std::uint8_t { kLeaf, kExtension, kBranch };

struct TrieNode {
  TrieNodeKind kind = TrieNodeKind::kLeaf;
  Bytes path;   ///< nibbles of a leaf or extension
  Bytes value;  ///< of a leaf; of a branch when a key ends there, else empty
  /// Sixteen of a branch, one of an extension, none of a leaf.
  std::vector<TrieChild> children;

  [[nodiscard]] static std::unique_ptr<TrieNode> leaf(ByteView path, Bytes value);
  [[nodiscard]] static std::unique_ptr<TrieNode> extension(ByteView path, TrieChild child);
  [[nodiscard]] static std::unique_ptr<TrieNode> branch();
};

inline constexpr std::size_t kBranchWidth = 16;
/// A node whose RLP is shorter than this lives inside its parent.
inline constexpr std::size_t kEmbeddedBytesEnd = 32;

/// All references of its children must be there.
[[nodiscard]] Bytes encode(const TrieNode& node);
/// Nothing unless the bytes are the canonical RLP of a leaf with a value, of an extension with a
/// path, or of a branch with at least two entries.
[[nodiscard]] std::unique_ptr<TrieNode> decode_trie_node(ByteView rlp);
/// The reference to a node by its hash.
[[nodiscard]] Bytes hash_reference(ByteView rlp);

}  // namespace datapact::state

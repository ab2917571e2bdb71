#pragma once
// One node of a Merkle Patricia trie in memory and its RLP. Nodes, their paths, values and
// references lie in an arena, or in the RLP they were read from: nobody owns one alone. Private to
// ledger/state.
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "ledger/state/arena.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace datapact::state {

struct TrieNode;

/// The RLP item by which a node is known inside its parent: a string of 32 bytes (hash) or a list
/// shorter than 32 bytes (the node itself), or nothing. Borrows its bytes.
class NodeRef {
 public:
  /// Of a hash.
  static constexpr std::size_t kHashItemBytes = 1 + Hash256::kSize;

  NodeRef() = default;
  /// At most 33 bytes.
  explicit NodeRef(ByteView item);
  [[nodiscard]] static NodeRef of_hash(const Hash256& hash, Arena& arena);

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] bool is_list() const noexcept { return size_ != 0 && bytes_[0] >= 0xc0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] ByteView view() const noexcept { return {bytes_, size_}; }
  /// Whether it is the reference by hash to the node with that RLP.
  [[nodiscard]] bool is_hash_of(ByteView rlp) const;
  /// Writes the item and returns where it ends; there is room for it.
  [[nodiscard]] std::uint8_t* copy_to(std::uint8_t* out) const noexcept;
  /// Only where it is one.
  [[nodiscard]] Hash256 hash() const { return Hash256::from(view().subspan(1)); }
  friend bool operator==(const NodeRef& a, const NodeRef& b) noexcept {
    return equal(a.view(), b.view());
  }

 private:
  const std::uint8_t* bytes_ = nullptr;
  std::uint8_t size_ = 0;
};

/// A subtrie as its parent holds it.
struct TrieChild {
  /// Empty: no subtrie, or one that is dirty and has no reference yet.
  NodeRef ref;
  /// The node changed since `ref` was computed.
  bool dirty = false;
  /// Null until loaded.
  TrieNode* node = nullptr;

  [[nodiscard]] bool empty() const noexcept { return ref.empty() && node == nullptr; }
  [[nodiscard]] bool is_embedded() const noexcept { return ref.is_list(); }
};

enum class TrieNodeKind : std::uint8_t { kLeaf, kExtension, kBranch };

struct TrieNode {
  TrieNodeKind kind = TrieNodeKind::kLeaf;
  ByteView path;   ///< nibbles of a leaf or extension
  ByteView value;  ///< of a leaf; of a branch when a key ends there, else empty
  /// Sixteen of a branch, one of an extension, none of a leaf.
  std::span<TrieChild> children;
  /// Of a branch that was read from a place of its own: the RLP there, as long as the branch
  /// differs from it in nothing but the children with a bit in `changed`, the first child's the
  /// lowest.
  ByteView stored{};
  /// Of a branch: it had no empty child when it was decoded.
  bool was_full = false;
  std::uint16_t changed = 0;

  // Made in the arena, with a copy of the path; `value` lies in the arena already.
  [[nodiscard]] static TrieNode* leaf(Arena& arena, ByteView path, ByteView value);
  [[nodiscard]] static TrieNode* extension(Arena& arena, ByteView path, const TrieChild& child);
  [[nodiscard]] static TrieNode* branch(Arena& arena);
};

inline constexpr std::size_t kBranchWidth = 16;
/// A node whose RLP is shorter than this lives inside its parent.
inline constexpr std::size_t kEmbeddedBytesEnd = 32;

/// The reference that an RLP item is, an empty one for the empty string where `may_be_empty`. The
/// item is a whole one.
[[nodiscard]] std::optional<NodeRef> decode_node_ref(ByteView item, bool may_be_empty);
/// The RLP, in the arena. All references of its children must be there.
[[nodiscard]] ByteView encode(const TrieNode& node, Arena& arena);
/// The RLP of a leaf, whose path is in nibbles.
[[nodiscard]] ByteView encode_leaf(ByteView path, ByteView value, Arena& arena);
/// Null unless the bytes are the canonical RLP of a leaf with a value, of an extension with a path,
/// or of a branch with at least two entries. The node borrows `rlp`.
[[nodiscard]] TrieNode* decode_trie_node(ByteView rlp, Arena& arena);

}  // namespace datapact::state

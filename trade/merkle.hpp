#pragma once
// Merkle trees of the trade: leaves padded with zero words to 2^depth, node = H(left | right),
// depth the least d with 2^d >= n. Pure.
#include "base/byte_stream.hpp"
#include "base/types.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::trade {

[[nodiscard]] unsigned merkle_depth(std::uint64_t leaves) noexcept;
[[nodiscard]] Hash256 merkle_node(const Hash256& left, const Hash256& right);
/// Root of a tree of that height whose leaves are all zero words.
[[nodiscard]] Hash256 empty_subtree(unsigned height);

/// Computes a root from leaves in order, in memory for one node a level.
class MerkleStream {
 public:
  void add(const Hash256& leaf) { add_subtree(leaf, 0); }
  /// A full subtree of 2^height leaves; the leaves before it must be a multiple of that.
  void add_subtree(const Hash256& root, unsigned height);
  [[nodiscard]] std::uint64_t leaves() const noexcept { return leaves_; }
  /// At least one leaf must have been added.
  [[nodiscard]] Hash256 root() const;

  /// What another process needs to go on: u64 leaves, and a node for each set bit of it, the lowest
  /// first.
  [[nodiscard]] Bytes save() const;
  /// Nothing when the bytes are not of that form.
  [[nodiscard]] static std::optional<MerkleStream> restore(ByteView saved);

 private:
  std::array<Hash256, 64> pending_{};
  std::uint64_t leaves_ = 0;
};

/// Siblings of leaf `index`, leaf level first. The leaves lie in `source` as 32 bytes each; the
/// work is one pass over it.
[[nodiscard]] Result<std::vector<Hash256>, StreamError> merkle_path(const ByteSource& source,
                                                                    std::uint64_t leaves,
                                                                    std::uint64_t index);
/// The root that `leaf` at `index` and its siblings lead to; nothing unless index < leaves and the
/// path has exactly the depth of the tree.
[[nodiscard]] std::optional<Hash256> merkle_root_of(const Hash256& leaf, std::uint64_t index,
                                                    std::uint64_t leaves,
                                                    const std::vector<Hash256>& path);
[[nodiscard]] Hash256 merkle_root(const std::vector<Hash256>& leaves);

}  // namespace datapact::trade

#include "trade/merkle.hpp"

#include "base/assert.hpp"
#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/sha256.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::trade {
namespace {

constexpr std::uint64_t kLeavesPerRead = 32768;

/// Root of the subtree of 2^height leaves that starts at `first`; leaves beyond the end are zero
/// words.
Result<Hash256, StreamError> subtree_root(const ByteSource& source, std::uint64_t leaves,
                                          std::uint64_t first, unsigned height) {
  if (first >= leaves) return empty_subtree(height);
  MerkleStream stream;
  const std::uint64_t end = std::min<std::uint64_t>(leaves, first + (1ULL << height));
  Bytes buffer;
  for (std::uint64_t at = first; at < end; at += kLeavesPerRead) {
    buffer.resize(static_cast<std::size_t>(std::min(kLeavesPerRead, end - at)) * 32);
    TRY_VOID(source.read_at(at * 32, buffer));
    for (std::size_t i = 0; i < buffer.size(); i += 32)
      stream.add(Hash256::from(ByteView{buffer}.subspan(i, 32)));
  }
  Hash256 root = stream.root();
  for (unsigned level = merkle_depth(stream.leaves()); level < height; ++level) {
    root = merkle_node(root, empty_subtree(level));
  }
  return root;
}

}  // namespace

unsigned merkle_depth(std::uint64_t leaves) noexcept {
  return leaves <= 1 ? 0 : static_cast<unsigned>(std::bit_width(leaves - 1));
}

Hash256 merkle_node(const Hash256& left, const Hash256& right) {
  std::uint8_t preimage[64];
  std::ranges::copy(left.raw(), preimage);
  std::ranges::copy(right.raw(), preimage + 32);
  return crypto::sha256(preimage);
}

Hash256 empty_subtree(unsigned height) {
  static const std::array<Hash256, 65> subtrees = [] {
    std::array<Hash256, 65> out{};
    for (std::size_t i = 1; i < out.size(); ++i) out[i] = merkle_node(out[i - 1], out[i - 1]);
    return out;
  }();
  return subtrees[height];
}

void MerkleStream::add_subtree(const Hash256& root, unsigned height) {
  PRECONDITION(leaves_ % (1ULL << height) == 0);
  Hash256 node = root;
  unsigned level = height;
  // A set bit of the count is a pending left sibling at that level, as in a binary counter.
  for (; ((leaves_ >> level) & 1) != 0; ++level) node = merkle_node(pending_[level], node);
  pending_[level] = node;
  leaves_ += 1ULL << height;
}

Hash256 MerkleStream::root() const {
  PRECONDITION(leaves_ > 0);
  const unsigned depth = merkle_depth(leaves_);
  if (std::has_single_bit(leaves_)) return pending_[depth];
  auto level = static_cast<unsigned>(std::countr_zero(leaves_));
  Hash256 node = merkle_node(pending_[level], empty_subtree(level));
  for (++level; level < depth; ++level) {
    const bool has_left = ((leaves_ >> level) & 1) != 0;
    node = has_left ? merkle_node(pending_[level], node) : merkle_node(node, empty_subtree(level));
  }
  return node;
}

Bytes MerkleStream::save() const {
  Bytes out;
  append_be(out, leaves_);
  for (std::size_t level = 0; level < pending_.size(); ++level) {
    if (((leaves_ >> level) & 1) != 0) append(out, pending_[level].view());
  }
  return out;
}

std::optional<MerkleStream> MerkleStream::restore(ByteView saved) {
  if (saved.size() < sizeof(std::uint64_t)) return std::nullopt;
  MerkleStream out;
  out.leaves_ = load_be<std::uint64_t>(saved.data());
  saved = saved.subspan(sizeof(std::uint64_t));
  if (saved.size() != Hash256::kSize * static_cast<std::size_t>(std::popcount(out.leaves_)))
    return std::nullopt;
  for (std::size_t level = 0; level < out.pending_.size(); ++level) {
    if (((out.leaves_ >> level) & 1) == 0) continue;
    out.pending_[level] = Hash256::from(saved.first(Hash256::kSize));
    saved = saved.subspan(Hash256::kSize);
  }
  return out;
}

Result<std::vector<Hash256>, StreamError> merkle_path(const ByteSource& source,
                                                      std::uint64_t leaves, std::uint64_t index) {
  PRECONDITION(index < leaves);
  std::vector<Hash256> path;
  for (unsigned level = 0; level < merkle_depth(leaves); ++level) {
    const std::uint64_t sibling = (index >> level) ^ 1;
    TRY(const auto root, subtree_root(source, leaves, sibling << level, level));
    path.push_back(root);
  }
  return path;
}

std::optional<Hash256> merkle_root_of(const Hash256& leaf, std::uint64_t index,
                                      std::uint64_t leaves, const std::vector<Hash256>& path) {
  if (index >= leaves || path.size() != merkle_depth(leaves)) return std::nullopt;
  Hash256 node = leaf;
  for (std::size_t level = 0; level < path.size(); ++level) {
    const bool is_right = ((index >> level) & 1) != 0;
    node = is_right ? merkle_node(path[level], node) : merkle_node(node, path[level]);
  }
  return node;
}

Hash256 merkle_root(const std::vector<Hash256>& leaves) {
  MerkleStream stream;
  for (const auto& leaf : leaves) stream.add(leaf);
  return stream.root();
}

}  // namespace datapact::trade

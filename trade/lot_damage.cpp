#include "trade/lot_damage.hpp"

#include "base/byte_stream.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::trade {
namespace {

/// Zeros behind the end of another source, or without what is too much of it.
class Fitted final : public ByteSource {
 public:
  Fitted(const ByteSource& source, std::uint64_t size) : source_(source), size_(size) {}
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] Result<void, StreamError> read_at(std::uint64_t offset,
                                                  MutableBytes out) const override {
    const std::uint64_t there = source_.size() > offset ? source_.size() - offset : 0;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(there, out.size()));
    std::ranges::fill(out.subspan(count), std::uint8_t{0});
    if (count == 0) return {};
    return source_.read_at(offset, out.first(count));
  }

 private:
  const ByteSource& source_;
  std::uint64_t size_;
};

/// Compares the leaves that are written to it with those that were kept.
class Comparison final : public ByteSink {
 public:
  Comparison(const ByteSource& leaves, const LotShape& shape) : leaves_(leaves), shape_(shape) {}

  [[nodiscard]] Result<void, StreamError> write_at(std::uint64_t offset, ByteView data) override {
    Bytes kept(data.size());
    TRY_VOID(leaves_.read_at(offset, kept));
    for (std::size_t at = 0; at < data.size(); at += Hash256::kSize) {
      if (equal(data.subspan(at, Hash256::kSize), ByteView{kept}.subspan(at, Hash256::kSize)))
        continue;
      const std::uint64_t first = (offset + at) / Hash256::kSize * shape_.s;
      add({first, first + shape_.s - 1});
    }
    return {};
  }

  void add(const ByteRange& range) {
    const bool adjoins = !ranges_.empty() && range.first <= ranges_.back().last + 1;
    if (adjoins || ranges_.size() == kDamageRangesMax)
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    else
      ranges_.push_back(range);
  }

  [[nodiscard]] std::vector<ByteRange> take() { return std::move(ranges_); }

 private:
  const ByteSource& leaves_;
  const LotShape& shape_;
  std::vector<ByteRange> ranges_;
};

}  // namespace

Result<std::vector<ByteRange>, LotError> find_damage(const ByteSource& ciphertext,
                                                     const LotShape& shape,
                                                     const ByteSource& leaves, const Work& work) {
  if (leaves.size() != shape.manifest_bytes())
    return fail(LotError{WrongLength{"the leaves", shape.manifest_bytes(), leaves.size()}});
  const std::uint64_t expected = shape.ciphertext_bytes();
  Comparison comparison(leaves, shape);
  TRY_VOID(write_cipher_leaves(Fitted(ciphertext, expected), shape, comparison, work));
  const std::uint64_t size = ciphertext.size();
  // Zeros that are missing look like those that were put in their place.
  if (size < expected) comparison.add({size / shape.s * shape.s, expected - 1});
  if (size > expected) comparison.add({expected, size - 1});
  return comparison.take();
}

Result<std::optional<std::uint64_t>, LotError> find_false_chunk(
    const ByteSource& ciphertext, const ByteSource& manifest, const ByteSource& leaves,
    const LotShape& shape, const CipherKey& key, const Progress& progress) {
  for (const ByteSource* them : {&manifest, &leaves}) {
    if (them->size() != shape.manifest_bytes())
      return fail(LotError{WrongLength{"the leaves", shape.manifest_bytes(), them->size()}});
  }
  constexpr std::uint64_t kChunksBetweenReports = 4096;
  const std::uint64_t there = std::min(shape.n, ciphertext.size() / shape.s);
  Bytes chunk(shape.s);
  Bytes leaf(Hash256::kSize);
  const auto reads_as = [&](const ByteSource& source, std::uint64_t index,
                            const Hash256& hash) -> Result<bool, LotError> {
    if (auto read = source.read_at(index * Hash256::kSize, leaf); !read)
      return fail(LotError{read.error()});
    return equal(leaf, hash.view());
  };
  for (std::uint64_t index = 0; index < there; ++index) {
    if (auto read = ciphertext.read_at(index * shape.s, chunk); !read)
      return fail(LotError{read.error()});
    TRY(const bool is_sound, reads_as(leaves, index, leaf_z(index, chunk)));
    if (is_sound) {
      apply_stream(chunk_key(key.key_commit, key.key, index), chunk);
      TRY(const bool is_right, reads_as(manifest, index, leaf_x(index, chunk)));
      if (!is_right) return std::optional{index};
    }
    const bool is_report = index % kChunksBetweenReports == 0;
    if (is_report && progress && !progress(index * shape.data_per_chunk(), shape.length))
      return fail(LotError{Stopped{}});
  }
  return std::optional<std::uint64_t>{};
}

}  // namespace datapact::trade

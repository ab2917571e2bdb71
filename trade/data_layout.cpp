#include "trade/data_layout.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "crypto/sha256.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace datapact::trade {
namespace {

constexpr std::uint64_t kChunksMax = 1ULL << 32;

Hash256 leaf(std::string_view tag, std::uint64_t index, ByteView chunk) {
  std::uint8_t position[8];
  store_be(position, index);
  crypto::Sha256 hash;
  return hash.update(as_bytes(tag)).update(position).update(chunk).finish();
}

}  // namespace

std::string_view to_string(ShapeError error) noexcept {
  switch (error) {
    case ShapeError::kChunkSize:
      return "chunk size must be a multiple of 32 from 1024 to 65536 bytes";
    case ShapeError::kEmpty:
      return "a lot must hold at least one byte";
    case ShapeError::kTooLong:
      return "a lot has at most 2^32 chunks";
    case ShapeError::kCount:
      return "the number of chunks does not follow from length and chunk size";
  }
  return "unknown shape error";
}

std::uint32_t LotShape::data_in(std::uint64_t index) const noexcept {
  const std::uint64_t start = index * data_per_chunk();
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(data_per_chunk(), length - start));
}

Result<LotShape, ShapeError> make_shape(std::uint64_t length, std::uint32_t s) {
  if (s % 32 != 0 || s < kChunkBytesMin || s > kChunkBytesMax) return fail(ShapeError::kChunkSize);
  if (length == 0) return fail(ShapeError::kEmpty);
  const std::uint64_t data = s - kSaltBytes;
  const std::uint64_t n = (length - 1) / data + 1;
  if (n > kChunksMax) return fail(ShapeError::kTooLong);
  return LotShape{n, s, length};
}

Result<LotShape, ShapeError> check_shape(std::uint64_t n, std::uint32_t s, std::uint64_t length) {
  TRY(const auto shape, make_shape(length, s));
  if (shape.n != n) return fail(ShapeError::kCount);
  return shape;
}

Hash256 chunk_salt(const LotSeed& seed, std::uint64_t index) {
  std::uint8_t preimage[44] = {'D', 'X', '.', 'p'};
  std::ranges::copy(seed.raw(), preimage + 4);
  store_be(preimage + 36, index);
  return crypto::sha256(preimage);
}

Hash256 leaf_x(std::uint64_t index, ByteView plain_chunk) {
  return leaf("DX.x", index, plain_chunk);
}
Hash256 leaf_z(std::uint64_t index, ByteView cipher_chunk) {
  return leaf("DX.z", index, cipher_chunk);
}

Hash256 chunk_key(const Hash256& key_commit, const DealKey& key, std::uint64_t index) {
  std::uint8_t preimage[76] = {'D', 'X', '.', 'e'};
  std::ranges::copy(key_commit.raw(), preimage + 4);
  std::ranges::copy(key.raw(), preimage + 36);
  store_be(preimage + 68, index);
  return crypto::sha256(preimage);
}

void apply_stream(const Hash256& chunk_key, MutableBytes chunk) {
  crypto::sha256_counter_xor(chunk_key, chunk);
}

}  // namespace datapact::trade

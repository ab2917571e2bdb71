#pragma once
// Shape of a lot and every SHA-256 preimage of its chunks (docs/formats/fair-exchange.md). Integers
// are big-endian at their type's width, tags are 4 ASCII bytes. Pure.
#include "base/result.hpp"
#include "base/types.hpp"

#include <cstdint>
#include <string_view>

namespace datapact::trade {

/// Numbered so that an algorithm can age out (TRADE section 5). On the chain: never renumber.
enum class HashSuite : std::uint16_t { kSha256 = 1 };

inline constexpr std::uint32_t kChunkBytesDefault = 2048;
inline constexpr std::uint32_t kChunkBytesMin = 1024;
inline constexpr std::uint32_t kChunkBytesMax = 65536;
/// Bytes of a chunk that are its salt.
inline constexpr std::uint32_t kSaltBytes = 32;

/// Salts the chunks of one lot; secret until a chunk is opened.
using LotSeed = FixedBytes<struct LotSeedTag, 32>;
/// The key of one deal; secret until revealed.
using DealKey = FixedBytes<struct DealKeyTag, 32>;

enum class ShapeError : std::uint8_t {
  kChunkSize,  ///< s is not a multiple of 32 between 1024 and 65536
  kEmpty,      ///< a lot has at least one byte
  kTooLong,    ///< more than 2^32 chunks
  kCount,      ///< n is not ceil(length / (s - 32))
};
[[nodiscard]] std::string_view to_string(ShapeError error) noexcept;

/// n chunks of s bytes for a file of `length` bytes. Only make_shape and check_shape make one.
struct LotShape {
  std::uint64_t n = 0;
  std::uint32_t s = kChunkBytesDefault;
  std::uint64_t length = 0;

  [[nodiscard]] std::uint32_t data_per_chunk() const noexcept { return s - kSaltBytes; }
  /// Plaintext bytes in chunk `index`: all but the last are full.
  [[nodiscard]] std::uint32_t data_in(std::uint64_t index) const noexcept;
  [[nodiscard]] std::uint64_t ciphertext_bytes() const noexcept { return n * s; }
  [[nodiscard]] std::uint64_t manifest_bytes() const noexcept { return n * 32; }
  friend bool operator==(const LotShape&, const LotShape&) = default;
};
[[nodiscard]] Result<LotShape, ShapeError> make_shape(std::uint64_t length, std::uint32_t s);
/// For a foreign (n, s, length).
[[nodiscard]] Result<LotShape, ShapeError> check_shape(std::uint64_t n, std::uint32_t s,
                                                       std::uint64_t length);

/// salt_i = H("DX.p" | seed | u64 i).
[[nodiscard]] Hash256 chunk_salt(const LotSeed& seed, std::uint64_t index);
/// H("DX.x" | u64 i | P_i), the leaf of the manifest.
[[nodiscard]] Hash256 leaf_x(std::uint64_t index, ByteView plain_chunk);
/// H("DX.z" | u64 i | Z_i).
[[nodiscard]] Hash256 leaf_z(std::uint64_t index, ByteView cipher_chunk);
/// k_i = H("DX.e" | keyCommit | k | u64 i).
[[nodiscard]] Hash256 chunk_key(const Hash256& key_commit, const DealKey& key, std::uint64_t index);
/// Xors the stream H(k_i | u32 0) | H(k_i | u32 1) … onto the chunk: encrypts and decrypts.
void apply_stream(const Hash256& chunk_key, MutableBytes chunk);

}  // namespace datapact::trade

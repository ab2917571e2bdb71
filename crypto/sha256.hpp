#pragma once
// SHA-256 (FIPS 180-4), with the processor's SHA instructions where they exist, found at run time.
// Made for very many short messages: no allocation, no set-up cost. Pure, thread-safe.
#include "base/bytes.hpp"
#include "base/types.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace datapact::crypto {

[[nodiscard]] Hash256 sha256(ByteView data) noexcept;

/// Xors the words H(key | u32 0) | H(key | u32 1) … onto `data`, as many bytes as it has: SHA-256
/// as a cipher in counter mode. At most 2^32 words.
void sha256_counter_xor(const Hash256& key, MutableBytes data) noexcept;

/// SHA-256 of a byte string that arrives in pieces. Copying it (104 bytes) keeps the midstate, so a
/// common prefix is hashed once.
class Sha256 {
 public:
  Sha256& update(ByteView data) noexcept;
  /// The digest of everything so far; more may follow.
  [[nodiscard]] Hash256 finish() const noexcept;
  [[nodiscard]] std::uint64_t length() const noexcept { return length_; }

  /// What another process needs to go on: the eight words of the state, u64 length, and the bytes
  /// of the block that is not full yet.
  [[nodiscard]] Bytes save() const;
  /// Nothing when the bytes are not of that form.
  [[nodiscard]] static std::optional<Sha256> restore(ByteView saved);

 private:
  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> buffer_{};
  std::uint64_t length_ = 0;
};

}  // namespace datapact::crypto

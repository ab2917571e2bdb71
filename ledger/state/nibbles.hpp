#pragma once
// Paths of the tries: one nibble (0 to 15) a byte, and their hex-prefix encoding (Yellow Paper,
// appendix C). Pure.
#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace datapact::state {

[[nodiscard]] Bytes to_nibbles(ByteView bytes);
[[nodiscard]] std::size_t common_prefix(ByteView a, ByteView b) noexcept;

/// The path of a leaf or of an extension.
struct CompactPath {
  Bytes nibbles;
  bool is_leaf = false;
};
[[nodiscard]] Bytes encode_compact(ByteView nibbles, bool is_leaf);
[[nodiscard]] constexpr std::size_t compact_bytes(std::size_t nibbles) noexcept {
  return nibbles / 2 + 1;
}
/// Over `out`, which has compact_bytes() of room.
void write_compact(std::uint8_t* out, ByteView nibbles, bool is_leaf) noexcept;
[[nodiscard]] inline Bytes encode_compact(const CompactPath& path) {
  return encode_compact(path.nibbles, path.is_leaf);
}
/// Nothing when it is no such encoding.
[[nodiscard]] std::optional<CompactPath> decode_compact(ByteView encoded);

}  // namespace datapact::state

#include "ledger/state/nibbles.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace datapact::state {
namespace {

// Flags in the first nibble.
constexpr std::uint8_t kOdd = 1;
constexpr std::uint8_t kLeaf = 2;

}  // namespace

Bytes to_nibbles(ByteView bytes) {
  Bytes out(2 * bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out[2 * i] = bytes[i] >> 4;
    out[2 * i + 1] = bytes[i] & 15;
  }
  return out;
}

std::size_t common_prefix(ByteView a, ByteView b) noexcept {
  const std::size_t length = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < length && a[i] == b[i]) ++i;
  return i;
}

Bytes encode_compact(ByteView nibbles, bool is_leaf) {
  Bytes out(compact_bytes(nibbles.size()));
  write_compact(out.data(), nibbles, is_leaf);
  return out;
}

void write_compact(std::uint8_t* out, ByteView nibbles, bool is_leaf) noexcept {
  const bool odd = nibbles.size() % 2 != 0;
  const int flags = (is_leaf ? kLeaf : 0) | (odd ? kOdd : 0);
  *out++ = static_cast<std::uint8_t>((flags << 4) | (odd ? nibbles[0] : 0));
  for (std::size_t i = odd ? 1 : 0; i < nibbles.size(); i += 2) {
    *out++ = static_cast<std::uint8_t>((nibbles[i] << 4) | nibbles[i + 1]);
  }
}

std::optional<CompactPath> decode_compact(ByteView encoded) {
  if (encoded.empty()) return std::nullopt;
  const int flags = encoded[0] >> 4;
  if (flags > (kOdd | kLeaf)) return std::nullopt;
  CompactPath out{.nibbles = to_nibbles(encoded), .is_leaf = (flags & kLeaf) != 0};
  const bool odd = (flags & kOdd) != 0;
  if (!odd && out.nibbles[1] != 0) return std::nullopt;
  out.nibbles.erase(out.nibbles.begin(), out.nibbles.begin() + (odd ? 1 : 2));
  return out;
}

}  // namespace datapact::state

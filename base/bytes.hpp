#pragma once
// Byte strings and big-endian integer codecs. Pure, thread-safe.
#include "base/assert.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace datapact {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

[[nodiscard]] inline ByteView as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes to_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
inline void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}
[[nodiscard]] Bytes concat(std::initializer_list<ByteView> parts);
[[nodiscard]] bool equal(ByteView a, ByteView b) noexcept;

/// Writes `value` big-endian over `out[0, sizeof(T))`.
template <class T>
constexpr void store_be(std::uint8_t* out, T value) noexcept {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out[i] = static_cast<std::uint8_t>(value >> (8 * (sizeof(T) - 1 - i)));
  }
}
/// Reads a big-endian integer from `in[0, sizeof(T))`.
template <class T>
[[nodiscard]] constexpr T load_be(const std::uint8_t* in) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) value = (value << 8) | in[i];
  return static_cast<T>(value);
}
template <class T>
void append_be(Bytes& out, T value) {
  std::uint8_t buffer[sizeof(T)];
  store_be(buffer, value);
  append(out, buffer);
}

}  // namespace datapact

#pragma once
// FixedBytes<Tag, N>: N bytes with a meaning. Two tags never mix; `.raw()` leaves the type. Zero by
// default.
#include "base/bytes.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace datapact {

template <class Tag, std::size_t N>
class FixedBytes {
 public:
  using Array = std::array<std::uint8_t, N>;
  static constexpr std::size_t kSize = N;

  constexpr FixedBytes() noexcept = default;
  constexpr explicit FixedBytes(const Array& bytes) noexcept : bytes_(bytes) {}

  /// `bytes` must be exactly N long: check the length of foreign input first.
  [[nodiscard]] static FixedBytes from(ByteView bytes) {
    PRECONDITION(bytes.size() == N);
    FixedBytes out;
    std::copy(bytes.begin(), bytes.end(), out.bytes_.begin());
    return out;
  }

  [[nodiscard]] constexpr const Array& raw() const noexcept { return bytes_; }
  [[nodiscard]] constexpr Array& raw() noexcept { return bytes_; }
  [[nodiscard]] constexpr const std::uint8_t* data() const noexcept { return bytes_.data(); }
  [[nodiscard]] constexpr std::uint8_t* data() noexcept { return bytes_.data(); }
  [[nodiscard]] static constexpr std::size_t size() noexcept { return N; }
  [[nodiscard]] constexpr ByteView view() const noexcept { return bytes_; }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return *this == FixedBytes{}; }

  friend constexpr bool operator==(const FixedBytes&, const FixedBytes&) noexcept = default;
  friend constexpr auto operator<=>(const FixedBytes&, const FixedBytes&) noexcept = default;

 private:
  Array bytes_{};
};

}  // namespace datapact

/// Mixes every byte: attackers choose addresses, so a hash of a prefix alone would let them
/// collide.
template <class Tag, std::size_t N>
struct std::hash<datapact::FixedBytes<Tag, N>> {
  std::size_t operator()(const datapact::FixedBytes<Tag, N>& value) const noexcept {
    std::uint64_t h = 0x9e3779b97f4a7c15ULL ^ N;
    for (std::size_t i = 0; i < N; i += 8) {
      std::uint64_t word = 0;
      for (std::size_t j = i; j < std::min(i + 8, N); ++j) word = (word << 8) | value.raw()[j];
      h = (h ^ word) * 0xff51afd7ed558ccdULL;
      h ^= h >> 32;
    }
    return static_cast<std::size_t>(h);
  }
};

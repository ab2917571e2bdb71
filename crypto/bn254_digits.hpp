#pragma once
// Inside the room only: numbers as signed digits, of which few are not zero.
#include "base/uint256.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace datapact::crypto::bn254::detail {

/// The digits of a number in base two, least first: odd or zero, of absolute value below
/// 2^(kWidth - 1), and at least kWidth - 1 zeros after each. kSize must be one more than the
/// number's bits; the number at most 2^128 - 2^kWidth.
template <unsigned kWidth, std::size_t kSize>
[[nodiscard]] constexpr std::array<std::int8_t, kSize> signed_digits(uint128 value) noexcept {
  constexpr int kWindow = 1 << kWidth;
  std::array<std::int8_t, kSize> out{};
  for (std::int8_t& digit : out) {
    if ((value & 1) != 0) {
      int odd = static_cast<int>(value % kWindow);
      if (odd >= kWindow / 2) odd -= kWindow;
      digit = static_cast<std::int8_t>(odd);
      value = odd < 0 ? value + static_cast<unsigned>(-odd) : value - static_cast<unsigned>(odd);
    }
    value >>= 1;
  }
  return out;
}

}  // namespace datapact::crypto::bn254::detail

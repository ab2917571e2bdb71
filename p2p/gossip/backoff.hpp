#pragma once
// Delays that double with each failure up to a bound. Pure.
#include <algorithm>
#include <chrono>
#include <cstdint>

namespace datapact::p2p {

/// min(base * 2^times, max).
[[nodiscard]] constexpr std::chrono::milliseconds doubled(std::chrono::milliseconds base,
                                                          std::uint32_t times,
                                                          std::chrono::milliseconds max) noexcept {
  for (std::uint32_t i = 0; i < times && base < max; ++i) base *= 2;
  return std::min(base, max);
}

}  // namespace datapact::p2p

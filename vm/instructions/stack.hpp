#pragma once
// PUSH, DUP and SWAP.
#include "base/uint256.hpp"

#include <cstdint>

namespace datapact::vm::instructions {

/// Pushes the `Size` bytes at `data`, decoded in place; the code's padding makes reading past them
/// harmless.
template <unsigned Size>
inline void push(uint256* top, const std::uint8_t* data) noexcept {
  constexpr unsigned kFull = Size / 8;
  constexpr unsigned kRest = Size % 8;
  std::uint64_t limb[4]{};
  if constexpr (kRest != 0) limb[kFull] = detail::load_be64(data) >> (64 - 8 * kRest);
  for (unsigned i = 0; i < kFull; ++i)
    limb[kFull - 1 - i] = detail::load_be64(data + kRest + 8 * i);
  top[1] = uint256{limb[0], limb[1], limb[2], limb[3]};
}

/// DUPn pushes a copy of the n-th item.
template <unsigned N>
inline void dup(uint256* top) noexcept {
  top[1] = top[1 - static_cast<int>(N)];
}

/// SWAPn exchanges the top with the item n below it.
template <unsigned N>
inline void swap(uint256* top) noexcept {
  const uint256 low = top[-static_cast<int>(N)];
  top[-static_cast<int>(N)] = top[0];
  top[0] = low;
}

}  // namespace datapact::vm::instructions

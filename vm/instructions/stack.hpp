#pragma once
// PUSH, DUP and SWAP.
#include "base/uint256.hpp"

#include <cstdint>

namespace datapact::vm::instructions {

/// Pushes the `Size` bytes at `data`, decoded in place; the code's padding makes reading past them
/// harmless.
template <unsigned Size>
[[gnu::always_inline]] inline void push(uint256* top, const std::uint8_t* data) noexcept {
  constexpr unsigned kFull = Size / 8;
  constexpr unsigned kRest = Size % 8;
  std::uint64_t limb[4]{};
  if constexpr (kRest != 0) limb[kFull] = detail::load_be64(data) >> (64 - 8 * kRest);
  for (unsigned i = 0; i < kFull; ++i)
    limb[kFull - 1 - i] = detail::load_be64(data + kRest + 8 * i);
  top[1] = uint256{limb[0], limb[1], limb[2], limb[3]};
}

/// Limb by limb, as every other instruction reads and writes words: a wide load of a word that was
/// just written in four parts would wait for the stores to leave the store buffer.
[[gnu::always_inline]] inline void copy_word(uint256& to, const uint256& from) noexcept {
  to = uint256{from.limb[0], from.limb[1], from.limb[2], from.limb[3]};
}

/// DUPn pushes a copy of the n-th item.
template <unsigned N>
[[gnu::always_inline]] inline void dup(uint256* top) noexcept {
  copy_word(top[1], top[1 - static_cast<int>(N)]);
}

/// SWAPn exchanges the top with the item n below it.
template <unsigned N>
[[gnu::always_inline]] inline void swap(uint256* top) noexcept {
  uint256& other = top[-static_cast<int>(N)];
  const uint256 low{other.limb[0], other.limb[1], other.limb[2], other.limb[3]};
  copy_word(other, top[0]);
  copy_word(top[0], low);
}

}  // namespace datapact::vm::instructions

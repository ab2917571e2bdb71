#pragma once
// Instructions that touch nothing but the stack. `top` is the first operand's slot; the result
// replaces the last operand.
#include "base/uint256.hpp"
#include "vm/instructions/stack.hpp"
#include "vm/machine.hpp"

#include <cstdint>

namespace datapact::vm::instructions {

[[gnu::always_inline]] inline void add(uint256* top) noexcept { top[-1] = top[0] + top[-1]; }
[[gnu::always_inline]] inline void mul(uint256* top) noexcept { top[-1] = top[0] * top[-1]; }
[[gnu::always_inline]] inline void sub(uint256* top) noexcept { top[-1] = top[0] - top[-1]; }
[[gnu::always_inline]] inline void div(uint256* top) noexcept {
  if (!top[-1].is_zero()) copy_word(top[-1], top[0] / top[-1]);
}
[[gnu::always_inline]] inline void sdiv(uint256* top) noexcept {
  if (!top[-1].is_zero()) copy_word(top[-1], signed_divide(top[0], top[-1]));
}
[[gnu::always_inline]] inline void mod(uint256* top) noexcept {
  if (!top[-1].is_zero()) copy_word(top[-1], top[0] % top[-1]);
}
[[gnu::always_inline]] inline void smod(uint256* top) noexcept {
  if (!top[-1].is_zero()) copy_word(top[-1], signed_modulo(top[0], top[-1]));
}
[[gnu::always_inline]] inline void addmod(uint256* top) noexcept {
  if (!top[-2].is_zero()) copy_word(top[-2], add_mod(top[0], top[-1], top[-2]));
}
[[gnu::always_inline]] inline void mulmod(uint256* top) noexcept {
  if (!top[-2].is_zero()) copy_word(top[-2], mul_mod(top[0], top[-1], top[-2]));
}
/// 50 gas a byte of the exponent (EIP-160).
[[gnu::always_inline]] inline Step exp(uint256* top, std::int64_t gas, Machine&) noexcept {
  gas -= 50 * std::int64_t{(top[-1].bit_length() + 7) / 8};
  if (gas < 0) return out_of_gas();
  copy_word(top[-1], power(top[0], top[-1]));
  return {Status::kSuccess, gas};
}
[[gnu::always_inline]] inline void signextend(uint256* top) noexcept {
  const uint256& index = top[0];
  uint256& value = top[-1];
  if (!index.fits_u64() || index.low_u64() > 30) return;
  const auto sign_bit = static_cast<unsigned>(8 * index.low_u64() + 7);
  const unsigned word = sign_bit / 64;
  const unsigned unused = 63 - sign_bit % 64;
  const auto extended =
      static_cast<std::int64_t>(value.limb[word] << unused) >> static_cast<int>(unused);
  const auto fill = static_cast<std::uint64_t>(extended >> 63);
  value.limb[word] = static_cast<std::uint64_t>(extended);
  for (unsigned i = word + 1; i < 4; ++i) value.limb[i] = fill;
}

[[nodiscard, gnu::always_inline]] inline bool signed_less(const uint256& a,
                                                          const uint256& b) noexcept {
  return a.is_negative() != b.is_negative() ? a.is_negative() : a < b;
}
[[gnu::always_inline]] inline void lt(uint256* top) noexcept {
  top[-1] = uint256{top[0] < top[-1] ? 1U : 0U};
}
[[gnu::always_inline]] inline void gt(uint256* top) noexcept {
  top[-1] = uint256{top[-1] < top[0] ? 1U : 0U};
}
[[gnu::always_inline]] inline void slt(uint256* top) noexcept {
  top[-1] = uint256{signed_less(top[0], top[-1]) ? 1U : 0U};
}
[[gnu::always_inline]] inline void sgt(uint256* top) noexcept {
  top[-1] = uint256{signed_less(top[-1], top[0]) ? 1U : 0U};
}
[[gnu::always_inline]] inline void eq(uint256* top) noexcept {
  top[-1] = uint256{top[0] == top[-1] ? 1U : 0U};
}
[[gnu::always_inline]] inline void iszero(uint256* top) noexcept {
  top[0] = uint256{top[0].is_zero() ? 1U : 0U};
}
[[gnu::always_inline]] inline void bit_and(uint256* top) noexcept { top[-1] = top[0] & top[-1]; }
[[gnu::always_inline]] inline void bit_or(uint256* top) noexcept { top[-1] = top[0] | top[-1]; }
[[gnu::always_inline]] inline void bit_xor(uint256* top) noexcept { top[-1] = top[0] ^ top[-1]; }
[[gnu::always_inline]] inline void bit_not(uint256* top) noexcept { top[0] = ~top[0]; }
/// Byte 0 is the most significant.
[[gnu::always_inline]] inline void byte(uint256* top) noexcept {
  const uint256& index = top[0];
  uint256& value = top[-1];
  if (!index.fits_u64() || index.low_u64() > 31) {
    value = uint256{};
    return;
  }
  const auto from_low = static_cast<unsigned>(31 - index.low_u64());
  value = uint256{(value.limb[from_low / 8] >> (8 * (from_low % 8))) & 0xff};
}
[[nodiscard, gnu::always_inline]] inline unsigned shift_count(const uint256& count) noexcept {
  return count.fits_u64() && count.low_u64() < 256 ? static_cast<unsigned>(count.low_u64()) : 256U;
}
[[gnu::always_inline]] inline void shl(uint256* top) noexcept {
  top[-1] = top[-1] << shift_count(top[0]);
}
[[gnu::always_inline]] inline void shr(uint256* top) noexcept {
  top[-1] = top[-1] >> shift_count(top[0]);
}
/// EIP-145: ones come in from the left of a negative number.
[[gnu::always_inline]] inline void sar(uint256* top) noexcept {
  const unsigned count = shift_count(top[0]);
  const bool negative = top[-1].is_negative();
  const uint256 shifted = (negative ? ~top[-1] : top[-1]) >> count;
  top[-1] = negative ? ~shifted : shifted;
}
/// EIP-7939: the zeros above the highest one; 256 for zero.
[[gnu::always_inline]] inline void clz(uint256* top) noexcept {
  top[0] = uint256{256 - top[0].bit_length()};
}

}  // namespace datapact::vm::instructions

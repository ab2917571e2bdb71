#pragma once
// What one running frame knows besides the locals of the loop (program counter, stack top, gas).
#include "base/bytes.hpp"
#include "vm/code.hpp"
#include "vm/frame_pool.hpp"
#include "vm/host.hpp"
#include "vm/message.hpp"
#include "vm/revision.hpp"

#include <cstddef>
#include <cstdint>

namespace datapact::vm {

/// A frame lives on the native stack for the length of one execute, and so may hold views.
struct Machine {
  Revision revision;
  Host& host;
  const Message& message;
  const Code& code;
  Memory& memory;
  /// Slot below the bottom item.
  uint256* stack_base;
  /// Call data; empty in init code.
  ByteView input;
  Bytes return_data{};
  std::int64_t gas_refund = 0;
  /// Of RETURN and REVERT.
  ByteView output{};
};

/// What an instruction that can fail returns: kSuccess to go on, and the gas left, negative or not.
struct Step {
  Status status = Status::kSuccess;
  std::int64_t gas = 0;
};

[[nodiscard]] constexpr Step out_of_gas() noexcept { return {Status::kOutOfGas, 0}; }
/// Goes on with `gas`, unless there was too little.
[[nodiscard]] constexpr Step go_on(std::int64_t gas) noexcept {
  return gas < 0 ? out_of_gas() : Step{Status::kSuccess, gas};
}

[[nodiscard]] constexpr std::int64_t words_of(std::uint64_t bytes) noexcept {
  return static_cast<std::int64_t>((bytes + 31) / 32);
}

/// Pays for and adds memory up to `end`, at most 2 * Memory::kOffsetMax. Returns the gas left,
/// negative when it does not suffice; the memory is then unchanged. The rare path.
[[nodiscard]] std::int64_t grow_memory(Memory& memory, std::int64_t gas, std::uint64_t end);

/// A range of memory taken from the stack; its offset means nothing when the length is zero.
struct MemoryRange {
  std::size_t offset = 0;
  std::size_t length = 0;
};

/// Makes memory[offset, offset + length) accessible and pays for it. Returns the gas left or a
/// negative number.
[[nodiscard, gnu::always_inline]] inline std::int64_t touch_memory(Memory& memory, std::int64_t gas,
                                                                   const uint256& offset,
                                                                   std::uint64_t length) {
  if (!offset.fits_u64() || offset.low_u64() > Memory::kOffsetMax) [[unlikely]]
    return -1;
  const std::uint64_t end = offset.low_u64() + length;
  if (end <= memory.size()) [[likely]]
    return gas;
  return grow_memory(memory, gas, end);
}

/// The same with a length from the stack, which may be zero or absurd.
[[nodiscard, gnu::always_inline]] inline std::int64_t touch_memory(Memory& memory, std::int64_t gas,
                                                                   const uint256& offset,
                                                                   const uint256& length) {
  if (length.is_zero()) return gas;
  if (!length.fits_u64() || length.low_u64() > Memory::kOffsetMax) [[unlikely]]
    return -1;
  return touch_memory(memory, gas, offset, length.low_u64());
}

[[nodiscard, gnu::always_inline]] inline MemoryRange range_of(const uint256& offset,
                                                              const uint256& length) noexcept {
  return {length.is_zero() ? 0 : static_cast<std::size_t>(offset.low_u64()),
          static_cast<std::size_t>(length.low_u64())};
}

}  // namespace datapact::vm

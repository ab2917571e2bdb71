#pragma once
// Memory, hashing and copying.
#include "vm/machine.hpp"

#include <cstdint>

namespace datapact::vm::instructions {

[[gnu::always_inline]] inline Step mload(uint256* top, std::int64_t gas, Machine& machine) {
  gas = touch_memory(machine.memory, gas, top[0], 32);
  if (gas < 0) [[unlikely]]
    return out_of_gas();
  top[0] = uint256::load_be(machine.memory.data() + top[0].low_u64());
  return {Status::kSuccess, gas};
}
[[gnu::always_inline]] inline Step mstore(uint256* top, std::int64_t gas, Machine& machine) {
  gas = touch_memory(machine.memory, gas, top[0], 32);
  if (gas < 0) [[unlikely]]
    return out_of_gas();
  top[-1].store_be(machine.memory.data() + top[0].low_u64());
  return {Status::kSuccess, gas};
}
[[gnu::always_inline]] inline Step mstore8(uint256* top, std::int64_t gas, Machine& machine) {
  gas = touch_memory(machine.memory, gas, top[0], 1);
  if (gas < 0) [[unlikely]]
    return out_of_gas();
  machine.memory.data()[top[0].low_u64()] = static_cast<std::uint8_t>(top[-1].low_u64());
  return {Status::kSuccess, gas};
}
[[gnu::always_inline]] inline void msize(uint256* top, Machine& machine) noexcept {
  top[1] = uint256{machine.memory.size()};
}

Step keccak256(uint256* top, std::int64_t gas, Machine& machine);
/// EIP-5656.
Step mcopy(uint256* top, std::int64_t gas, Machine& machine);
Step calldatacopy(uint256* top, std::int64_t gas, Machine& machine);
Step codecopy(uint256* top, std::int64_t gas, Machine& machine);
Step extcodecopy(uint256* top, std::int64_t gas, Machine& machine);
/// Reading beyond the return data fails (EIP-211).
Step returndatacopy(uint256* top, std::int64_t gas, Machine& machine);

}  // namespace datapact::vm::instructions

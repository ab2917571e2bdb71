#pragma once
// What a program can learn of itself, its caller, the transaction, the block and other accounts.
// Functions that push write top[1]; those that replace an operand write top[0].
#include "vm/machine.hpp"

#include <cstdint>

namespace datapact::vm::instructions {

/// EIP-2929; the warm part, 100, is the base cost in the table.
inline constexpr std::int64_t kColdAccountSurcharge = 2600 - 100;

[[nodiscard, gnu::always_inline]] inline std::int64_t cold_account_surcharge(
    Machine& machine, const Address& address) {
  return machine.host.access_account(address) == Access::kCold ? kColdAccountSurcharge : 0;
}

[[gnu::always_inline]] inline void address(uint256* top, Machine& machine) {
  top[1] = to_uint256(machine.message.recipient);
}
[[gnu::always_inline]] inline void caller(uint256* top, Machine& machine) {
  top[1] = to_uint256(machine.message.sender);
}
[[gnu::always_inline]] inline void callvalue(uint256* top, Machine& machine) noexcept {
  top[1] = machine.message.value;
}
[[gnu::always_inline]] inline void calldatasize(uint256* top, Machine& machine) noexcept {
  top[1] = uint256{machine.input.size()};
}
[[gnu::always_inline]] inline void codesize(uint256* top, Machine& machine) noexcept {
  top[1] = uint256{machine.code.size()};
}
[[gnu::always_inline]] inline void returndatasize(uint256* top, Machine& machine) noexcept {
  top[1] = uint256{machine.return_data.size()};
}
void calldataload(uint256* top, Machine& machine) noexcept;

void origin(uint256* top, Machine& machine);
void gasprice(uint256* top, Machine& machine);
void coinbase(uint256* top, Machine& machine);
void timestamp(uint256* top, Machine& machine);
void number(uint256* top, Machine& machine);
void prevrandao(uint256* top, Machine& machine);
void gaslimit(uint256* top, Machine& machine);
void chainid(uint256* top, Machine& machine);
void selfbalance(uint256* top, Machine& machine);
void basefee(uint256* top, Machine& machine);
void blobbasefee(uint256* top, Machine& machine);
/// Zero beyond the last blob (EIP-4844).
void blobhash(uint256* top, Machine& machine);
/// Zero unless it is one of the 256 blocks before this one.
void blockhash(uint256* top, Machine& machine);

Step balance(uint256* top, std::int64_t gas, Machine& machine);
Step extcodesize(uint256* top, std::int64_t gas, Machine& machine);
Step extcodehash(uint256* top, std::int64_t gas, Machine& machine);

}  // namespace datapact::vm::instructions

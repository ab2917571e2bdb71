#pragma once
// Nested calls, creations and self-destruction. The result of a call replaces its last operand.
#include "vm/machine.hpp"

#include <cstdint>

namespace datapact::vm::instructions {

Step call(uint256* top, std::int64_t gas, Machine& machine);
Step callcode(uint256* top, std::int64_t gas, Machine& machine);
/// EIP-7.
Step delegatecall(uint256* top, std::int64_t gas, Machine& machine);
/// EIP-214.
Step staticcall(uint256* top, std::int64_t gas, Machine& machine);
Step create(uint256* top, std::int64_t gas, Machine& machine);
/// EIP-1014.
Step create2(uint256* top, std::int64_t gas, Machine& machine);
/// EIP-6780. Ends the frame.
Step selfdestruct(uint256* top, std::int64_t gas, Machine& machine);

}  // namespace datapact::vm::instructions

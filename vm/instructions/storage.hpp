#pragma once
// Persistent and transient storage, and logs.
#include "vm/machine.hpp"

#include <cstdint>

namespace datapact::vm::instructions {

/// EIP-2929.
Step sload(uint256* top, std::int64_t gas, Machine& machine);
/// EIP-2200, 2929, 3529.
Step sstore(uint256* top, std::int64_t gas, Machine& machine);
/// EIP-1153.
void tload(uint256* top, Machine& machine);
Step tstore(uint256* top, std::int64_t gas, Machine& machine);
/// LOG0 to LOG4.
Step log(uint256* top, std::int64_t gas, Machine& machine, unsigned topic_count);

}  // namespace datapact::vm::instructions

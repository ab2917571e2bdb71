#include "vm/opcode.hpp"

#include "vm/instruction_table.hpp"

#include <cstdint>

namespace datapact::vm {

const Instruction& instruction(std::uint8_t opcode) noexcept { return kInstructions[opcode]; }

}  // namespace datapact::vm

#pragma once
// Reading a step of a trace. Pure.
#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "vm/tracer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace datapact::chain {

/// The item that many places below the top; the stack must have it.
[[nodiscard]] const uint256& operand(const vm::TraceStep& step, std::size_t below);

/// A range of the memory with the zeros that its growth will add; nothing when the gas left does
/// not pay for the growth.
[[nodiscard]] std::optional<Bytes> memory_of(const vm::TraceStep& step, const uint256& offset,
                                             const uint256& length);

/// geth's name of an instruction, defined or not.
[[nodiscard]] std::string instruction_name(std::uint8_t opcode);

}  // namespace datapact::chain

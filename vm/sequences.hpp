#pragma once
// Sequences of instructions that programs run so often that the loop has one handler for each
// (docs/adr/0017). In the copy of a code that the loop runs, the first opcode of such a sequence is
// replaced by the sequence's own; the other bytes stay, so every position means the same in both.
// No jump leads into the middle of one: none holds a JUMPDEST.
#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace datapact::vm {

/// Opcodes that no revision defines.
enum class Sequence : std::uint8_t {
  kPush2Jump = 0xb0,  ///< only to a JUMPDEST
  kPush2Jumpi,        ///< only to a JUMPDEST
  kIszeroPush2Jumpi,  ///< only to a JUMPDEST
  kPush1Add,
  kPush1Shl,
  kPush1Shr,
  kPush1Mload,
  kPush2Mload,
  kPush1Mstore,
  kPush2Mstore,
  kDup2Mstore,
  kSwap1Pop,
  kSwap2Pop,
  kSwap3Pop,
  kSwap4Pop,
  kPopPop,
  kMask,      ///< PUSH1 a, PUSH1 b, PUSH1 c, SHL, SUB: as for the mask of an address
  kSelector,  ///< DUP1, PUSH4, EQ, PUSH2, JUMPI: as for each function; only to a JUMPDEST
};

/// Bit `offset` is set when a JUMPDEST that is not part of a PUSH's data lies there.
using JumpDestinations = std::vector<std::uint64_t>;

/// The copy of `padded` for the loop. The first `size` bytes are code, behind them lie STOPs.
[[nodiscard]] Bytes fuse_sequences(const Bytes& padded, std::size_t size,
                                   const JumpDestinations& jump_destinations);

}  // namespace datapact::vm

#pragma once
// The instruction set (Yellow Paper, appendix H, and the EIPs up to Osaka): opcodes, what each
// costs before its operands are known, and what it does to the height of the stack.
#include "vm/revision.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace datapact::vm {

enum class Opcode : std::uint8_t {
  kStop = 0x00,
  kAdd,
  kMul,
  kSub,
  kDiv,
  kSdiv,
  kMod,
  kSmod,
  kAddmod,
  kMulmod,
  kExp,
  kSignextend,
  kLt = 0x10,
  kGt,
  kSlt,
  kSgt,
  kEq,
  kIszero,
  kAnd,
  kOr,
  kXor,
  kNot,
  kByte,
  kShl,
  kShr,
  kSar,
  kClz,
  kKeccak256 = 0x20,
  kAddress = 0x30,
  kBalance,
  kOrigin,
  kCaller,
  kCallvalue,
  kCalldataload,
  kCalldatasize,
  kCalldatacopy,
  kCodesize,
  kCodecopy,
  kGasprice,
  kExtcodesize,
  kExtcodecopy,
  kReturndatasize,
  kReturndatacopy,
  kExtcodehash,
  kBlockhash = 0x40,
  kCoinbase,
  kTimestamp,
  kNumber,
  kPrevrandao,
  kGaslimit,
  kChainid,
  kSelfbalance,
  kBasefee,
  kBlobhash,
  kBlobbasefee,
  kPop = 0x50,
  kMload,
  kMstore,
  kMstore8,
  kSload,
  kSstore,
  kJump,
  kJumpi,
  kPc,
  kMsize,
  kGas,
  kJumpdest,
  kTload,
  kTstore,
  kMcopy,
  kPush0,
  kPush1 = 0x60,
  kPush32 = 0x7f,
  kDup1 = 0x80,
  kDup16 = 0x8f,
  kSwap1 = 0x90,
  kSwap16 = 0x9f,
  kLog0 = 0xa0,
  kLog1,
  kLog2,
  kLog3,
  kLog4,
  kCreate = 0xf0,
  kCall,
  kCallcode,
  kReturn,
  kDelegatecall,
  kCreate2,
  kStaticcall = 0xfa,
  kRevert = 0xfd,
  kInvalid = 0xfe,
  kSelfdestruct = 0xff,
};

[[nodiscard]] constexpr std::uint8_t byte_of(Opcode opcode) noexcept {
  return static_cast<std::uint8_t>(opcode);
}

/// Cost of an opcode the revision does not have.
inline constexpr std::int16_t kUndefinedCost = -1;

/// A column a revision.
using CostColumns = std::array<std::int16_t, kRevisionCount>;

/// The cost in `first` and all revisions after it; those before do not have the opcode.
[[nodiscard]] constexpr CostColumns cost_since(Revision first, std::int16_t cost) noexcept {
  CostColumns out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = i < static_cast<std::size_t>(first) ? kUndefinedCost : cost;
  }
  return out;
}

struct Instruction {
  std::string_view name;
  /// Charged before anything else.
  CostColumns cost = cost_since(Revision::kCancun, kUndefinedCost);
  /// Items the instruction reads.
  std::int8_t stack_required = 0;
  /// Change of the stack's height.
  std::int8_t stack_change = 0;

  [[nodiscard]] constexpr std::int16_t cost_in(Revision revision) const noexcept {
    return cost[static_cast<std::size_t>(revision)];
  }
};

/// Of an opcode byte, defined or not.
[[nodiscard]] const Instruction& instruction(std::uint8_t opcode) noexcept;

}  // namespace datapact::vm

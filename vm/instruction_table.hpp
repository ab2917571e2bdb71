#pragma once
// The table behind opcode.hpp, for those who need it at compile time.
#include "vm/opcode.hpp"

#include <array>
#include <cstdint>

namespace datapact::vm {

/// All revisions have the same base costs; what a later one adds is a row below that begins there.
[[nodiscard]] consteval std::array<Instruction, 256> make_instruction_table() {
  std::array<Instruction, 256> table{};
  const auto set = [&table](Opcode opcode, std::string_view name, std::int16_t cost, int required,
                            int change, Revision since = Revision::kCancun) {
    table[byte_of(opcode)] = {name, cost_since(since, cost), static_cast<std::int8_t>(required),
                              static_cast<std::int8_t>(change)};
  };
  set(Opcode::kStop, "STOP", 0, 0, 0);
  set(Opcode::kAdd, "ADD", 3, 2, -1);
  set(Opcode::kMul, "MUL", 5, 2, -1);
  set(Opcode::kSub, "SUB", 3, 2, -1);
  set(Opcode::kDiv, "DIV", 5, 2, -1);
  set(Opcode::kSdiv, "SDIV", 5, 2, -1);
  set(Opcode::kMod, "MOD", 5, 2, -1);
  set(Opcode::kSmod, "SMOD", 5, 2, -1);
  set(Opcode::kAddmod, "ADDMOD", 8, 3, -2);
  set(Opcode::kMulmod, "MULMOD", 8, 3, -2);
  set(Opcode::kExp, "EXP", 10, 2, -1);
  set(Opcode::kSignextend, "SIGNEXTEND", 5, 2, -1);
  set(Opcode::kLt, "LT", 3, 2, -1);
  set(Opcode::kGt, "GT", 3, 2, -1);
  set(Opcode::kSlt, "SLT", 3, 2, -1);
  set(Opcode::kSgt, "SGT", 3, 2, -1);
  set(Opcode::kEq, "EQ", 3, 2, -1);
  set(Opcode::kIszero, "ISZERO", 3, 1, 0);
  set(Opcode::kAnd, "AND", 3, 2, -1);
  set(Opcode::kOr, "OR", 3, 2, -1);
  set(Opcode::kXor, "XOR", 3, 2, -1);
  set(Opcode::kNot, "NOT", 3, 1, 0);
  set(Opcode::kByte, "BYTE", 3, 2, -1);
  set(Opcode::kShl, "SHL", 3, 2, -1);
  set(Opcode::kShr, "SHR", 3, 2, -1);
  set(Opcode::kSar, "SAR", 3, 2, -1);
  set(Opcode::kClz, "CLZ", 5, 1, 0, Revision::kOsaka);
  set(Opcode::kKeccak256, "KECCAK256", 30, 2, -1);
  set(Opcode::kAddress, "ADDRESS", 2, 0, 1);
  set(Opcode::kBalance, "BALANCE", 100, 1, 0);
  set(Opcode::kOrigin, "ORIGIN", 2, 0, 1);
  set(Opcode::kCaller, "CALLER", 2, 0, 1);
  set(Opcode::kCallvalue, "CALLVALUE", 2, 0, 1);
  set(Opcode::kCalldataload, "CALLDATALOAD", 3, 1, 0);
  set(Opcode::kCalldatasize, "CALLDATASIZE", 2, 0, 1);
  set(Opcode::kCalldatacopy, "CALLDATACOPY", 3, 3, -3);
  set(Opcode::kCodesize, "CODESIZE", 2, 0, 1);
  set(Opcode::kCodecopy, "CODECOPY", 3, 3, -3);
  set(Opcode::kGasprice, "GASPRICE", 2, 0, 1);
  set(Opcode::kExtcodesize, "EXTCODESIZE", 100, 1, 0);
  set(Opcode::kExtcodecopy, "EXTCODECOPY", 100, 4, -4);
  set(Opcode::kReturndatasize, "RETURNDATASIZE", 2, 0, 1);
  set(Opcode::kReturndatacopy, "RETURNDATACOPY", 3, 3, -3);
  set(Opcode::kExtcodehash, "EXTCODEHASH", 100, 1, 0);
  set(Opcode::kBlockhash, "BLOCKHASH", 20, 1, 0);
  set(Opcode::kCoinbase, "COINBASE", 2, 0, 1);
  set(Opcode::kTimestamp, "TIMESTAMP", 2, 0, 1);
  set(Opcode::kNumber, "NUMBER", 2, 0, 1);
  set(Opcode::kPrevrandao, "PREVRANDAO", 2, 0, 1);
  set(Opcode::kGaslimit, "GASLIMIT", 2, 0, 1);
  set(Opcode::kChainid, "CHAINID", 2, 0, 1);
  set(Opcode::kSelfbalance, "SELFBALANCE", 5, 0, 1);
  set(Opcode::kBasefee, "BASEFEE", 2, 0, 1);
  set(Opcode::kBlobhash, "BLOBHASH", 3, 1, 0);
  set(Opcode::kBlobbasefee, "BLOBBASEFEE", 2, 0, 1);
  set(Opcode::kPop, "POP", 2, 1, -1);
  set(Opcode::kMload, "MLOAD", 3, 1, 0);
  set(Opcode::kMstore, "MSTORE", 3, 2, -2);
  set(Opcode::kMstore8, "MSTORE8", 3, 2, -2);
  set(Opcode::kSload, "SLOAD", 100, 1, 0);
  set(Opcode::kSstore, "SSTORE", 0, 2, -2);
  set(Opcode::kJump, "JUMP", 8, 1, -1);
  set(Opcode::kJumpi, "JUMPI", 10, 2, -2);
  set(Opcode::kPc, "PC", 2, 0, 1);
  set(Opcode::kMsize, "MSIZE", 2, 0, 1);
  set(Opcode::kGas, "GAS", 2, 0, 1);
  set(Opcode::kJumpdest, "JUMPDEST", 1, 0, 0);
  set(Opcode::kTload, "TLOAD", 100, 1, 0);
  set(Opcode::kTstore, "TSTORE", 100, 2, -2);
  set(Opcode::kMcopy, "MCOPY", 3, 3, -3);
  set(Opcode::kPush0, "PUSH0", 2, 0, 1);
  set(Opcode::kLog0, "LOG0", 375, 2, -2);
  set(Opcode::kLog1, "LOG1", 750, 3, -3);
  set(Opcode::kLog2, "LOG2", 1125, 4, -4);
  set(Opcode::kLog3, "LOG3", 1500, 5, -5);
  set(Opcode::kLog4, "LOG4", 1875, 6, -6);
  set(Opcode::kCreate, "CREATE", 32000, 3, -2);
  set(Opcode::kCall, "CALL", 100, 7, -6);
  set(Opcode::kCallcode, "CALLCODE", 100, 7, -6);
  set(Opcode::kReturn, "RETURN", 0, 2, -2);
  set(Opcode::kDelegatecall, "DELEGATECALL", 100, 6, -5);
  set(Opcode::kCreate2, "CREATE2", 32000, 4, -3);
  set(Opcode::kStaticcall, "STATICCALL", 100, 6, -5);
  set(Opcode::kRevert, "REVERT", 0, 2, -2);
  set(Opcode::kInvalid, "INVALID", 0, 0, 0);
  set(Opcode::kSelfdestruct, "SELFDESTRUCT", 5000, 1, -1);

  constexpr std::string_view kPushNames[] = {
      "PUSH1",  "PUSH2",  "PUSH3",  "PUSH4",  "PUSH5",  "PUSH6",  "PUSH7",  "PUSH8",
      "PUSH9",  "PUSH10", "PUSH11", "PUSH12", "PUSH13", "PUSH14", "PUSH15", "PUSH16",
      "PUSH17", "PUSH18", "PUSH19", "PUSH20", "PUSH21", "PUSH22", "PUSH23", "PUSH24",
      "PUSH25", "PUSH26", "PUSH27", "PUSH28", "PUSH29", "PUSH30", "PUSH31", "PUSH32"};
  constexpr std::string_view kDupNames[] = {"DUP1",  "DUP2",  "DUP3",  "DUP4",  "DUP5",  "DUP6",
                                            "DUP7",  "DUP8",  "DUP9",  "DUP10", "DUP11", "DUP12",
                                            "DUP13", "DUP14", "DUP15", "DUP16"};
  constexpr std::string_view kSwapNames[] = {
      "SWAP1", "SWAP2",  "SWAP3",  "SWAP4",  "SWAP5",  "SWAP6",  "SWAP7",  "SWAP8",
      "SWAP9", "SWAP10", "SWAP11", "SWAP12", "SWAP13", "SWAP14", "SWAP15", "SWAP16"};
  for (int i = 0; i < 32; ++i)
    set(Opcode{static_cast<std::uint8_t>(0x60 + i)}, kPushNames[i], 3, 0, 1);
  for (int i = 0; i < 16; ++i) {
    set(Opcode{static_cast<std::uint8_t>(0x80 + i)}, kDupNames[i], 3, i + 1, 1);
    set(Opcode{static_cast<std::uint8_t>(0x90 + i)}, kSwapNames[i], 3, i + 2, 0);
  }
  return table;
}

inline constexpr std::array<Instruction, 256> kInstructions = make_instruction_table();

static_assert(kInstructions[0x0c].cost_in(Revision::kPrague) == kUndefinedCost);
static_assert(kInstructions[0x1e].cost_in(Revision::kPrague) == kUndefinedCost);
static_assert(kInstructions[0x1e].cost_in(Revision::kOsaka) == 5);
static_assert(kInstructions[0x7f].name == "PUSH32");
static_assert(kInstructions[0x9f].stack_required == 17);

}  // namespace datapact::vm

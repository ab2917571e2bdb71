#include "vm/interpreter.hpp"

#include "base/types.hpp"
#include "base/uint256.hpp"
#include "vm/frame_pool.hpp"
#include "vm/instruction_table.hpp"
#include "vm/instructions/arithmetic.hpp"
#include "vm/instructions/calls.hpp"
#include "vm/instructions/environment.hpp"
#include "vm/instructions/memory.hpp"
#include "vm/instructions/stack.hpp"
#include "vm/instructions/storage.hpp"
#include "vm/machine.hpp"
#include "vm/memory.hpp"
#include "vm/opcode.hpp"
#include "vm/revision.hpp"
#include "vm/status.hpp"
#include "vm/tracer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

// Computed gotos are an extension of GCC and Clang. They give every instruction a dispatch, and so
// a branch prediction, of its own; a switch shares one among all. They also make the macros below
// necessary, which live in this file only: a label cannot be a template parameter.
#pragma GCC diagnostic ignored "-Wpedantic"

namespace datapact::vm {
namespace {

namespace op = instructions;

/// The whole instruction set by opcode, sixteen a row, with the sequences of vm/sequences.hpp.
// clang-format off
#define OPCODE_GRID(ON, OFF, FUSED) \
  ON(Stop), ON(Add), ON(Mul), ON(Sub), ON(Div), ON(Sdiv), ON(Mod), ON(Smod), ON(Addmod), ON(Mulmod), ON(Exp), ON(Signextend), OFF, OFF, OFF, OFF, \
  ON(Lt), ON(Gt), ON(Slt), ON(Sgt), ON(Eq), ON(Iszero), ON(And), ON(Or), ON(Xor), ON(Not), ON(Byte), ON(Shl), ON(Shr), ON(Sar), ON(Clz), OFF, \
  ON(Keccak256), OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, \
  ON(Address), ON(Balance), ON(Origin), ON(Caller), ON(Callvalue), ON(Calldataload), ON(Calldatasize), ON(Calldatacopy), ON(Codesize), ON(Codecopy), ON(Gasprice), ON(Extcodesize), ON(Extcodecopy), ON(Returndatasize), ON(Returndatacopy), ON(Extcodehash), \
  ON(Blockhash), ON(Coinbase), ON(Timestamp), ON(Number), ON(Prevrandao), ON(Gaslimit), ON(Chainid), ON(Selfbalance), ON(Basefee), ON(Blobhash), ON(Blobbasefee), OFF, OFF, OFF, OFF, OFF, \
  ON(Pop), ON(Mload), ON(Mstore), ON(Mstore8), ON(Sload), ON(Sstore), ON(Jump), ON(Jumpi), ON(Pc), ON(Msize), ON(Gas), ON(Jumpdest), ON(Tload), ON(Tstore), ON(Mcopy), ON(Push0), \
  ON(Push1), ON(Push2), ON(Push3), ON(Push4), ON(Push5), ON(Push6), ON(Push7), ON(Push8), ON(Push9), ON(Push10), ON(Push11), ON(Push12), ON(Push13), ON(Push14), ON(Push15), ON(Push16), \
  ON(Push17), ON(Push18), ON(Push19), ON(Push20), ON(Push21), ON(Push22), ON(Push23), ON(Push24), ON(Push25), ON(Push26), ON(Push27), ON(Push28), ON(Push29), ON(Push30), ON(Push31), ON(Push32), \
  ON(Dup1), ON(Dup2), ON(Dup3), ON(Dup4), ON(Dup5), ON(Dup6), ON(Dup7), ON(Dup8), ON(Dup9), ON(Dup10), ON(Dup11), ON(Dup12), ON(Dup13), ON(Dup14), ON(Dup15), ON(Dup16), \
  ON(Swap1), ON(Swap2), ON(Swap3), ON(Swap4), ON(Swap5), ON(Swap6), ON(Swap7), ON(Swap8), ON(Swap9), ON(Swap10), ON(Swap11), ON(Swap12), ON(Swap13), ON(Swap14), ON(Swap15), ON(Swap16), \
  ON(Log0), ON(Log1), ON(Log2), ON(Log3), ON(Log4), OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, \
  FUSED(Push2Jump), FUSED(Push2Jumpi), FUSED(IszeroPush2Jumpi), FUSED(Push1Add), FUSED(Push1Shl), FUSED(Push1Shr), FUSED(Push1Mload), FUSED(Push2Mload), FUSED(Push1Mstore), FUSED(Push2Mstore), FUSED(Dup2Mstore), FUSED(Swap1Pop), FUSED(Swap2Pop), FUSED(Swap3Pop), FUSED(Swap4Pop), FUSED(PopPop), \
  FUSED(Mask), FUSED(Selector), OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, \
  OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, \
  OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, OFF, \
  ON(Create), ON(Call), ON(Callcode), ON(Return), ON(Delegatecall), ON(Create2), OFF, OFF, OFF, OFF, ON(Staticcall), OFF, OFF, ON(Revert), ON(Invalid), ON(Selfdestruct)
// clang-format on

/// What the table says of an opcode is known when its handler is compiled: an undefined opcode, a
/// free one and one that cannot fail lose the checks they do not need.
template <Revision R, std::uint8_t Byte>
[[gnu::always_inline]] inline Status check(std::int64_t& gas, const uint256* top,
                                           const uint256* base) noexcept {
  constexpr Instruction kInstruction = kInstructions[Byte];
  constexpr std::int16_t kCost = kInstruction.cost_in(R);
  if constexpr (kCost == kUndefinedCost) return Status::kUndefinedInstruction;
  if constexpr (kInstruction.stack_required > 0) {
    if (top < base + kInstruction.stack_required) [[unlikely]]
      return Status::kStackUnderflow;
  }
  if constexpr (kInstruction.stack_change > 0) {
    if (top >= base + kStackItemsMax) [[unlikely]]
      return Status::kStackOverflow;
  }
  if constexpr (kCost > 0) {
    gas -= kCost;
    if (gas < 0) [[unlikely]]
      return Status::kOutOfGas;
  }
  return Status::kSuccess;
}

/// What a sequence costs and needs of the stack, as a whole.
struct Needs {
  std::int64_t gas = 0;
  int required = 0;  ///< items that it reads
  int room = 0;      ///< items that it has more in between
};
template <Revision R, class... Opcodes>
consteval Needs needs_of(Opcodes... opcodes) {
  Needs out;
  int height = 0;
  for (const std::uint8_t opcode : {static_cast<std::uint8_t>(opcodes)...}) {
    const Instruction& instruction = kInstructions[opcode];
    out.gas += instruction.cost_in(R);
    out.required = std::max(out.required, instruction.stack_required - height);
    height += instruction.stack_change;
    out.room = std::max(out.room, height);
  }
  return out;
}
consteval int push(int bytes) { return byte_of(Opcode::kPush1) + bytes - 1; }
consteval int dup(int n) { return byte_of(Opcode::kDup1) + n - 1; }
consteval int swap(int n) { return byte_of(Opcode::kSwap1) + n - 1; }
consteval int plain(Opcode opcode) { return byte_of(opcode); }

[[nodiscard, gnu::always_inline]] inline bool has(const Needs& needs, std::int64_t gas,
                                                  const uint256* top,
                                                  const uint256* base) noexcept {
  if (needs.required > 0 && top < base + needs.required) return false;
  if (needs.room > 0 && top > base + kStackItemsMax - needs.room) return false;
  return gas >= needs.gas;
}

/// The number in the data of a PUSH, read as far as the code's padding allows.
template <unsigned kSize>
[[nodiscard, gnu::always_inline]] inline std::uint64_t data_of(const std::uint8_t* data) noexcept {
  return datapact::detail::load_be64(data) >> (64 - 8 * kSize);
}
/// True when the 32 bytes at `offset` need no growth of the memory.
[[nodiscard, gnu::always_inline]] inline bool holds_word(const Memory& memory,
                                                         const uint256& offset) noexcept {
  return offset.fits_u64() && offset.low_u64() <= Memory::kOffsetMax &&
         offset.low_u64() + 32 <= memory.size();
}

/// RETURN and REVERT.
Step finish(Status status, const uint256* top, std::int64_t gas, Machine& machine) {
  gas = touch_memory(machine.memory, gas, top[0], top[-1]);
  if (gas < 0) return out_of_gas();
  const MemoryRange range = range_of(top[0], top[-1]);
  machine.output = machine.memory.view(range.offset, range.length);
  return {status, gas};
}

[[gnu::noinline]] void trace_step(Tracer& tracer, const Machine& machine, const std::uint8_t* pc,
                                  const uint256* top, std::int64_t gas) {
  TraceStep step;
  step.depth = machine.message.depth;
  step.pc = static_cast<std::size_t>(pc - machine.code.data());
  step.opcode = *pc;
  step.gas_left = gas;
  step.gas_refund = machine.gas_refund;
  step.stack = {machine.stack_base + 1, static_cast<std::size_t>(top - machine.stack_base)};
  step.memory = machine.memory.view();
  step.return_data = machine.return_data;
  tracer.on_step(step);
}

#define LABEL_OF(name) &&op_##name
#define NO_LABEL &&undefined
// The traced loop runs the code as it is, where these bytes are undefined.
#define LABEL_OF_SEQUENCE(name) (kWatch == Watch::kTraced ? &&undefined : &&fused_##name)

#define DISPATCH()                                                                               \
  do {                                                                                           \
    if constexpr (kWatch == Watch::kTraced) trace_step(*watchers.tracer, machine, pc, top, gas); \
    goto* kLabels[*pc];                                                                          \
  } while (false)

/// Opens the handler of a sequence. Where an instruction of it would fail, they run one by one
/// instead, so that the first of them that fails says how.
#define SEQUENCE(name, first, ...)                     \
  fused_##name : {                                     \
    constexpr Needs kNeeds = needs_of<R>(__VA_ARGS__); \
    if (!has(kNeeds, gas, top, base)) [[unlikely]] {   \
      goto op_##first;                                 \
    }                                                  \
    gas -= kNeeds.gas;
/// Ends one that jumps to the JUMPDEST whose place stands in two bytes at `data`, which the
/// analysis has checked and the sequence has paid.
#define JUMP_TO(data)                                      \
  do {                                                     \
    if (must_stop<kWatch>(watchers)) [[unlikely]] {        \
      goto stopped;                                        \
    }                                                      \
    pc = start_of<kWatch>(machine) + data_of<2>(data) + 1; \
    DISPATCH();                                            \
  } while (false)
#define LOAD_AT(width)                                                          \
  SEQUENCE(Push##width##Mload, Push##width, push(width), plain(Opcode::kMload)) \
  const std::size_t offset = data_of<width>(pc + 1);                            \
  if (offset + 32 > machine.memory.size()) [[unlikely]] {                       \
    gas += kNeeds.gas;                                                          \
    goto op_Push##width;                                                        \
  }                                                                             \
  ++top;                                                                        \
  top[0] = uint256::load_be(machine.memory.data() + offset);                    \
  pc += 2 + (width);                                                            \
  DISPATCH();                                                                   \
  }
#define STORE_AT(width)                                                           \
  SEQUENCE(Push##width##Mstore, Push##width, push(width), plain(Opcode::kMstore)) \
  const std::size_t offset = data_of<width>(pc + 1);                              \
  if (offset + 32 > machine.memory.size()) [[unlikely]] {                         \
    gas += kNeeds.gas;                                                            \
    goto op_Push##width;                                                          \
  }                                                                               \
  top[0].store_be(machine.memory.data() + offset);                                \
  --top;                                                                          \
  pc += 2 + (width);                                                              \
  DISPATCH();                                                                     \
  }
#define SWAP_POP(n)                                             \
  SEQUENCE(Swap##n##Pop, Swap##n, swap(n), plain(Opcode::kPop)) \
  op::copy_word(top[-(n)], top[0]);                             \
  --top;                                                        \
  pc += 2;                                                      \
  DISPATCH();                                                   \
  }

/// Opens a handler: label, checks.
#define ENTER(name)                                                                          \
  op_##name : {                                                                              \
    constexpr std::uint8_t kByte = byte_of(Opcode::k##name);                                 \
    if (const Status checked = check<R, kByte>(gas, top, base); checked != Status::kSuccess) \
        [[unlikely]] {                                                                       \
      status = checked;                                                                      \
      goto failed;                                                                           \
    }

/// Closes one: stack pointer, program counter, next.
#define LEAVE()                             \
  top += kInstructions[kByte].stack_change; \
  ++pc;                                     \
  DISPATCH();                               \
  }

#define ON_STACK(name, function) \
  ENTER(name) op::function(top); \
  LEAVE()
#define ON_MACHINE(name, function)        \
  ENTER(name) op::function(top, machine); \
  LEAVE()
#define ON_GAS(name, function)                        \
  ENTER(name)                                         \
  const Step step = op::function(top, gas, machine);  \
  if (step.status != Status::kSuccess) [[unlikely]] { \
    status = step.status;                             \
    goto failed;                                      \
  }                                                   \
  gas = step.gas;                                     \
  LEAVE()

#define NUMBERED(prefix, count)                                                              \
  op_##prefix##count : {                                                                     \
    constexpr std::uint8_t kByte = byte_of(Opcode::k##prefix##1) + (count) - 1;              \
    if (const Status checked = check<R, kByte>(gas, top, base); checked != Status::kSuccess) \
        [[unlikely]] {                                                                       \
      status = checked;                                                                      \
      goto failed;                                                                           \
    }
#define PUSH(size)             \
  NUMBERED(Push, size)         \
  op::push<size>(top, pc + 1); \
  pc += (size);                \
  LEAVE()
#define DUP(n)                      \
  NUMBERED(Dup, n) op::dup<n>(top); \
  LEAVE()
#define SWAP(n)                       \
  NUMBERED(Swap, n) op::swap<n>(top); \
  LEAVE()
#define LOG(n)                                     \
  ENTER(Log##n)                                    \
  const Step step = op::log(top, gas, machine, n); \
  if (step.status != Status::kSuccess) {           \
    status = step.status;                          \
    goto failed;                                   \
  }                                                \
  gas = step.gas;                                  \
  LEAVE()

/// Who looks on. A loop is compiled for each, so that a block pays for none.
enum class Watch : std::uint8_t { kNobody, kStoppable, kTraced };

template <Watch kWatch>
[[gnu::always_inline]] inline bool must_stop([[maybe_unused]] const Watchers& watchers) {
  if constexpr (kWatch == Watch::kNobody) return false;
  if constexpr (kWatch == Watch::kStoppable) return watchers.stop_watch->tick();
  return watchers.stop_watch != nullptr && watchers.stop_watch->tick();
}

/// A tracer sees the instructions as they are; the other loops run sequences at once.
template <Watch kWatch>
[[gnu::always_inline]] inline const std::uint8_t* start_of(const Machine& machine) noexcept {
  return kWatch == Watch::kTraced ? machine.code.data() : machine.code.executable();
}

template <Revision R, Watch kWatch>
Step run(Machine& machine, std::int64_t gas, [[maybe_unused]] const Watchers& watchers) {
  static constexpr const void* kLabels[] = {OPCODE_GRID(LABEL_OF, NO_LABEL, LABEL_OF_SEQUENCE)};

  const std::uint8_t* pc = start_of<kWatch>(machine);
  uint256* const base = machine.stack_base;
  uint256* top = base;
  Status status = Status::kSuccess;
  if (must_stop<kWatch>(watchers)) return {Status::kStopped, 0};
  DISPATCH();

  ON_STACK(Add, add)
  ON_STACK(Mul, mul)
  ON_STACK(Sub, sub)
  ON_STACK(Div, div)
  ON_STACK(Sdiv, sdiv)
  ON_STACK(Mod, mod)
  ON_STACK(Smod, smod)
  ON_STACK(Addmod, addmod)
  ON_STACK(Mulmod, mulmod)
  ON_STACK(Signextend, signextend)
  ON_STACK(Lt, lt)
  ON_STACK(Gt, gt)
  ON_STACK(Slt, slt)
  ON_STACK(Sgt, sgt)
  ON_STACK(Eq, eq)
  ON_STACK(Iszero, iszero)
  ON_STACK(And, bit_and)
  ON_STACK(Or, bit_or)
  ON_STACK(Xor, bit_xor)
  ON_STACK(Not, bit_not)
  ON_STACK(Byte, byte)
  ON_STACK(Shl, shl)
  ON_STACK(Shr, shr)
  ON_STACK(Sar, sar)
  ON_STACK(Clz, clz)
  ON_MACHINE(Address, address)
  ON_MACHINE(Origin, origin)
  ON_MACHINE(Caller, caller)
  ON_MACHINE(Callvalue, callvalue)
  ON_MACHINE(Calldataload, calldataload)
  ON_MACHINE(Calldatasize, calldatasize)
  ON_MACHINE(Codesize, codesize)
  ON_MACHINE(Gasprice, gasprice)
  ON_MACHINE(Returndatasize, returndatasize)
  ON_MACHINE(Blockhash, blockhash)
  ON_MACHINE(Coinbase, coinbase)
  ON_MACHINE(Timestamp, timestamp)
  ON_MACHINE(Number, number)
  ON_MACHINE(Prevrandao, prevrandao)
  ON_MACHINE(Gaslimit, gaslimit)
  ON_MACHINE(Chainid, chainid)
  ON_MACHINE(Selfbalance, selfbalance)
  ON_MACHINE(Basefee, basefee)
  ON_MACHINE(Blobhash, blobhash)
  ON_MACHINE(Blobbasefee, blobbasefee)
  ON_MACHINE(Msize, msize)
  ON_MACHINE(Tload, tload)
  ON_GAS(Exp, exp)
  ON_GAS(Keccak256, keccak256)
  ON_GAS(Balance, balance)
  ON_GAS(Calldatacopy, calldatacopy)
  ON_GAS(Codecopy, codecopy)
  ON_GAS(Extcodesize, extcodesize)
  ON_GAS(Extcodecopy, extcodecopy)
  ON_GAS(Returndatacopy, returndatacopy)
  ON_GAS(Extcodehash, extcodehash)
  ON_GAS(Mload, mload)
  ON_GAS(Mstore, mstore)
  ON_GAS(Mstore8, mstore8)
  ON_GAS(Mcopy, mcopy)
  ON_GAS(Sload, sload)
  ON_GAS(Sstore, sstore)
  ON_GAS(Tstore, tstore)
  ON_GAS(Call, call)
  ON_GAS(Callcode, callcode)
  ON_GAS(Delegatecall, delegatecall)
  ON_GAS(Staticcall, staticcall)
  ON_GAS(Create, create)
  ON_GAS(Create2, create2)

  ENTER(Pop)
  LEAVE()
  ENTER(Jumpdest)
  LEAVE()
  ENTER(Pc)
  top[1] = uint256{static_cast<std::uint64_t>(pc - start_of<kWatch>(machine))};
  LEAVE()
  ENTER(Gas)
  top[1] = uint256{static_cast<std::uint64_t>(gas)};
  LEAVE()
  ENTER(Push0)
  top[1] = uint256{};
  LEAVE()

  ENTER(Jump)
  if (must_stop<kWatch>(watchers)) [[unlikely]] {
    goto stopped;
  }
  if (!top[0].fits_u64() || !machine.code.is_jump_destination(top[0].low_u64())) [[unlikely]] {
    goto bad_jump;
  }
  pc = start_of<kWatch>(machine) + top[0].low_u64();
  --top;
  DISPATCH();
}
ENTER(Jumpi)
if (top[-1].is_zero()) {
  ++pc;
} else {
  if (must_stop<kWatch>(watchers)) [[unlikely]] {
    goto stopped;
  }
  if (!top[0].fits_u64() || !machine.code.is_jump_destination(top[0].low_u64())) [[unlikely]] {
    goto bad_jump;
  }
  pc = start_of<kWatch>(machine) + top[0].low_u64();
}
top -= 2;
DISPATCH();
}

SEQUENCE(Push2Jump, Push2, push(2), plain(Opcode::kJump), plain(Opcode::kJumpdest))
JUMP_TO(pc + 1);
}
SEQUENCE(Push2Jumpi, Push2, push(2), plain(Opcode::kJumpi), plain(Opcode::kJumpdest))
--top;
if (top[1].is_zero()) {
  gas += kInstructions[byte_of(Opcode::kJumpdest)].cost_in(R);
  pc += 4;
  DISPATCH();
}
JUMP_TO(pc + 1);
}
SEQUENCE(IszeroPush2Jumpi, Iszero, plain(Opcode::kIszero), push(2), plain(Opcode::kJumpi),
         plain(Opcode::kJumpdest))
--top;
if (!top[1].is_zero()) {
  gas += kInstructions[byte_of(Opcode::kJumpdest)].cost_in(R);
  pc += 5;
  DISPATCH();
}
JUMP_TO(pc + 2);
}
SEQUENCE(Selector, Dup1, dup(1), push(4), plain(Opcode::kEq), push(2), plain(Opcode::kJumpi),
         plain(Opcode::kJumpdest))
if (top[0] != uint256{data_of<4>(pc + 2)}) {
  gas += kInstructions[byte_of(Opcode::kJumpdest)].cost_in(R);
  pc += 11;
  DISPATCH();
}
JUMP_TO(pc + 8);
}
SEQUENCE(Mask, Push1, push(1), push(1), push(1), plain(Opcode::kShl), plain(Opcode::kSub))
++top;
top[0] = (uint256{pc[3]} << pc[5]) - uint256{pc[1]};
pc += 8;
DISPATCH();
}
SEQUENCE(Push1Add, Push1, push(1), plain(Opcode::kAdd))
top[0] = top[0] + uint256{pc[1]};
pc += 3;
DISPATCH();
}
SEQUENCE(Push1Shl, Push1, push(1), plain(Opcode::kShl))
top[0] = top[0] << pc[1];
pc += 3;
DISPATCH();
}
SEQUENCE(Push1Shr, Push1, push(1), plain(Opcode::kShr))
top[0] = top[0] >> pc[1];
pc += 3;
DISPATCH();
}
LOAD_AT(1)
LOAD_AT(2)
STORE_AT(1)
STORE_AT(2)
SEQUENCE(Dup2Mstore, Dup2, dup(2), plain(Opcode::kMstore))
if (!holds_word(machine.memory, top[-1])) [[unlikely]] {
  gas += kNeeds.gas;
  goto op_Dup2;
}
top[0].store_be(machine.memory.data() + top[-1].low_u64());
--top;
pc += 2;
DISPATCH();
}
SWAP_POP(1)
SWAP_POP(2)
SWAP_POP(3)
SWAP_POP(4)
SEQUENCE(PopPop, Pop, plain(Opcode::kPop), plain(Opcode::kPop))
top -= 2;
pc += 2;
DISPATCH();
}

PUSH(1)
PUSH(2)
PUSH(3)
PUSH(4)
PUSH(5)
PUSH(6)
PUSH(7)
PUSH(8)
PUSH(9)
PUSH(10)
PUSH(11)
PUSH(12)
PUSH(13)
PUSH(14)
PUSH(15)
PUSH(16)
PUSH(17)
PUSH(18)
PUSH(19)
PUSH(20)
PUSH(21)
PUSH(22)
PUSH(23)
PUSH(24)
PUSH(25)
PUSH(26)
PUSH(27)
PUSH(28)
PUSH(29)
PUSH(30)
PUSH(31)
PUSH(32)
DUP(1)
DUP(2)
DUP(3)
DUP(4)
DUP(5)
DUP(6)
DUP(7)
DUP(8)
DUP(9)
DUP(10)
DUP(11)
DUP(12)
DUP(13)
DUP(14)
DUP(15)
DUP(16)
SWAP(1)
SWAP(2)
SWAP(3)
SWAP(4)
SWAP(5)
SWAP(6)
SWAP(7)
SWAP(8)
SWAP(9)
SWAP(10)
SWAP(11)
SWAP(12)
SWAP(13)
SWAP(14)
SWAP(15)
SWAP(16)
LOG(0)
LOG(1)
LOG(2)
LOG(3)
LOG(4)

op_Stop : return {Status::kSuccess, gas};

ENTER(Return)
return finish(Status::kSuccess, top, gas, machine);
}
ENTER(Revert)
return finish(Status::kRevert, top, gas, machine);
}
ENTER(Selfdestruct)
return op::selfdestruct(top, gas, machine);
}

op_Invalid : return {Status::kInvalidInstruction, 0};
undefined : return {Status::kUndefinedInstruction, 0};
bad_jump : return {Status::kBadJumpDestination, 0};
stopped : return {Status::kStopped, 0};
failed : return {status, 0};
}

#undef SWAP_POP
#undef STORE_AT
#undef LOAD_AT
#undef JUMP_TO
#undef SEQUENCE
#undef LOG
#undef SWAP
#undef DUP
#undef PUSH
#undef NUMBERED
#undef ON_GAS
#undef ON_MACHINE
#undef ON_STACK
#undef LEAVE
#undef ENTER
#undef DISPATCH
#undef LABEL_OF_SEQUENCE
#undef NO_LABEL
#undef LABEL_OF
#undef OPCODE_GRID

template <Revision R>
Step run_in(Machine& machine, std::int64_t gas, const Watchers& watchers) {
  if (watchers.tracer != nullptr) return run<R, Watch::kTraced>(machine, gas, watchers);
  if (watchers.stop_watch != nullptr) return run<R, Watch::kStoppable>(machine, gas, watchers);
  return run<R, Watch::kNobody>(machine, gas, watchers);
}

}  // namespace

Step interpret(Machine& machine, std::int64_t gas, const Watchers& watchers) {
  switch (machine.revision) {
    case Revision::kCancun:
      return run_in<Revision::kCancun>(machine, gas, watchers);
    case Revision::kPrague:
      return run_in<Revision::kPrague>(machine, gas, watchers);
    case Revision::kOsaka:
      return run_in<Revision::kOsaka>(machine, gas, watchers);
  }
  return {Status::kUndefinedInstruction, 0};
}

}  // namespace datapact::vm

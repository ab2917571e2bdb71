#include "vm/instructions/calls.hpp"

#include "base/types.hpp"
#include "vm/host.hpp"
#include "vm/instructions/environment.hpp"
#include "vm/machine.hpp"
#include "vm/message.hpp"
#include "vm/opcode.hpp"
#include "vm/revision.hpp"
#include "vm/status.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace datapact::vm::instructions {
namespace {

constexpr std::int64_t kValueTransfer = 9000;
constexpr std::int64_t kCallStipend = 2300;
constexpr std::int64_t kNewAccount = 25'000;  // EIP-161
constexpr std::int64_t kWarmAccess = 100;     // EIP-2929
constexpr std::int64_t kInitCodeWord = 2;     // EIP-3860
constexpr std::int64_t kHashWord = 6;
constexpr std::uint64_t kInitCodeMax = 49'152;  // EIP-3860

/// EIP-150: a frame keeps a 64th for itself.
constexpr std::int64_t all_but_a_64th(std::int64_t gas) noexcept { return gas - gas / 64; }

/// The operands of any call, and where its result goes.
struct Operands {
  const uint256& gas;
  Address target;
  uint256 value;
  const uint256& input_offset;
  const uint256& input_length;
  const uint256& output_offset;
  const uint256& output_length;
  uint256& result;
};

Operands operands_of(Opcode opcode, uint256* top) {
  const bool has_value = opcode == Opcode::kCall || opcode == Opcode::kCallcode;
  uint256* rest = has_value ? top - 3 : top - 2;
  return {top[0],
          to_address(top[-1]),
          has_value ? top[-2] : uint256{},
          rest[0],
          rest[-1],
          rest[-2],
          rest[-3],
          rest[-3]};
}

Message message_for(Opcode opcode, const Operands& operands, const Message& own) {
  Message out;
  out.kind = CallKind::kCall;
  out.is_static = own.is_static || opcode == Opcode::kStaticcall;
  out.depth = own.depth + 1;
  out.recipient = operands.target;
  out.sender = own.recipient;
  out.code_address = operands.target;
  out.value = operands.value;
  if (opcode == Opcode::kCallcode) {
    out.kind = CallKind::kCallCode;
    out.recipient = own.recipient;
  } else if (opcode == Opcode::kDelegatecall) {
    out.kind = CallKind::kDelegateCall;
    out.recipient = own.recipient;
    out.sender = own.sender;
    out.value = own.value;
  }
  return out;
}

/// EIP-7702, from Prague on: follows a designator once and returns what its target costs.
std::int64_t follow_designator(Machine& machine, Message& message) {
  if (machine.revision < Revision::kPrague) return 0;
  const auto target = machine.host.code(message.code_address)->delegate();
  if (!target) return 0;
  message.code_address = *target;
  message.is_delegated = true;
  return kWarmAccess + cold_account_surcharge(machine, *target);
}

/// True when the call cannot start: the caller then goes on with all its gas.
bool fails_lightly(Machine& machine, const uint256& value) {
  if (machine.message.depth >= kCallDepthMax) return true;
  return !value.is_zero() && machine.host.balance(machine.message.recipient) < value;
}

Step run_call(const Operands& operands, std::int64_t gas, Machine& machine, Message& message) {
  const bool pays = !operands.value.is_zero();
  std::int64_t cap = all_but_a_64th(gas);
  if (operands.gas.fits_u64() && operands.gas.low_u64() < static_cast<std::uint64_t>(cap)) {
    cap = static_cast<std::int64_t>(operands.gas.low_u64());
  }
  const MemoryRange input = range_of(operands.input_offset, operands.input_length);
  const MemoryRange output = range_of(operands.output_offset, operands.output_length);
  message.gas = cap + (pays ? kCallStipend : 0);
  message.input = machine.memory.view(input.offset, input.length);
  // The stipend is a gift: the caller does not pay for it, and keeps what is left of it.
  if (pays) gas += kCallStipend;
  operands.result = uint256{};
  if (fails_lightly(machine, operands.value)) return {Status::kSuccess, gas};

  CallResult result = machine.host.call(message);
  machine.return_data = std::move(result.output);
  machine.gas_refund += result.gas_refund;
  operands.result = uint256{result.status == Status::kSuccess ? 1U : 0U};
  const std::size_t length = std::min(output.length, machine.return_data.size());
  if (length != 0) {
    std::memcpy(machine.memory.data() + output.offset, machine.return_data.data(), length);
  }
  return {Status::kSuccess, gas - (message.gas - result.gas_left)};
}

Step any_call(Opcode opcode, uint256* top, std::int64_t gas, Machine& machine) {
  const Operands operands = operands_of(opcode, top);
  const bool pays = !operands.value.is_zero();
  machine.return_data.clear();
  if (opcode == Opcode::kCall && pays && machine.message.is_static) {
    return {Status::kStaticViolation, 0};
  }
  gas = touch_memory(machine.memory, gas, operands.input_offset, operands.input_length);
  if (gas < 0) return out_of_gas();
  gas = touch_memory(machine.memory, gas, operands.output_offset, operands.output_length);
  if (gas < 0) return out_of_gas();
  gas -= cold_account_surcharge(machine, operands.target);
  if (gas < 0) return out_of_gas();
  if (pays) gas -= kValueTransfer;
  if (opcode == Opcode::kCall && pays && !machine.host.account_exists(operands.target)) {
    gas -= kNewAccount;
  }
  if (gas < 0) return out_of_gas();
  Message message = message_for(opcode, operands, machine.message);
  gas -= follow_designator(machine, message);
  if (gas < 0) return out_of_gas();
  return run_call(operands, gas, machine, message);
}

Step any_create(CallKind kind, uint256* top, std::int64_t gas, Machine& machine) {
  if (machine.message.is_static) return {Status::kStaticViolation, 0};
  const uint256 value = top[0];
  const uint256& length = top[-2];
  uint256& result = kind == CallKind::kCreate2 ? top[-3] : top[-2];
  machine.return_data.clear();
  if (length > uint256{kInitCodeMax}) return out_of_gas();
  gas = touch_memory(machine.memory, gas, top[-1], length);
  if (gas < 0) return out_of_gas();
  const MemoryRange range = range_of(top[-1], length);
  gas -= (kInitCodeWord + (kind == CallKind::kCreate2 ? kHashWord : 0)) * words_of(range.length);
  if (gas < 0) return out_of_gas();

  Message message;
  message.kind = kind;
  message.depth = machine.message.depth + 1;
  message.gas = all_but_a_64th(gas);
  message.sender = machine.message.recipient;
  message.value = value;
  message.input = machine.memory.view(range.offset, range.length);
  if (kind == CallKind::kCreate2) message.salt = to_hash256(top[-3]);
  result = uint256{};
  if (fails_lightly(machine, value)) return {Status::kSuccess, gas};

  CallResult created = machine.host.call(message);
  machine.gas_refund += created.gas_refund;
  if (created.status == Status::kSuccess) {
    result = to_uint256(created.create_address);
  } else if (created.status == Status::kRevert) {
    machine.return_data = std::move(created.output);
  }
  return {Status::kSuccess, gas - (message.gas - created.gas_left)};
}

}  // namespace

Step call(uint256* top, std::int64_t gas, Machine& machine) {
  return any_call(Opcode::kCall, top, gas, machine);
}
Step callcode(uint256* top, std::int64_t gas, Machine& machine) {
  return any_call(Opcode::kCallcode, top, gas, machine);
}
Step delegatecall(uint256* top, std::int64_t gas, Machine& machine) {
  return any_call(Opcode::kDelegatecall, top, gas, machine);
}
Step staticcall(uint256* top, std::int64_t gas, Machine& machine) {
  return any_call(Opcode::kStaticcall, top, gas, machine);
}
Step create(uint256* top, std::int64_t gas, Machine& machine) {
  return any_create(CallKind::kCreate, top, gas, machine);
}
Step create2(uint256* top, std::int64_t gas, Machine& machine) {
  return any_create(CallKind::kCreate2, top, gas, machine);
}

Step selfdestruct(uint256* top, std::int64_t gas, Machine& machine) {
  if (machine.message.is_static) return {Status::kStaticViolation, 0};
  const Address beneficiary = to_address(top[0]);
  // The table's 5000 hold no warm part, so a cold beneficiary costs the full 2600.
  if (machine.host.access_account(beneficiary) == Access::kCold) {
    gas -= kColdAccountSurcharge + kWarmAccess;
    if (gas < 0) return out_of_gas();
  }
  const Address& self = machine.message.recipient;
  if (!machine.host.account_exists(beneficiary) && !machine.host.balance(self).is_zero()) {
    gas -= kNewAccount;
    if (gas < 0) return out_of_gas();
  }
  machine.host.selfdestruct(self, beneficiary);
  return {Status::kSuccess, gas};
}

}  // namespace datapact::vm::instructions

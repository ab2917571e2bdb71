#include "ledger/chain/trace/txn_tracer.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/trace/step.hpp"
#include "ledger/state/state.hpp"
#include "vm/message.hpp"
#include "vm/opcode.hpp"
#include "vm/status.hpp"
#include "vm/tracer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::chain {
namespace {

using vm::Opcode;
using vm::Status;

constexpr std::int64_t kCallStipend = 2300;  // Yellow Paper, appendix G
constexpr std::size_t kStackItemsMax = 1024;

constexpr bool is_creation(Opcode opcode) {
  return opcode == Opcode::kCreate || opcode == Opcode::kCreate2;
}
constexpr bool is_call(Opcode opcode) {
  return opcode == Opcode::kCall || opcode == Opcode::kCallcode ||
         opcode == Opcode::kDelegatecall || opcode == Opcode::kStaticcall;
}
constexpr bool takes_value(Opcode opcode) {
  return opcode == Opcode::kCall || opcode == Opcode::kCallcode;
}
/// EIP-150: a frame keeps a 64th for itself.
constexpr std::int64_t all_but_a_64th(std::int64_t gas) { return gas - gas / 64; }

}  // namespace

void TxnTracer::begin_txn(const TxnStart& start) {
  txn_ = std::make_unique<const TxnStart>(start);
  txn_begins(start);
}

/// A message in a static call does not tell a CALL from a STATICCALL: the instruction does.
Opcode TxnTracer::type_of(const vm::Message& message) const {
  if (frames_.empty()) return is_create(message.kind) ? Opcode::kCreate : Opcode::kCall;
  INVARIANT(frames_.back().in_step);
  return static_cast<Opcode>(frames_.back().step.opcode);
}

void TxnTracer::begin_call(const vm::Message& message, const Address& created) {
  TraceFrame out;
  out.type = type_of(message);
  const bool creates = is_creation(out.type);
  const bool acts_for_caller = out.type == Opcode::kDelegatecall || out.type == Opcode::kCallcode;
  out.from = acts_for_caller ? message.recipient : message.sender;
  out.input = message.input;
  out.gas = message.gas;
  if (out.type != Opcode::kStaticcall) out.value = message.value;
  if (creates) {
    out.to = created;
  } else {
    out.to = frames_.empty() ? message.recipient : frames_.back().step.target;
  }
  if (frames_.empty()) out.gas = static_cast<std::int64_t>(txn().txn.gas_limit.raw());

  Frame frame;
  frame.type = out.type;
  frame.self = creates ? created : message.recipient;
  frame.value = message.value;
  frame.has_no_code = creates && message.input.empty();
  if (!frames_.empty()) frames_.back().step.has_called = true;
  frames_.push_back(std::move(frame));
  frame_begins(out);
}

void TxnTracer::end_call(const vm::Message& message, const vm::CallResult& result) {
  const Frame& frame = frames_.back();
  TraceFrameEnd end;
  end.output = result.output;
  end.gas_used = message.gas - result.gas_left;
  end.is_revert = result.status == Status::kRevert;
  if (result.status != Status::kSuccess) {
    end.error = failure_text(frame, result.status);
  } else if (is_creation(frame.type)) {
    end.output = frame.deployed;
  }
  frame_ends(end);
  frames_.pop_back();
  if (frames_.empty()) return;
  Step& caller = frames_.back().step;
  caller.gas_given = message.gas;
  caller.gas_returned = result.gas_left;
}

void TxnTracer::on_enter(const vm::Message&) {}

void TxnTracer::on_exit(const vm::Message&, const vm::CallResult& result) {
  Frame& frame = frames_.back();
  const bool failed = result.status != Status::kSuccess && result.status != Status::kRevert;
  frame.has_returned = result.status == Status::kSuccess;
  if (frame.has_returned && is_creation(frame.type)) frame.deployed = result.output;
  if (!frame.in_step) return;
  if (failed) {
    fail_step(frame, result.status);
  } else {
    end_step(frame, result.gas_left, frame.refund);
  }
}

std::int64_t TxnTracer::refund_below() const {
  std::int64_t out = refund_;
  for (std::size_t i = 0; i + 1 < frames_.size(); ++i) out += frames_[i].refund;
  return out;
}

void TxnTracer::on_step(const vm::TraceStep& step) {
  Frame& frame = frames_.back();
  if (frame.has_no_code) return;
  if (frame.in_step) end_step(frame, step.gas_left, step.gas_refund);
  ++steps_;
  frame.refund = step.gas_refund;
  frame.last_opcode = step.opcode;
  frame.last_height = step.stack.size();
  Step begun;
  begun.opcode = step.opcode;
  begun.gas = step.gas_left;
  begun.refund = refund_below() + step.gas_refund;
  begun.stack_height = step.stack.size();
  if (is_call(static_cast<Opcode>(step.opcode)) && step.stack.size() >= 2) {
    begun.target = to_address(operand(step, 1));
  }
  begun.still_birth = still_birth_of(step, frame);
  frame.step = std::move(begun);
  frame.in_step = true;
  step_begins(step, frame.self);
}

std::optional<TxnTracer::StillBirth> TxnTracer::still_birth_of(const vm::TraceStep& step,
                                                               const Frame& frame) const {
  const auto opcode = static_cast<Opcode>(step.opcode);
  if (!is_call(opcode) && !is_creation(opcode)) return std::nullopt;
  if (step.stack.size() < static_cast<std::size_t>(vm::instruction(step.opcode).stack_required)) {
    return std::nullopt;
  }
  uint256 value;
  if (takes_value(opcode)) value = operand(step, 2);
  if (is_creation(opcode)) value = operand(step, 0);
  StillBirth out;
  if (step.depth >= vm::kCallDepthMax) {
    out.error = "max call depth exceeded";
  } else if (!value.is_zero() && txn().state.balance(frame.self).raw() < value) {
    out.error = "insufficient balance for transfer";
  } else {
    return std::nullopt;
  }
  out.pays = takes_value(opcode) && !value.is_zero();
  out.frame.type = opcode;
  out.frame.from = frame.self;
  if (opcode == Opcode::kDelegatecall) value = frame.value;
  if (opcode != Opcode::kStaticcall) out.frame.value = value;
  std::size_t input = 1;
  if (is_call(opcode)) {
    out.gas_wanted = operand(step, 0);
    out.frame.to = to_address(operand(step, 1));
    input = takes_value(opcode) ? 3 : 2;
  }
  auto bytes = memory_of(step, operand(step, input), operand(step, input + 1));
  if (!bytes) return std::nullopt;
  out.input = std::move(*bytes);
  return out;
}

std::int64_t TxnTracer::bear_still(StillBirth& birth, std::int64_t gas_after) {
  const std::int64_t stipend = birth.pays ? kCallStipend : 0;
  std::int64_t given = all_but_a_64th(gas_after - stipend);
  if (is_call(birth.frame.type) && birth.gas_wanted.fits_u64() &&
      birth.gas_wanted.low_u64() < static_cast<std::uint64_t>(given)) {
    given = static_cast<std::int64_t>(birth.gas_wanted.low_u64());
  }
  birth.frame.gas = given + stipend;
  birth.frame.input = birth.input;
  frame_begins(birth.frame);
  TraceFrameEnd end;
  end.error = birth.error;
  frame_ends(end);
  return birth.frame.gas;
}

/// The instruction has left `gas_after` to its frame.
void TxnTracer::end_step(Frame& frame, std::int64_t gas_after, std::int64_t refund_after) {
  Step& step = frame.step;
  const auto opcode = static_cast<Opcode>(step.opcode);
  if (step.still_birth && !step.has_called) {
    step.gas_given = step.gas_returned = bear_still(*step.still_birth, gas_after);
  }
  TraceStepEnd end;
  end.cost = step.gas - gas_after;
  // What a call was given counts as its cost, its stipend and what a creation is given do not.
  if (is_call(opcode)) end.cost += step.gas_returned;
  if (is_creation(opcode)) end.cost -= step.gas_given - step.gas_returned;
  end.refund = step.refund;
  if (opcode == Opcode::kSstore) end.refund += refund_after - frame.refund;
  frame.in_step = false;
  step_ends(end);
}

void TxnTracer::fail_step(Frame& frame, Status status) {
  TraceStepEnd end;
  const vm::Instruction& instruction = vm::instruction(frame.step.opcode);
  end.cost = std::max<std::int64_t>(0, instruction.cost_in(txn().block.revision));
  end.refund = frame.step.refund;
  const bool never_ran = status == Status::kOutOfGas || status == Status::kStackUnderflow ||
                         status == Status::kStackOverflow || status == Status::kStaticViolation;
  if (never_ran) end.error = failure_text(frame, status);
  frame.in_step = false;
  step_ends(end);
}

void TxnTracer::log(const Address& address, std::span<const Hash256> topics, ByteView data) {
  log_emitted(address, topics, data);
}

void TxnTracer::selfdestruct(const Address& address, const Address& beneficiary,
                             const uint256& balance) {
  TraceFrame frame;
  frame.type = Opcode::kSelfdestruct;
  frame.from = address;
  frame.to = beneficiary;
  frame.value = balance;
  frame_begins(frame);
  frame_ends({});
}

/// geth's words (core/vm/errors.go), which clients match.
std::string TxnTracer::failure_text(const Frame& frame, Status status) {
  const vm::Instruction& instruction = vm::instruction(frame.last_opcode);
  switch (status) {
    case Status::kSuccess:
      return {};
    case Status::kRevert:
    case Status::kPrecompileFailure:
    case Status::kStopped:
      return std::string(to_string(status));
    case Status::kOutOfGas:
      return frame.has_returned ? "contract creation code storage out of gas" : "out of gas";
    case Status::kInvalidInstruction:
    case Status::kUndefinedInstruction:
      return "invalid opcode: " + instruction_name(frame.last_opcode);
    case Status::kStackUnderflow:
      return "stack underflow (" + std::to_string(frame.last_height) + " <=> " +
             std::to_string(int{instruction.stack_required}) + ")";
    case Status::kStackOverflow:
      return "stack limit reached " + std::to_string(frame.last_height) + " (" +
             std::to_string(static_cast<std::int64_t>(kStackItemsMax) - instruction.stack_change) +
             ")";
    case Status::kBadJumpDestination:
      return "invalid jump destination";
    case Status::kInvalidMemoryAccess:
      return "return data out of bounds";
    case Status::kStaticViolation:
      return "write protection";
    case Status::kCreateCollision:
      return "contract address collision";
    case Status::kCodeTooLarge:
      return "max code size exceeded";
    case Status::kInvalidCode:
      return "invalid code: must not begin with 0xef";
    case Status::kNonceOverflow:
      return "nonce uint64 overflow";
  }
  return {};
}

}  // namespace datapact::chain

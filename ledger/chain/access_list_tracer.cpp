#include "ledger/chain/access_list_tracer.hpp"

#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/transaction.hpp"
#include "vm/message.hpp"
#include "vm/opcode.hpp"
#include "vm/tracer.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace datapact::chain {
namespace {

using vm::Opcode;

/// How far below the top the operand lies that names an account; nothing for other instructions.
std::optional<std::size_t> account_operand(Opcode opcode) {
  switch (opcode) {
    case Opcode::kBalance:
    case Opcode::kExtcodesize:
    case Opcode::kExtcodecopy:
    case Opcode::kExtcodehash:
    case Opcode::kSelfdestruct:
      return 0;
    case Opcode::kCall:
    case Opcode::kCallcode:
    case Opcode::kDelegatecall:
    case Opcode::kStaticcall:
      return 1;
    default:
      return std::nullopt;
  }
}

}  // namespace

void AccessListTracer::on_enter(const vm::Message& message) {
  frames_.push_back(message.recipient);
}

void AccessListTracer::on_step(const vm::TraceStep& step) {
  const auto opcode = static_cast<Opcode>(step.opcode);
  const std::size_t height = step.stack.size();
  if ((opcode == Opcode::kSload || opcode == Opcode::kSstore) && height > 0) {
    touched_[frames_.back()].insert(step.stack[height - 1]);
  }
  const auto operand = account_operand(opcode);
  if (operand && height > *operand) {
    static_cast<void>(touched_[to_address(step.stack[height - 1 - *operand])]);
  }
}

void AccessListTracer::on_exit(const vm::Message& /*message*/, const vm::CallResult& /*result*/) {
  frames_.pop_back();
}

AccessList AccessListTracer::list() const {
  AccessList out;
  for (const auto& [address, slots] : touched_) {
    if (slots.empty() && warm_.contains(address)) continue;
    AccessListEntry entry{address, {}};
    for (const uint256& slot : slots) entry.storage_keys.push_back(to_hash256(slot));
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace datapact::chain

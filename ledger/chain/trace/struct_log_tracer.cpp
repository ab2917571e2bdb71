#include "ledger/chain/trace/struct_log_tracer.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/trace/step.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "ledger/state/state.hpp"
#include "vm/opcode.hpp"
#include "vm/tracer.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace datapact::chain {
namespace {

using vm::Opcode;

/// A record without lists, about.
constexpr std::size_t kRecordTextBytes = 90;
/// A word in quotes with a comma.
constexpr std::size_t kWordTextBytes = 69;
constexpr std::size_t kMemoryWord = 32;

}  // namespace

void StructLogTracer::frame_begins(const TraceFrame&) { ++depth_; }

void StructLogTracer::frame_ends(const TraceFrameEnd& end) {
  if (--depth_ != 0) return;
  failed_ = !end.error.empty();
  if (!failed_ || end.is_revert) output_ = to_bytes(end.output);
}

std::optional<json::Value> StructLogTracer::storage_after(const vm::TraceStep& step,
                                                          const Address& self) {
  const auto opcode = static_cast<Opcode>(step.opcode);
  const std::size_t height = step.stack.size();
  const bool loads = opcode == Opcode::kSload && height >= 1;
  const bool stores = opcode == Opcode::kSstore && height >= 2;
  if (options_.disable_storage || (!loads && !stores)) return std::nullopt;
  auto& known = storage_[self];
  const uint256& slot = step.stack[height - 1];
  known[slot] = stores ? step.stack[height - 2] : txn().state.storage(self, slot);
  json::Object out;
  out.reserve(known.size());
  for (const auto& [key, value] : known) {
    out.emplace_back(to_hex0x(to_hash256(key)), to_hex0x(to_hash256(value)));
  }
  spend(2 * kWordTextBytes * known.size());
  return out;
}

json::Value StructLogTracer::record_of(const vm::TraceStep& step, const Address& self) {
  spend(kRecordTextBytes);
  auto out = json::Value::object({
      {"pc", std::uint64_t{step.pc}},
      {"op", instruction_name(step.opcode)},
      {"gas", step.gas_left},
      {"gasCost", 0},
      {"depth", step.depth + 1},
  });
  if (!options_.disable_stack) {
    json::Array stack;
    stack.reserve(step.stack.size());
    for (const uint256& word : step.stack) {
      std::string text = to_quantity(word);
      spend(text.size() + 3);
      stack.emplace_back(std::move(text));
    }
    out.set("stack", std::move(stack));
  }
  if (options_.enable_return_data && !step.return_data.empty()) {
    spend(2 * step.return_data.size());
    out.set("returnData", to_hex0x(step.return_data));
  }
  if (options_.enable_memory && !step.memory.empty()) {
    spend(step.memory.size() / kMemoryWord * kWordTextBytes);
    json::Array memory;
    for (std::size_t i = 0; i < step.memory.size() && !is_over_budget(); i += kMemoryWord) {
      memory.emplace_back(to_hex0x(step.memory.subspan(i, kMemoryWord)));
    }
    out.set("memory", std::move(memory));
  }
  if (auto storage = storage_after(step, self)) out.set("storage", std::move(*storage));
  return out;
}

void StructLogTracer::step_begins(const vm::TraceStep& step, const Address& self) {
  const bool is_full = options_.limit != 0 && records_.size() >= options_.limit;
  if (is_full || is_over_budget()) {
    open_steps_.emplace_back();
    return;
  }
  open_steps_.emplace_back(records_.size());
  records_.push_back(record_of(step, self));
}

void StructLogTracer::step_ends(const TraceStepEnd& end) {
  const auto place = open_steps_.back();
  open_steps_.pop_back();
  if (!place) return;
  json::Value& record = records_[*place];
  record.set("gasCost", end.cost);
  if (end.refund != 0) record.set("refund", end.refund);
  if (!end.error.empty()) record.set("error", end.error);
}

json::Value StructLogTracer::result() {
  return json::Value::object({
      {"gas", gas_used_.raw()},
      {"failed", failed_},
      {"returnValue", to_hex0x(output_)},
      {"structLogs", std::move(records_)},
  });
}

}  // namespace datapact::chain

#include "ledger/chain/eip3155_tracer.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/uint256.hpp"
#include "vm/message.hpp"
#include "vm/opcode.hpp"
#include "vm/status.hpp"
#include "vm/tracer.hpp"

#include <cstdint>
#include <utility>

namespace datapact::chain {

void Eip3155Tracer::on_enter(const vm::Message&) {}

void Eip3155Tracer::on_step(const vm::TraceStep& step) {
  json::Array stack;
  for (const uint256& word : step.stack) stack.emplace_back(to_quantity(word));
  const auto line = json::Value::object({
      {"pc", std::uint64_t{step.pc}},
      {"op", int{step.opcode}},
      {"gas", to_quantity(static_cast<std::uint64_t>(step.gas_left))},
      {"memSize", std::uint64_t{step.memory.size()}},
      {"stack", std::move(stack)},
      {"depth", step.depth + 1},
      {"refund", step.gas_refund},
      {"opName", vm::instruction(step.opcode).name},
  });
  print_(json::to_text(line));
}

void Eip3155Tracer::on_exit(const vm::Message& message, const vm::CallResult& result) {
  if (message.depth != 0) return;
  const auto line = json::Value::object({
      {"output", to_hex0x(result.output)},
      {"gasLeft", to_quantity(static_cast<std::uint64_t>(result.gas_left))},
      {"status", to_string(result.status)},
  });
  print_(json::to_text(line));
}

}  // namespace datapact::chain

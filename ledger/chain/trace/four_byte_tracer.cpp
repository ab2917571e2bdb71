#include "ledger/chain/trace/four_byte_tracer.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "vm/opcode.hpp"

#include <cstddef>
#include <string>

namespace datapact::chain {
namespace {
constexpr std::size_t kCallSelectorBytes = 4;
constexpr std::size_t kEntryTextBytes = 30;
}  // namespace

void FourByteTracer::frame_begins(const TraceFrame& frame) {
  const bool is_call = frame.type == vm::Opcode::kCall || frame.type == vm::Opcode::kCallcode ||
                       frame.type == vm::Opcode::kDelegatecall ||
                       frame.type == vm::Opcode::kStaticcall;
  if (!is_call || frame.input.size() < kCallSelectorBytes || is_over_budget()) return;
  if (txn().block.precompiles.contains(frame.to)) return;
  const std::size_t arguments = frame.input.size() - kCallSelectorBytes;
  const auto [place, is_new] = calls_.try_emplace(
      to_hex0x(frame.input.first(kCallSelectorBytes)) + "-" + std::to_string(arguments), 0);
  ++place->second;
  if (is_new) spend(kEntryTextBytes);
}

json::Value FourByteTracer::result() {
  // Names of a map are different already: nothing has to be looked for.
  json::Object out;
  out.reserve(calls_.size());
  for (const auto& [name, count] : calls_) out.emplace_back(name, count);
  return out;
}

}  // namespace datapact::chain

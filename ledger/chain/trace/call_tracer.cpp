#include "ledger/chain/trace/call_tracer.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "ledger/chain/revert_reason.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "vm/opcode.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

/// Names, addresses and quantities of one frame or log as text, about.
constexpr std::size_t kFrameTextBytes = 300;
constexpr std::size_t kLogTextBytes = 400;

std::string gas_text(std::int64_t gas) { return to_quantity(static_cast<std::uint64_t>(gas)); }

/// A failed frame's logs never were, nor those of the frames it called.
// NOLINTNEXTLINE(misc-no-recursion): calls nest 1,024 deep at most
void clear_logs(json::Value& frame) {
  json::Object& members = *frame.as_object();
  std::erase_if(members, [](const json::Member& member) { return member.first == "logs"; });
  for (auto& [name, value] : members) {
    if (name != "calls") continue;
    for (json::Value& call : *value.as_array()) clear_logs(call);
  }
}

}  // namespace

void CallTracer::frame_begins(const TraceFrame& frame) {
  ++depth_;
  if (is_left_out() || is_over_budget()) return;
  spend(kFrameTextBytes + 2 * frame.input.size());
  Open open;
  open.creates = frame.type == vm::Opcode::kCreate || frame.type == vm::Opcode::kCreate2;
  open.frame = json::Value::object({
      {"from", to_hex0x(frame.from)},
      {"gas", gas_text(frame.gas)},
      {"gasUsed", "0x0"},
      {"to", to_hex0x(frame.to)},
      {"input", to_hex0x(frame.input)},
  });
  if (frame.value) open.frame.set("value", to_quantity(*frame.value));
  open.frame.set("type", vm::instruction(vm::byte_of(frame.type)).name);
  open_.push_back(std::move(open));
}

void CallTracer::frame_ends(const TraceFrameEnd& end) {
  const bool left_out = is_left_out();
  --depth_;
  // What began within the budget ends here even beyond it.
  if (left_out || open_.size() <= depth_) return;
  Open open = std::move(open_.back());
  open_.pop_back();
  json::Value& frame = open.frame;
  frame.set("gasUsed", gas_text(end.gas_used));
  const bool failed = !end.error.empty();
  if (!end.output.empty() && (!failed || end.is_revert)) {
    spend(2 * end.output.size());
    if (!is_over_budget()) frame.set("output", to_hex0x(end.output));
  }
  if (failed) {
    frame.set("error", end.error);
    if (open.creates)
      std::erase_if(*frame.as_object(), [](const auto& m) { return m.first == "to"; });
  }
  if (end.is_revert) {
    if (const auto reason = revert_reason(end.output)) frame.set("revertReason", *reason);
  }
  if (!open.calls.empty()) frame.set("calls", std::move(open.calls));
  if (!open.logs.empty()) frame.set("logs", std::move(open.logs));
  if (failed && options_.with_log) clear_logs(frame);
  if (open_.empty()) {
    top_ = std::move(frame);
  } else {
    open_.back().calls.push_back(std::move(frame));
  }
}

void CallTracer::log_emitted(const Address& address, std::span<const Hash256> topics,
                             ByteView data) {
  if (!options_.with_log || is_left_out() || open_.empty()) return;
  spend(kLogTextBytes + 2 * data.size());
  if (is_over_budget()) return;
  json::Array names;
  for (const Hash256& topic : topics) names.emplace_back(to_hex0x(topic));
  Open& open = open_.back();
  open.logs.push_back(json::Value::object({
      {"address", to_hex0x(address)},
      {"topics", std::move(names)},
      {"data", to_hex0x(data)},
      {"index", to_quantity(logs_before_ + txn().state.logs().size())},
      {"position", to_quantity(std::uint64_t{open.calls.size()})},
  }));
}

void CallTracer::txn_ends(Gas gas_used) {
  if (top_.is_object()) top_.set("gasUsed", to_quantity(gas_used.raw()));
}

json::Value CallTracer::result() { return std::move(top_); }

}  // namespace datapact::chain

#pragma once
// The options object of debug_trace* (geth, eth/tracers: TraceConfig). Pure.
#include "base/json.hpp"
#include "base/result.hpp"
#include "ledger/chain/trace/tracers.hpp"
#include "rpc/error.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace datapact::rpc {

struct TraceOptions {
  chain::TracerOptions tracer;
  /// What the caller waits for at most, where it says so.
  std::optional<std::chrono::milliseconds> timeout;
};

/// Null reads as {}: struct logs. Refuses a tracer that is not built in, by name, an option of the
/// wrong kind, and overrides of rules, state or block; other members mean nothing, as to geth.
/// `index` is the argument's.
[[nodiscard]] Result<TraceOptions, Error> parse_trace_options(const json::Value& options,
                                                              std::size_t index);

}  // namespace datapact::rpc

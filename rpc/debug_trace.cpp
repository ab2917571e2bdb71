// debug_trace*: what a transaction did, executed again, bounded in time, steps and bytes.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/call_params.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"
#include "rpc/trace_options.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::rpc::debug {
namespace {

using json::Value;

Result<TraceRequest, Error> bounded(const Context& context, const Params& params,
                                    std::size_t index) {
  TRY(TraceOptions options, parse_trace_options(params.at(index), index));
  TraceRequest out;
  out.tracer = options.tracer;
  out.budget.steps_max = context.limits.trace_steps_max;
  out.budget.bytes_max = context.limits.response_bytes_max;
  out.time_max = context.limits.trace_time_max;
  if (options.timeout) out.time_max = std::min(out.time_max, *options.timeout);
  return out;
}

Result<std::vector<Value>, Error> run(const Context& context, const TraceRequest& request) {
  auto traces = context.node.trace(request);
  if (traces.ok()) return std::move(*traces);
  return refuse(static_cast<ErrorCode>(traces.error().code), traces.error().message);
}

std::string name_of(const BlockRef& ref) {
  if (const auto* hash = std::get_if<BlockHash>(&ref)) return to_hex0x(*hash);
  if (const auto* height = std::get_if<Height>(&ref)) return "#" + std::to_string(height->raw());
  return "of that tag";
}

Outcome trace_block(const Context& context, const BlockRef& ref, TraceRequest request) {
  const auto height = find_height(*context.chain, ref);
  const auto stored = height ? context.chain->block(*height) : std::nullopt;
  if (!stored) return refuse(ErrorCode::kServer, "block " + name_of(ref) + " not found");
  if (*height == Height{}) return refuse(ErrorCode::kServer, "genesis is not traceable");
  request.subject = TracedBlock{*height, std::nullopt};
  TRY(std::vector<Value> traces, run(context, request));
  json::Array out;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    out.push_back(Value::object(
        {{"txHash", to_hex0x(stored->txn_hashes[i])}, {"result", std::move(traces[i])}}));
  }
  return Value(std::move(out));
}

}  // namespace

Outcome trace_transaction(const Context& context, const Params& params) {
  TRY(const TxnHash hash, params.txn_hash(0));
  TRY(TraceRequest request, bounded(context, params, 1));
  const auto location = context.chain->find_txn(hash);
  if (!location && context.node.txns().find_pending(hash)) {
    return refuse(ErrorCode::kServer,
                  "transaction not found: it waits in the pool and is in no block yet");
  }
  if (!location) return refuse(ErrorCode::kServer, "transaction not found");
  request.subject = TracedBlock{location->height, location->index};
  TRY(std::vector<Value> traces, run(context, request));
  return std::move(traces.front());
}

Outcome trace_block_by_number(const Context& context, const Params& params) {
  TRY(const BlockRef ref, parse_block_ref(params.at(0), 0));
  TRY(TraceRequest request, bounded(context, params, 1));
  return trace_block(context, ref, std::move(request));
}

Outcome trace_block_by_hash(const Context& context, const Params& params) {
  TRY(const BlockHash hash, params.block_hash(0));
  TRY(TraceRequest request, bounded(context, params, 1));
  return trace_block(context, BlockRef{hash}, std::move(request));
}

Outcome trace_call(const Context& context, const Params& params) {
  TRY(CallParams call, parse_call(params.at(0), context.node.config()));
  TRY(const BlockRef ref, block_ref(params, 1, BlockTag::kLatest));
  TRY(TraceRequest request, bounded(context, params, 2));
  CallRequest subject;
  TRY(subject.height, require_height(*context.chain, ref));
  subject.pending = is_pending(ref);
  subject.sender = call.sender;
  subject.txn = std::move(call.txn);
  const std::uint64_t cap = context.limits.call_gas_max;
  subject.txn.gas_limit = Gas{call.gas ? std::min(call.gas->raw(), cap) : cap};
  request.subject = std::move(subject);
  TRY(std::vector<Value> traces, run(context, request));
  return std::move(traces.front());
}

}  // namespace datapact::rpc::debug

// debug_trace*: final transactions and calls, executed with somebody who looks on.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/chain_record.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/trace/block_replay.hpp"
#include "ledger/chain/trace/tracers.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/state.hpp"
#include "node/block_tasks.hpp"
#include "node/call_stage.hpp"
#include "node/node_api_adapter.hpp"
#include "rpc/error.hpp"
#include "rpc/node_api.hpp"
#include "vm/stop_watch.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::node {
namespace {

using rpc::NodeError;
using Traces = Result<std::vector<json::Value>, NodeError>;

auto deny(rpc::ErrorCode code, std::string message) {
  return fail(NodeError{static_cast<int>(code), std::move(message)});
}

/// Spends the time and the budget of one request over the transactions that it traces.
class Tracing {
 public:
  Tracing(const rpc::TraceRequest& request, const Clock& clock)
      : request_(request),
        left_(request.budget),
        clock_(clock),
        deadline_(clock.monotonic() + request.time_max),
        stop_watch_([this] { return is_due(); }) {}

  [[nodiscard]] vm::StopWatch& stop_watch() noexcept { return stop_watch_; }

  /// The tracer of the next transaction. It lives until the next one is asked for.
  [[nodiscard]] chain::TxnTracer& next_tracer(std::uint64_t logs_before) {
    tracer_ = chain::make_tracer(request_.tracer, left_, logs_before);
    return *tracer_;
  }

  /// Why what ran is no outcome, if it is none.
  [[nodiscard]] Result<void, NodeError> check() const {
    if (tracer_ != nullptr && tracer_->is_over_budget()) {
      if (tracer_->bytes() > left_.bytes_max) {
        return deny(rpc::ErrorCode::kLimit,
                    "trace larger than " + std::to_string(request_.budget.bytes_max) +
                        " bytes: ask for less, with limit, disableStack or onlyTopCall");
      }
      return deny(
          rpc::ErrorCode::kLimit,
          "trace longer than " + std::to_string(request_.budget.steps_max) + " instructions");
    }
    if (!stop_watch_.stopped()) return {};
    return deny(rpc::ErrorCode::kLimit,
                "trace aborted (timeout = " + std::to_string(request_.time_max.count()) + " ms)");
  }

  /// Once the transaction has ended, and check() has nothing against it.
  [[nodiscard]] json::Value take() {
    left_.steps_max -= tracer_->steps();
    left_.bytes_max -= tracer_->bytes();
    return tracer_->result();
  }

 private:
  [[nodiscard]] bool is_due() const {
    if (tracer_ != nullptr && tracer_->is_over_budget()) return true;
    return clock_.monotonic() >= deadline_;
  }

  const rpc::TraceRequest& request_;
  chain::TraceBudget left_;
  const Clock& clock_;
  std::chrono::nanoseconds deadline_;
  std::unique_ptr<chain::TxnTracer> tracer_;
  vm::StopWatch stop_watch_;
};

/// Transactions of a final block do run again, on a state and rules that are the same.
auto deny_replay(std::size_t index, chain::TxnRejection rejection) {
  return deny(rpc::ErrorCode::kInternal,
              "transaction " + std::to_string(index) +
                  " of the block does not run again: " + std::string(chain::to_string(rejection)));
}

Traces trace_block(const chain::StoredBlock& stored, const rpc::TracedBlock& wanted,
                   chain::BlockReplay& replay, Tracing& tracing) {
  std::vector<json::Value> out;
  const std::size_t end = wanted.index ? *wanted.index + 1 : stored.senders.size();
  for (std::size_t i = 0; i < end; ++i) {
    const auto txn =
        chain::RecoveredTxn::assume_sender(stored.block.transactions[i], stored.senders[i]);
    const bool is_wanted = !wanted.index || i == *wanted.index;
    const auto ran =
        is_wanted ? replay.trace(txn, tracing.next_tracer(replay.logs())) : replay.skip(txn);
    TRY_VOID(tracing.check());
    if (!ran.has_value()) return deny_replay(i, ran.error());
    if (is_wanted) out.push_back(tracing.take());
  }
  return out;
}

Traces trace_call(const rpc::CallRequest& request, CallStage stage, Tracing& tracing) {
  state::State state(*stage.view);
  chain::Executor executor(std::move(stage.context), tracing.next_tracer(0), &tracing.stop_watch());
  const auto outcome = executor.call(state, to_call(request));
  TRY_VOID(tracing.check());
  if (!outcome.has_value()) {
    return deny(rpc::ErrorCode::kServer,
                "tracing failed: " + std::string(chain::to_string(outcome.error())));
  }
  std::vector<json::Value> out;
  out.push_back(tracing.take());
  return out;
}

}  // namespace

Traces NodeApiAdapter::trace(const rpc::TraceRequest& request) const {
  const auto& config = ports_.genesis.config;
  Tracing tracing(request, ports_.clock);
  if (const auto* call = std::get_if<rpc::CallRequest>(&request.subject)) {
    TRY(CallStage stage, make_call_stage(*call, config, ports_.ledger, ports_.clock));
    return trace_call(*call, std::move(stage), tracing);
  }
  const auto& wanted = std::get<rpc::TracedBlock>(request.subject);
  const auto stored = ports_.ledger.block(wanted.height);
  if (!stored || wanted.height == Height{}) {
    return deny(rpc::ErrorCode::kServer, "block not found");
  }
  const Height parent = previous(wanted.height);
  const auto view = ports_.ledger.view_at(parent);
  if (view == nullptr) {
    return deny(rpc::ErrorCode::kServer,
                "the state at block " + std::to_string(parent.raw()) + " is not kept by this node");
  }
  const chain::BlockHeader& header = stored->block.header;
  const auto rules = chain::rules_at({header.height, header.timestamp_seconds}, *view, config);
  if (!rules.has_value()) {
    return deny(rpc::ErrorCode::kServer, chain::to_string(rules.error()));
  }
  auto context = chain::block_context(header, *rules, config, ancestors_in(ports_.ledger));
  chain::BlockReplay replay(*view, header, std::move(context), tracing.stop_watch());
  return trace_block(*stored, wanted, replay, tracing);
}

}  // namespace datapact::node

#include "node/node_api_adapter.hpp"

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/access_list_tracer.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/state.hpp"
#include "node/call_stage.hpp"
#include "node/ops_report.hpp"
#include "node/rpc_readers.hpp"
#include "node/version.hpp"
#include "rpc/error.hpp"
#include "rpc/node_api.hpp"
#include "vm/precompiles.hpp"
#include "vm/status.hpp"
#include "vm/stop_watch.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

/// What an access list gains nothing by naming.
std::set<Address> warm_accounts(const chain::CallRequest& call,
                                const vm::PrecompileSet& precompiles) {
  const auto addresses = precompiles.addresses();
  std::set<Address> out{addresses.begin(), addresses.end()};
  out.insert(call.from);
  if (call.to) out.insert(*call.to);
  return out;
}

rpc::CallOutcome to_outcome(chain::CallOutcome outcome) {
  rpc::CallOutcome out;
  out.gas_used = outcome.gas_used;
  out.output = std::move(outcome.output);
  if (outcome.status == vm::Status::kRevert) {
    out.status = rpc::CallStatus::kReverted;
  } else if (outcome.status != vm::Status::kSuccess) {
    out.status = rpc::CallStatus::kFailed;
    out.failure = std::string(vm::to_string(outcome.status));
  }
  return out;
}

}  // namespace

std::shared_ptr<const rpc::ChainReader> NodeApiAdapter::chain() const {
  return std::make_shared<PinnedChain>(ports_.ledger, ports_.heads.head());
}

std::shared_ptr<const rpc::StateReader> NodeApiAdapter::state(Height height) const {
  const auto header = ports_.ledger.header(height);
  auto view = ports_.ledger.view_at(height);
  if (!header || view == nullptr) return nullptr;
  return std::make_shared<PinnedState>(std::move(view), header->state_root);
}

Result<rpc::CallOutcome, rpc::NodeError> NodeApiAdapter::simulate(
    const rpc::CallRequest& request) const {
  TRY(CallStage stage,
      make_call_stage(request, ports_.genesis.config, ports_.ledger, ports_.clock));
  const auto call = to_call(request);
  state::State state(*stage.view);
  std::optional<chain::AccessListTracer> accesses;
  if (request.wants_accesses) accesses.emplace(warm_accounts(call, stage.context.precompiles));
  const auto deadline = ports_.clock.monotonic() + request.time_max;
  vm::StopWatch stop_watch([&] { return ports_.clock.monotonic() >= deadline; });
  chain::Executor executor(std::move(stage.context), accesses ? &*accesses : nullptr, &stop_watch);
  auto outcome = executor.call(state, call);
  if (stop_watch.stopped()) {
    return fail(rpc::NodeError{
        static_cast<int>(rpc::ErrorCode::kLimit),
        "execution aborted (timeout = " + std::to_string(request.time_max.count()) + " ms)"});
  }
  if (!outcome.has_value()) {
    return fail(rpc::NodeError{-32000, std::string(chain::to_string(outcome.error()))});
  }
  rpc::CallOutcome out = to_outcome(std::move(*outcome));
  if (accesses) out.accessed = accesses->list();
  return out;
}

std::vector<Address> NodeApiAdapter::validators(Height height) const {
  const auto head = ports_.heads.head();
  if (height > head->head->height) return head->next_validators;
  const auto header = ports_.ledger.header(height);
  if (!header) return {};
  auto extra = chain::decode_extra(header->extra_data);
  return extra.has_value() ? std::move(extra->validators) : std::vector<Address>{};
}

rpc::NodeStatus NodeApiAdapter::status() const {
  return {std::string(kClientVersion), ports_.network.peers(), std::nullopt};
}

Result<json::Value, rpc::NodeError> NodeApiAdapter::consensus_state() const {
  if (ports_.status == nullptr) {
    return fail(rpc::NodeError{static_cast<int>(rpc::ErrorCode::kServer),
                               "this node takes no part in consensus"});
  }
  const auto status = ports_.status->ask();
  if (!status) {
    return fail(rpc::NodeError{static_cast<int>(rpc::ErrorCode::kLimit),
                               "the core thread does not answer"});
  }
  return consensus_dump(*status);
}

}  // namespace datapact::node

#include "node/node_api_adapter.hpp"

#include "base/json.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/access_list_tracer.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/state.hpp"
#include "node/block_tasks.hpp"
#include "node/ops_report.hpp"
#include "node/rpc_readers.hpp"
#include "node/version.hpp"
#include "rpc/error.hpp"
#include "rpc/node_api.hpp"
#include "vm/precompiles.hpp"
#include "vm/status.hpp"
#include "vm/stop_watch.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

/// The header a call sees: the block's own, or that of a next block on it.
chain::BlockHeader header_for_call(const rpc::CallRequest& request, chain::BlockHeader header,
                                   const chain::GenesisConfig& config, UnixMillis now) {
  if (!request.pending) return header;
  const auto base_fee = chain::next_base_fee(header, config);
  const auto seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(now.count() / 1000, 0));
  const auto child_seconds = std::max(header.timestamp_seconds, seconds);
  header.excess_blob_gas = chain::next_excess_blob_gas(header, config, child_seconds);
  header.height = next(header.height);
  header.timestamp_seconds = child_seconds;
  header.base_fee_per_gas = base_fee;
  return header;
}

chain::CallRequest to_call(const rpc::CallRequest& request) {
  const auto& txn = request.txn;
  chain::CallRequest call;
  call.from = request.sender;
  call.to = txn.to;
  call.value = txn.value;
  call.data = txn.data;
  call.gas_limit = txn.gas_limit;
  call.gas_price = txn.max_fee_per_gas;
  call.access_list = txn.access_list;
  call.blob_hashes = txn.blob_hashes;
  call.max_fee_per_blob_gas = txn.max_fee_per_blob_gas;
  call.authorizations = txn.authorizations;
  return call;
}

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
  const auto header = ports_.ledger.header(request.height);
  const auto view = ports_.ledger.view_at(request.height);
  if (!header || view == nullptr) return fail(rpc::NodeError{-32000, "state not available"});
  const auto& config = ports_.genesis.config;
  const auto seen = header_for_call(request, *header, config, ports_.clock.now());
  // The state after a block says what rules that block had as well as the state before it.
  const auto rules = chain::rules_at({seen.height, seen.timestamp_seconds}, *view, config);
  if (!rules.has_value()) return fail(rpc::NodeError{-32000, chain::to_string(rules.error())});
  auto context = chain::block_context(seen, *rules, config, ancestors_in(ports_.ledger));
  const auto call = to_call(request);
  state::State state(*view);
  std::optional<chain::AccessListTracer> accesses;
  if (request.wants_accesses) accesses.emplace(warm_accounts(call, context.precompiles));
  const auto deadline = ports_.clock.monotonic() + request.time_max;
  vm::StopWatch stop_watch([&] { return ports_.clock.monotonic() >= deadline; });
  chain::Executor executor(std::move(context), accesses ? &*accesses : nullptr, &stop_watch);
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

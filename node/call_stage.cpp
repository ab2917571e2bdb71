#include "node/call_stage.hpp"

#include "base/clock.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/store/ledger.hpp"
#include "node/block_tasks.hpp"
#include "rpc/node_api.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

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

}  // namespace

Result<CallStage, rpc::NodeError> make_call_stage(const rpc::CallRequest& request,
                                                  const chain::GenesisConfig& config,
                                                  const store::Ledger& ledger, const Clock& clock) {
  const auto header = ledger.header(request.height);
  auto view = ledger.view_at(request.height);
  if (!header || view == nullptr) return fail(rpc::NodeError{-32000, "state not available"});
  const auto seen = header_for_call(request, *header, config, clock.now());
  // The state after a block says what rules that block had as well as the state before it.
  const auto rules = chain::rules_at({seen.height, seen.timestamp_seconds}, *view, config);
  if (!rules.has_value()) return fail(rpc::NodeError{-32000, chain::to_string(rules.error())});
  auto context = chain::block_context(seen, *rules, config, ancestors_in(ledger));
  return CallStage{std::move(view), std::move(context)};
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

}  // namespace datapact::node

#pragma once
// What a call without effect runs in: a state and the block it sees. Pure but for reading the
// ledger.
#include "base/clock.hpp"
#include "base/result.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/ledger.hpp"
#include "rpc/node_api.hpp"

#include <memory>

namespace datapact::node {

struct CallStage {
  /// Never null.
  std::shared_ptr<const store::LedgerView> view;
  /// Asks the ledger for hashes of ancestors.
  chain::BlockContext context;
};

/// Refused when this node does not hold the state, or has not the rules of the block.
[[nodiscard]] Result<CallStage, rpc::NodeError> make_call_stage(const rpc::CallRequest& request,
                                                                const chain::GenesisConfig& config,
                                                                const store::Ledger& ledger,
                                                                const Clock& clock);

[[nodiscard]] chain::CallRequest to_call(const rpc::CallRequest& request);

}  // namespace datapact::node

#pragma once
// NodeApi over the head snapshot, the ledger and the way into the pool.
#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/ledger.hpp"
#include "node/head_snapshot.hpp"
#include "node/ports.hpp"
#include "node/status_desk.hpp"
#include "rpc/node_api.hpp"

#include <vector>

namespace datapact::node {

/// Borrowed.
struct ApiPorts {
  const chain::Genesis& genesis;
  const store::Ledger& ledger;
  const HeadSource& heads;
  rpc::TxnGateway& gateway;
  const Network& network;
  const Clock& clock;
  /// Null for a node without consensus.
  const StatusDesk* status = nullptr;
};

/// Thread contract: any thread.
class NodeApiAdapter final : public rpc::NodeApi {
 public:
  explicit NodeApiAdapter(const ApiPorts& ports) : ports_(ports) {}

  [[nodiscard]] const chain::GenesisConfig& config() const override {
    return ports_.genesis.config;
  }
  [[nodiscard]] std::shared_ptr<const rpc::ChainReader> chain() const override;
  [[nodiscard]] std::shared_ptr<const rpc::StateReader> state(Height height) const override;
  [[nodiscard]] Result<rpc::CallOutcome, rpc::NodeError> simulate(
      const rpc::CallRequest& request) const override;
  /// node_api_trace.cpp.
  [[nodiscard]] Result<std::vector<json::Value>, rpc::NodeError> trace(
      const rpc::TraceRequest& request) const override;
  [[nodiscard]] rpc::TxnGateway& txns() override { return ports_.gateway; }
  [[nodiscard]] std::vector<Address> validators(Height height) const override;
  [[nodiscard]] rpc::NodeStatus status() const override;
  [[nodiscard]] Result<json::Value, rpc::NodeError> consensus_state() const override;

 private:
  ApiPorts ports_;
};

}  // namespace datapact::node

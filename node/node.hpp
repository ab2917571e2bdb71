#pragma once
// One running node: opens what the configuration names, starts the threads, and stops them in the
// reverse order.
#include "base/clock.hpp"
#include "base/result.hpp"
#include "node/config.hpp"
#include "node/head_snapshot.hpp"
#include "node/start_error.hpp"
#include "p2p/gossip/types.hpp"
#include "rpc/node_api.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace datapact::node {

/// Called once, from the core thread, when the node can go on no longer. It must only signal: the
/// node is stopped by whoever started it.
using OnFailure = std::function<void(const std::string& reason)>;

class Node {
 public:
  /// Serving on return. `clock` is borrowed.
  [[nodiscard]] static Result<std::unique_ptr<Node>, StartError> start(const NodeConfig& config,
                                                                       const Clock& clock,
                                                                       OnFailure on_failure);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  [[nodiscard]] std::uint16_t rpc_port() const;
  /// Nothing for a node without peers.
  [[nodiscard]] std::optional<std::uint16_t> p2p_port() const;
  /// Nothing for a node without an ops listener.
  [[nodiscard]] std::optional<std::uint16_t> ops_port() const;
  [[nodiscard]] HeadPtr head() const;
  [[nodiscard]] rpc::NodeApi& api();
  /// Ops and RPC, then p2p, verification, core, executor; the files close last. Idempotent.
  void stop();

 private:
  class Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct InitialisedNode {
  BlockHash genesis_hash;
  /// Of a node with peers: what its organisation lists in Governance.
  std::optional<p2p::NodeId> node_id;
};
/// Writes genesis into a fresh data directory, or checks an existing one; makes the transport key
/// of a node with peers when there is none.
[[nodiscard]] Result<InitialisedNode, StartError> init_node(const NodeConfig& config);

}  // namespace datapact::node

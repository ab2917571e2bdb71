#pragma once
// One running node: opens what the configuration names, starts the threads, and stops them in the
// reverse order.
#include "base/clock.hpp"
#include "base/result.hpp"
#include "node/config.hpp"
#include "node/head_snapshot.hpp"
#include "node/start_error.hpp"
#include "rpc/node_api.hpp"

#include <cstdint>
#include <functional>
#include <memory>
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
  [[nodiscard]] HeadPtr head() const;
  [[nodiscard]] rpc::NodeApi& api();
  /// RPC, then verification, core, executor; the files close last. Idempotent.
  void stop();

 private:
  class Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Writes genesis into a fresh data directory, or checks an existing one, and stops.
[[nodiscard]] Result<BlockHash, StartError> init_data_dir(const NodeConfig& config);

}  // namespace datapact::node

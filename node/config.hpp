#pragma once
// node.toml (docs/formats/node-config.md). Every key is optional but [node] genesis and [validator]
// key_file; an unknown key is an error with a suggestion.
#include "base/log.hpp"
#include "base/result.hpp"
#include "ledger/txpool/pool.hpp"
#include "node/logging.hpp"
#include "node/start_error.hpp"
#include "p2p/gossip/peer_address.hpp"
#include "rpc/http_server.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::node {

/// Other nodes: where they reach this one, and whom it dials.
struct P2pConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  /// The transport key: 64 hexadecimal digits.
  std::filesystem::path key_file;
  /// TLS 1.3 between the nodes: the same for all of a network. False only on loopback.
  bool tls = true;
  /// Dialled, and trusted to bring blocks while this node is behind.
  std::vector<p2p::PeerAddress> peers;
};

/// Metrics and health for whoever operates the node.
struct OpsConfig {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one
};

struct NodeConfig {
  std::filesystem::path data_dir = "data";
  std::filesystem::path genesis;
  /// Records what reaches the core thread, for a replay.
  std::optional<std::filesystem::path> event_log;
  std::filesystem::path key_file;
  /// For a keystore file.
  std::optional<std::filesystem::path> password_file;
  rpc::ServerConfig rpc;
  /// Absent: a node without peers.
  std::optional<P2pConfig> p2p;
  /// Absent: nothing listens.
  std::optional<OpsConfig> ops;
  txpool::PoolLimits pool;
  LogConfig log;
  std::size_t verification_threads = 2;
  std::size_t execution_threads = 2;
  /// Mebibytes; zero keeps nothing.
  std::size_t state_cache_mb = 128;
  std::size_t inbox_events_max = 8192;
};

/// Every key there is, "section.name", in the order of the table.
[[nodiscard]] std::vector<std::string_view> config_keys();

/// Relative paths are taken from the folder of the file.
[[nodiscard]] Result<NodeConfig, StartError> load_config(const std::filesystem::path& file);
[[nodiscard]] Result<NodeConfig, StartError> parse_config(std::string_view text,
                                                          const std::filesystem::path& file);

}  // namespace datapact::node

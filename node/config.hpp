#pragma once
// node.toml (docs/formats/node-config.md). Every key is optional but [node] genesis and [validator]
// key_file; an unknown key is an error with a suggestion.
#include "base/log.hpp"
#include "base/result.hpp"
#include "ledger/txpool/pool.hpp"
#include "node/logging.hpp"
#include "node/start_error.hpp"
#include "rpc/http_server.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace datapact::node {

struct NodeConfig {
  std::filesystem::path data_dir = "data";
  std::filesystem::path genesis;
  /// Records what reaches the core thread, for a replay.
  std::optional<std::filesystem::path> event_log;
  std::filesystem::path key_file;
  /// For a keystore file.
  std::optional<std::filesystem::path> password_file;
  rpc::ServerConfig rpc;
  txpool::PoolLimits pool;
  LogConfig log;
  std::size_t verification_threads = 2;
  std::size_t inbox_events_max = 8192;
};

/// Relative paths are taken from the folder of the file.
[[nodiscard]] Result<NodeConfig, StartError> load_config(const std::filesystem::path& file);
[[nodiscard]] Result<NodeConfig, StartError> parse_config(std::string_view text,
                                                          const std::filesystem::path& file);

}  // namespace datapact::node

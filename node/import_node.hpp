#pragma once
// A node of the Ethereum profile that serves a chain it was given: it validates and executes every
// block, answers JSON-RPC, keeps a pool, and makes no blocks of its own.
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "node/start_error.hpp"
#include "rpc/http_server.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace datapact::node {

struct ImportConfig {
  std::filesystem::path genesis;
  /// Blocks as RLP, one after the other.
  std::filesystem::path chain;
  /// Absent: the chain is kept in memory.
  std::optional<std::filesystem::path> data_dir;
  rpc::ServerConfig rpc;
};

class ImportNode {
 public:
  /// The chain is imported and served on return. `clock` is borrowed. Refuses a consortium genesis,
  /// whose blocks must carry seals.
  [[nodiscard]] static Result<std::unique_ptr<ImportNode>, StartError> start(
      const ImportConfig& config, const Clock& clock);
  ~ImportNode();
  ImportNode(const ImportNode&) = delete;
  ImportNode& operator=(const ImportNode&) = delete;

  [[nodiscard]] std::uint16_t rpc_port() const;
  [[nodiscard]] Height height() const;

 private:
  class Impl;
  explicit ImportNode(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace datapact::node

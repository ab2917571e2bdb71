#pragma once
// A small consortium for tests of the node: genesis, keys, funded account, transfers.
#include "base/json.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/transaction.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace datapact::node::test {

inline constexpr ChainId kChainId{20250};

struct Consortium {
  /// The first of `validators`.
  crypto::PrivateKey validator{};
  std::vector<crypto::PrivateKey> validators;
  crypto::PrivateKey sender{};
  json::Value genesis_document;
  chain::Genesis genesis;
};
[[nodiscard]] Consortium make_network(std::chrono::milliseconds period, std::size_t validators = 1);

/// To a fixed stranger.
[[nodiscard]] chain::Transaction transfer(const Consortium& network, std::uint64_t nonce,
                                          const Wei& value = Wei{uint256{1}});

/// A folder that goes with its owner.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

void write_file(const std::filesystem::path& file, const std::string& text);
/// genesis.json, validator.key and node.toml; returns the path of node.toml.
std::filesystem::path write_node_files(const std::filesystem::path& folder,
                                       const Consortium& network, std::uint16_t rpc_port);

}  // namespace datapact::node::test

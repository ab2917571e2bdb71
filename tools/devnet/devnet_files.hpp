#pragma once
// Files of a development network: deterministic keys known to everyone, one home a role, genesis,
// one folder a node.
//   DIR/genesis.json, DIR/nodeN/{node.toml,validator.key,transport.key,data,log,pid}, DIR/password,
//   DIR/<role>/{datapact.toml,keystore/<address>.json}, DIR/sell (first_sale.hpp)
#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/genesis.hpp"
#include "tools/cli/files.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::tools {

enum class DevnetRole : std::uint8_t { kOperator, kRegistrar, kBank, kProvider, kBuyer, kAuditor };
inline constexpr std::array kDevnetRoles{DevnetRole::kOperator, DevnetRole::kRegistrar,
                                         DevnetRole::kBank,     DevnetRole::kProvider,
                                         DevnetRole::kBuyer,    DevnetRole::kAuditor};
[[nodiscard]] std::string_view to_string(DevnetRole role) noexcept;

inline constexpr std::uint64_t kDevnetChainId = 20260;
/// Time of the genesis.json at the top of the repository: 2025-01-01T00:00:00Z.
inline constexpr std::uint64_t kDevnetGenesisSeconds = 1'735'689'600;
/// Password of every keystore of a development network.
inline constexpr std::string_view kDevnetPassword = "devnet";
/// DIR/password.
[[nodiscard]] std::string devnet_password_line();
inline constexpr std::size_t kDevnetValidators = 4;
inline constexpr std::size_t kDevnetValidatorsMax = 16;

/// Whom an account belongs to and what Governance lets it do. Organisations have the names
/// kDevnetOrganisations, in that order from number 1 on: the exchange runs operator and registrar.
struct DevnetPlace {
  std::uint64_t organisation = 0;
  std::uint64_t roles = 0;
};
[[nodiscard]] DevnetPlace devnet_place(DevnetRole role);
inline constexpr std::array<std::string_view, 5> kDevnetOrganisations{
    "exchange", "bank", "provider", "buyer", "auditor"};
/// Nodes, numbered from 1, are spread over the organisations: no single one runs a quorum.
[[nodiscard]] std::uint64_t devnet_organisation_of_node(std::size_t number);
/// Stands for a binding statement.
[[nodiscard]] Hash256 devnet_document(std::uint64_t organisation);
/// Of each account, so that clients can send that always bid 1 wei.
inline constexpr std::uint64_t kDevnetBalanceWei = 1'000'000'000'000'000'000;

/// keccak256("datapact devnet " | name): anybody can compute it.
[[nodiscard]] crypto::PrivateKey devnet_key(std::string_view name);
[[nodiscard]] inline Address devnet_address(DevnetRole role) {
  return crypto::address_of(devnet_key(to_string(role)));
}
/// Of node `number`, from 1: devnet_key("validator N") and devnet_key("transport N").
[[nodiscard]] crypto::PrivateKey devnet_validator_key(std::size_t number);
[[nodiscard]] crypto::PrivateKey devnet_transport_key(std::size_t number);

/// What a new network is made of.
struct DevnetShape {
  std::size_t validators = kDevnetValidators;
  /// Between blocks while there are transactions, in whole milliseconds.
  std::chrono::milliseconds block_period = chain::QbftConfig{}.block_period;
  /// JSON-RPC of the first node, which the parties use.
  std::uint16_t rpc_port = 0;
};

/// The genesis of such a network that begins at `time` (rounded down to whole seconds). Every
/// account says in a `comment` who it is and that its key is known to everyone.
[[nodiscard]] json::Value devnet_genesis(UnixMillis time, const DevnetShape& shape);
/// Writes keys, settings and genesis; `folder` must not hold a network yet.
void write_devnet(const fs::path& folder, const DevnetShape& shape, const Clock& clock,
                  RandomSource& random);
/// Writes DIR/password and every party's keystore and settings.
void write_parties(const fs::path& folder, std::uint16_t rpc_port, RandomSource& random);
/// Writes the settings of every party; they name the node whose JSON-RPC has that port.
void write_party_settings(const fs::path& folder, std::uint16_t rpc_port);
/// Settings of a party's command line (`datapact --config FILE`): node, home, account, password.
[[nodiscard]] fs::path devnet_settings_file(const fs::path& folder, DevnetRole role);

/// Where one node listens, all on 127.0.0.1.
struct NodePorts {
  std::uint16_t rpc = 0;
  std::uint16_t p2p = 0;
  std::uint16_t ops = 0;
};
/// Writes each node's node.toml; `ports` has one entry a node.
void write_node_configs(const fs::path& folder, const std::vector<NodePorts>& ports);

/// DIR/node1, DIR/node2, …, or by name what is in DIR/hosts (production_files.hpp), as far as they
/// are there.
[[nodiscard]] std::vector<fs::path> node_folders(const fs::path& folder);

}  // namespace datapact::tools

#pragma once
// Files of a development network: deterministic keys known to everyone, one home a role, genesis,
// the node's configuration.
//   DIR/genesis.json, DIR/node/{node.toml,validator.key,data,log,pid}, DIR/password,
//   DIR/<role>/{datapact.toml,keystore/<address>.json}
#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"
#include "tools/cli/files.hpp"

#include <array>
#include <cstdint>
#include <string_view>

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

/// keccak256("datapact devnet " | name): anybody can compute it.
[[nodiscard]] crypto::PrivateKey devnet_key(std::string_view name);
[[nodiscard]] inline Address devnet_address(DevnetRole role) {
  return crypto::address_of(devnet_key(to_string(role)));
}

/// The genesis of a development network that begins at `time` (rounded down to whole seconds).
/// Every account says in a `comment` who it is and that its key is known to everyone.
[[nodiscard]] json::Value devnet_genesis(UnixMillis time);

/// Writes everything; `folder` must not hold a network yet. Returns the hash of the genesis block.
BlockHash write_devnet(const fs::path& folder, std::uint16_t rpc_port, const Clock& clock,
                       RandomSource& random);
/// Settings of a party's command line (`datapact --config FILE`): node, home, account, password.
[[nodiscard]] fs::path devnet_settings_file(const fs::path& folder, DevnetRole role);
/// Of an existing network.
[[nodiscard]] BlockHash read_genesis_hash(const fs::path& folder);

}  // namespace datapact::tools

#include "tools/devnet/devnet_files.hpp"

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "base/types.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "crypto/keystore.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/genesis.hpp"
#include "p2p/gossip/types.hpp"
#include "tools/cli/files.hpp"
#include "tools/network/consortium_genesis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

ConsortiumPlan devnet_plan(UnixMillis time, const DevnetShape& shape) {
  ConsortiumPlan plan;
  plan.chain_id = ChainId{kDevnetChainId};
  plan.time = time;
  plan.qbft.block_period = shape.block_period;
  for (std::uint64_t id = 1; id <= kDevnetOrganisations.size(); ++id) {
    plan.organisations.push_back(
        {.document_hash = devnet_document(id), .flags = id == 1 ? kOrganisationAdmin : 0});
  }
  for (const auto role : kDevnetRoles) {
    const DevnetPlace place = devnet_place(role);
    plan.accounts.push_back({.address = devnet_address(role),
                             .organisation = place.organisation,
                             .roles = place.roles});
    plan.balances.emplace_back(devnet_address(role), Wei{uint256{kDevnetBalanceWei}});
  }
  for (std::size_t number = 1; number <= shape.validators; ++number) {
    const auto organisation = devnet_organisation_of_node(number);
    const auto node = p2p::node_id_of(crypto::public_key(devnet_transport_key(number)));
    plan.validators.push_back({crypto::address_of(devnet_validator_key(number)), organisation});
    plan.nodes.push_back({Hash256{node.raw()}, organisation});
  }
  return plan;
}

/// Says in `alloc` who the accounts and contracts are.
void add_comments(json::Value& genesis) {
  const auto comment = [&genesis](const Address& address, const std::string& text) {
    for (auto& [name, value] : *genesis.as_object()) {
      if (name != "alloc") continue;
      for (auto& [account, content] : *value.as_object()) {
        if (account == to_hex0x(address)) content.set("comment", text);
      }
    }
  };
  for (const auto role : kDevnetRoles) {
    comment(devnet_address(role),
            fmt::format("devnet {}: the private key is keccak256(\"datapact devnet {}\"), known to "
                        "everyone; never use it for anything of value",
                        to_string(role), to_string(role)));
  }
  for (const auto id : contracts::kContractIds)
    comment(contracts::predeploy_address(id), std::string(to_string(id)));
}

}  // namespace

std::string_view to_string(DevnetRole role) noexcept {
  switch (role) {
    case DevnetRole::kOperator:
      return "operator";
    case DevnetRole::kRegistrar:
      return "registrar";
    case DevnetRole::kBank:
      return "bank";
    case DevnetRole::kProvider:
      return "provider";
    case DevnetRole::kBuyer:
      return "buyer";
    case DevnetRole::kAuditor:
      return "auditor";
  }
  return "";
}

std::string devnet_password_line() { return std::string(kDevnetPassword) + "\n"; }

DevnetPlace devnet_place(DevnetRole role) {
  switch (role) {
    case DevnetRole::kOperator:
      return {1, kRoleAdmin | kRoleOperator};
    case DevnetRole::kRegistrar:
      return {1, kRoleRegistrar};
    case DevnetRole::kBank:
      return {2, kRoleAdmin | kRoleBank};
    case DevnetRole::kProvider:
      return {3, kRoleAdmin};
    case DevnetRole::kBuyer:
      return {4, kRoleAdmin};
    case DevnetRole::kAuditor:
      return {5, kRoleAdmin};
  }
  return {};
}

std::uint64_t devnet_organisation_of_node(std::size_t number) {
  return (number - 1) % kDevnetOrganisations.size() + 1;
}

Hash256 devnet_document(std::uint64_t organisation) {
  return crypto::keccak256(as_bytes(fmt::format("devnet organisation {}", organisation)));
}

crypto::PrivateKey devnet_key(std::string_view name) {
  return crypto::PrivateKey{
      crypto::keccak256(as_bytes("datapact devnet " + std::string(name))).raw()};
}

crypto::PrivateKey devnet_validator_key(std::size_t number) {
  return devnet_key(fmt::format("validator {}", number));
}

crypto::PrivateKey devnet_transport_key(std::size_t number) {
  return devnet_key(fmt::format("transport {}", number));
}

json::Value devnet_genesis(UnixMillis time, const DevnetShape& shape) {
  auto genesis = consortium_genesis(devnet_plan(time, shape));
  add_comments(genesis);
  return genesis;
}

void write_parties(const fs::path& folder, std::uint16_t rpc_port, RandomSource& random) {
  // First: it tells a network that is half written from a folder of somebody else's.
  write_file_durably(folder / "password", devnet_password_line(), true);
  for (const auto role : kDevnetRoles) {
    auto keystore = crypto::encrypt_keystore(devnet_key(to_string(role)), kDevnetPassword,
                                             crypto::kLightScrypt, random);
    keystore.set("devnet", true);
    write_file_durably(
        folder / to_string(role) / "keystore" / (to_hex0x(devnet_address(role)) + ".json"),
        json::to_pretty_text(keystore), true);
  }
  write_party_settings(folder, rpc_port);
}

void write_devnet(const fs::path& folder, const DevnetShape& shape, const Clock& clock,
                  RandomSource& random) {
  write_parties(folder, shape.rpc_port, random);
  for (std::size_t number = 1; number <= shape.validators; ++number) {
    const fs::path node = folder / fmt::format("node{}", number);
    write_file_durably(node / "validator.key", to_hex0x(devnet_validator_key(number)) + "\n", true);
    write_file_durably(node / "transport.key", to_hex0x(devnet_transport_key(number)) + "\n", true);
  }
  // Last: a folder with a genesis is a whole network.
  const auto genesis = devnet_genesis(clock.now(), shape);
  write_file_durably(folder / "genesis.json", json::to_pretty_text(genesis));
}

void write_party_settings(const fs::path& folder, std::uint16_t rpc_port) {
  for (const auto role : kDevnetRoles) {
    write_file_durably(
        devnet_settings_file(folder, role),
        fmt::format("[rpc]\nurl = \"http://127.0.0.1:{}\"\n\n[home]\npath = \"{}\"\n\n"
                    "[account]\nfrom = \"{}\"\npassword_file = \"{}\"\n",
                    rpc_port, fs::absolute(folder / to_string(role)).string(),
                    to_hex0x(devnet_address(role)), fs::absolute(folder / "password").string()));
  }
}

fs::path devnet_settings_file(const fs::path& folder, DevnetRole role) {
  return fs::absolute(folder) / to_string(role) / "datapact.toml";
}

void write_node_configs(const fs::path& folder, const std::vector<NodePorts>& ports) {
  for (std::size_t i = 0; i < ports.size(); ++i) {
    std::string peers;
    for (std::size_t j = 0; j < ports.size(); ++j) {
      if (i == j) continue;
      const auto id = p2p::node_id_of(crypto::public_key(devnet_transport_key(j + 1)));
      peers += fmt::format("\n  \"{}@127.0.0.1:{}\",", to_hex0x(id), ports[j].p2p);
    }
    write_file_durably(
        folder / fmt::format("node{}", i + 1) / "node.toml",
        fmt::format(
            "# A development network's validator: its keys are known to everyone. Written anew\n"
            "# by every `datapact devnet up`.\n"
            "[node]\ngenesis = \"../genesis.json\"\ndata_dir = \"data\"\n\n"
            "[validator]\nkey_file = \"validator.key\"\n\n"
            "[rpc]\naddress = \"127.0.0.1\"\nport = {}\n\n"
            "[p2p]\nlisten = \"127.0.0.1:{}\"\nkey_file = \"transport.key\"\n"
            "tls = false\npeers = [{}\n]\n\n"
            "[ops]\nlisten = \"127.0.0.1:{}\"\n",
            ports[i].rpc, ports[i].p2p, peers, ports[i].ops));
  }
}

std::vector<fs::path> node_folders(const fs::path& folder) {
  std::vector<fs::path> out;
  if (const auto hosts = folder / "hosts"; fs::is_directory(hosts)) {
    for (const auto& host : fs::directory_iterator(hosts))
      if (host.is_directory()) out.push_back(host.path());
    std::ranges::sort(out);
    return out;
  }
  for (std::size_t number = 1; number <= kDevnetValidatorsMax; ++number) {
    auto node = folder / fmt::format("node{}", number);
    if (fs::is_directory(node)) out.push_back(std::move(node));
  }
  return out;
}

}  // namespace datapact::tools

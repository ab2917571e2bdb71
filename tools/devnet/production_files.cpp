#include "tools/devnet/production_files.hpp"

#include "base/clock.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/random_source.hpp"
#include "crypto/keystore.hpp"
#include "tools/cli/files.hpp"
#include "tools/devnet/devnet_files.hpp"
#include "tools/devnet/node_process.hpp"
#include "tools/network/consortium_genesis.hpp"
#include "tools/network/network_files.hpp"
#include "tools/network/network_spec.hpp"
#include "tools/network/node_keys.hpp"
#include "tools/network/systemd_unit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

struct Host {
  std::string name;
  std::uint64_t organisation = 0;
};

/// "bank-1", "exchange-2": by name.
std::vector<Host> hosts_of(std::size_t validators) {
  std::vector<Host> out;
  for (std::size_t number = 1; number <= validators; ++number) {
    const auto organisation = devnet_organisation_of_node(number);
    out.push_back({fmt::format("{}-{}", kDevnetOrganisations.at(organisation - 1),
                               (number - 1) / kDevnetOrganisations.size() + 1),
                   organisation});
  }
  std::ranges::sort(out, {}, &Host::name);
  return out;
}

/// What an operator does on the machine of the node. Returns the card.
json::Value make_home(const fs::path& home, const std::string& name, std::uint16_t p2p_port,
                      RandomSource& random) {
  std::array<std::uint8_t, 24> secret{};
  random.fill(secret);
  auto password = to_hex(secret);
  write_file_durably(home / "password", password + "\n", true);
  return make_node_keys({.home = home,
                         .name = name,
                         .endpoint = {"127.0.0.1", p2p_port},
                         .password = [&password] { return password; },
                         .scrypt = crypto::kLightScrypt,
                         .is_devnet = true},
                        random)
      .document;
}

std::string roles_in_toml(std::uint64_t roles) {
  std::vector<std::string> names;
  for (const auto& [bit, name] : {std::pair{kRoleAdmin, "admin"},
                                  {kRoleRegistrar, "registrar"},
                                  {kRoleBank, "bank"},
                                  {kRoleOperator, "operator"}}) {
    if ((roles & bit) != 0) names.push_back(fmt::format("\"{}\"", name));
  }
  return fmt::format("[{}]", fmt::join(names, ", "));
}

/// The consortium.toml of the development network's organisations.
std::string consortium(const DevnetShape& shape, const std::vector<Host>& hosts) {
  std::string out = fmt::format(
      "# A development network: the keys of its accounts are known to everyone.\n"
      "chain_id = {}\nquorum = 1\nblock_period_ms = {}\n",
      kDevnetChainId, shape.block_period.count());
  for (std::uint64_t id = 1; id <= kDevnetOrganisations.size(); ++id) {
    std::vector<std::string> cards;
    for (const auto& host : hosts) {
      if (host.organisation == id) cards.push_back(fmt::format("\"cards/{}.json\"", host.name));
    }
    out += fmt::format(
        "\n[[organisation]]\nname = \"{}\"\ndocument_hash = \"{}\"\nvotes = {}\n"
        "validators = [{}]\n",
        kDevnetOrganisations.at(id - 1), to_hex0x(devnet_document(id)), id == 1,
        fmt::join(cards, ", "));
    for (const auto role : kDevnetRoles) {
      const auto place = devnet_place(role);
      if (place.organisation != id) continue;
      out += fmt::format(
          "\n[[organisation.account]]  # {}\naddress = \"{}\"\nroles = {}\nbalance_wei = "
          "\"{}\"\n",
          to_string(role), to_hex0x(devnet_address(role)), roles_in_toml(place.roles),
          kDevnetBalanceWei);
    }
  }
  return out;
}

}  // namespace

void write_production_like(const fs::path& folder, const DevnetShape& shape,
                           const std::vector<NodePorts>& ports, const Clock& clock,
                           RandomSource& random) {
  write_parties(folder, shape.rpc_port, random);
  const auto hosts = hosts_of(shape.validators);
  PortsByName local;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const auto card =
        make_home(folder / "hosts" / hosts[i].name, hosts[i].name, ports[i].p2p, random);
    write_file_durably(folder / "cards" / (hosts[i].name + ".json"), json::to_pretty_text(card));
    local[hosts[i].name] = {.rpc = ports[i].rpc, .ops = ports[i].ops};
  }
  write_file_durably(folder / "consortium.toml", consortium(shape, hosts));
  const auto spec = read_network_spec(folder / "consortium.toml");
  const fs::path network = folder / "network";
  static_cast<void>(write_network(network, spec, clock.now(), local));
  for (const auto& host : hosts) {
    for (const auto& file : fs::directory_iterator(network / "nodes" / host.name)) {
      write_file_durably(folder / "hosts" / host.name / file.path().filename(),
                         read_text_file(file.path()));
    }
  }
  write_file_durably(folder / "datapactd@.service", systemd_unit(find_datapactd().string()));
  // Last: a folder with a genesis is a whole network.
  write_file_durably(folder / "genesis.json", read_text_file(network / "genesis.json"));
}

bool is_production_like(const fs::path& folder) { return fs::exists(folder / "network"); }

std::vector<std::string> production_node_names(const fs::path& folder) {
  std::vector<std::string> out;
  for (const auto& node : read_network(folder / "network").nodes) out.push_back(node.card.name);
  std::ranges::sort(out);
  return out;
}

}  // namespace datapact::tools

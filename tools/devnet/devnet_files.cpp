#include "tools/devnet/devnet_files.hpp"

#include "base/hex.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "crypto/keystore.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_builder.hpp"
#include "tools/cli/cli_error.hpp"

#include <fmt/format.h>

namespace datapact::tools {
namespace {

using contracts::AbiList;
using contracts::AbiValue;
using contracts::ContractId;

// Numbers of docs/formats/governance-storage.md.
constexpr std::uint64_t kMayTransactAndDeploy = 3;
constexpr std::uint64_t kOrganisationAdmin = 2;
constexpr std::uint64_t kGasQuota = 60'000'000;
constexpr std::uint64_t kMoneyForFees = 1'000'000'000'000'000'000;

/// Roles in Governance, and the organisation each account belongs to: the exchange runs operator
/// and registrar.
struct Place {
  std::uint64_t organisation;
  std::uint64_t roles;
};
Place place_of(DevnetRole role) {
  switch (role) {
    case DevnetRole::kOperator:
      return {1, 1 | 32};
    case DevnetRole::kRegistrar:
      return {1, 2};
    case DevnetRole::kBank:
      return {2, 4};
    case DevnetRole::kProvider:
      return {3, 1};
    case DevnetRole::kBuyer:
      return {4, 1};
    case DevnetRole::kAuditor:
      return {5, 1};
  }
  return {};
}
constexpr std::uint64_t kOrganisations = 5;

AbiList governance_arguments(const Address& validator) {
  AbiList organisations;
  for (std::uint64_t id = 1; id <= kOrganisations; ++id) {
    organisations.emplace_back(
        AbiList{crypto::keccak256(as_bytes(fmt::format("devnet organisation {}", id))),
                std::uint64_t{0}, kGasQuota, id == 1 ? kOrganisationAdmin : std::uint64_t{0}});
  }
  AbiList accounts;
  for (const auto role : kDevnetRoles) {
    const Place place = place_of(role);
    accounts.emplace_back(
        AbiList{devnet_address(role), place.organisation, kMayTransactAndDeploy, place.roles});
  }
  return {std::move(organisations), std::move(accounts),
          AbiList{AbiValue{AbiList{validator, std::uint64_t{1}}}},
          AbiList{AbiValue{contracts::predeploy_address(ContractId::kFairExchange)}},
          std::uint64_t{1}};
}

AbiList constructor_arguments(ContractId id, const Address& validator) {
  const AbiValue governance{contracts::predeploy_address(ContractId::kGovernance)};
  switch (id) {
    case ContractId::kGovernance:
      return governance_arguments(validator);
    case ContractId::kSettlement:
      return {governance,
              AbiList{AbiValue{contracts::predeploy_address(ContractId::kFairExchange)}}};
    case ContractId::kDatasetRegistry:
    case ContractId::kFairExchange:
      return {governance};
  }
  return {};
}

/// Says in `alloc` who the accounts and contracts are.
void add_comments(json::Value& genesis) {
  const auto comment = [&genesis](const Address& address, std::string text) {
    for (auto& [name, value] : *genesis.as_object()) {
      if (name != "alloc") continue;
      for (auto& [account, content] : *value.as_object()) {
        if (account == to_hex0x(address)) content.set("comment", std::move(text));
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

crypto::PrivateKey devnet_key(std::string_view name) {
  return crypto::PrivateKey{
      crypto::keccak256(as_bytes("datapact devnet " + std::string(name))).raw()};
}

json::Value devnet_genesis(UnixMillis time) {
  const Address validator = crypto::address_of(devnet_key("validator"));
  chain::ConsortiumParams params;
  params.chain_id = ChainId{kDevnetChainId};
  params.time = UnixMillis{time.count() / 1000 * 1000};
  params.validators = {validator};
  for (const auto role : kDevnetRoles)
    params.balances.emplace_back(devnet_address(role), Wei{uint256{kMoneyForFees}});
  for (const auto id : contracts::kContractIds) {
    const auto& contract = contracts::contract(id);
    params.predeploys.push_back({std::string(to_string(id)), contracts::predeploy_address(id),
                                 contract.init_code,
                                 contracts::encode_abi(contract.abi.constructor_inputs,
                                                       constructor_arguments(id, validator))});
  }
  params.deployer = devnet_address(DevnetRole::kOperator);
  auto genesis = chain::build_consortium_genesis(params);
  if (!genesis) fail_file("genesis", genesis.error().field + ": " + genesis.error().message);
  add_comments(*genesis);
  return std::move(*genesis);
}

BlockHash write_devnet(const fs::path& folder, std::uint16_t rpc_port, const Clock& clock,
                       RandomSource& random) {
  const auto validator = devnet_key("validator");
  write_file_durably(folder / "password", std::string(kDevnetPassword) + "\n", true);
  for (const auto role : kDevnetRoles) {
    auto keystore = crypto::encrypt_keystore(devnet_key(to_string(role)), kDevnetPassword,
                                             crypto::kLightScrypt, random);
    keystore.set("devnet", true);
    const fs::path home = folder / to_string(role);
    write_file_durably(home / "keystore" / (to_hex0x(devnet_address(role)) + ".json"),
                       json::to_pretty_text(keystore), true);
    write_file_durably(
        devnet_settings_file(folder, role),
        fmt::format("[rpc]\nurl = \"http://127.0.0.1:{}\"\n\n[home]\npath = \"{}\"\n\n"
                    "[account]\nfrom = \"{}\"\npassword_file = \"{}\"\n",
                    rpc_port, fs::absolute(home).string(), to_hex0x(devnet_address(role)),
                    fs::absolute(folder / "password").string()));
  }
  write_file_durably(folder / "node" / "validator.key", to_hex0x(validator) + "\n", true);
  write_file_durably(
      folder / "node" / "node.toml",
      fmt::format("# A development network's only validator: its key is known to everyone.\n"
                  "[node]\ngenesis = \"../genesis.json\"\ndata_dir = \"data\"\n\n"
                  "[validator]\nkey_file = \"validator.key\"\n\n"
                  "[rpc]\naddress = \"127.0.0.1\"\nport = {}\n",
                  rpc_port));
  // Last: a folder with a genesis is a whole network.
  const auto genesis = devnet_genesis(clock.now());
  write_file_durably(folder / "genesis.json", json::to_pretty_text(genesis));
  return read_genesis_hash(folder);
}

fs::path devnet_settings_file(const fs::path& folder, DevnetRole role) {
  return fs::absolute(folder) / to_string(role) / "datapact.toml";
}

BlockHash read_genesis_hash(const fs::path& folder) {
  const auto genesis = chain::load_genesis(read_json_file(folder / "genesis.json"));
  if (!genesis) {
    fail_file("genesis", (folder / "genesis.json").string() + ": " + genesis.error().field + ": " +
                             genesis.error().message);
  }
  return genesis->hash;
}

}  // namespace datapact::tools

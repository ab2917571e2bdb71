#include "tests/sim/consortium.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "contracts/catalogue.hpp"
#include "ledger/chain/genesis_builder.hpp"
#include "ledger/chain/governance_view.hpp"
#include "tests/sim/machine.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace datapact::sim {

namespace {

using contracts::AbiList;
using contracts::AbiValue;
using contracts::ContractId;

constexpr Gas kCallGas{1'000'000};
constexpr Gas kTransferGas{21'000};
constexpr Gas kProbeGas{100'000};
// docs/formats/governance-storage.md
constexpr std::uint64_t kOrganisation = 1;
constexpr std::uint64_t kGasQuota = 60'000'000;
constexpr std::uint64_t kOrganisationVotes = 2;
constexpr std::uint64_t kMayTransact = 1;
constexpr std::uint64_t kAdministrates = 1;
constexpr std::uint64_t kMayConnect = 1;
constexpr std::uint32_t kCancunNumber = 1;

Bytes call_of(std::string_view function, const AbiList& arguments) {
  const auto* signature = contracts::contract(ContractId::kGovernance).abi.function(function);
  INVARIANT(signature != nullptr);
  return contracts::encode_call(*signature, arguments);
}

Bytes constructor_arguments(const Consortium& consortium) {
  AbiList accounts;
  for (const auto& account : consortium.accounts) {
    accounts.emplace_back(
        AbiList{crypto::address_of(account), kOrganisation, kMayTransact, std::uint64_t{0}});
  }
  for (const auto& administrator : consortium.administrators) {
    accounts.emplace_back(
        AbiList{crypto::address_of(administrator), kOrganisation, kMayTransact, kAdministrates});
  }
  AbiList seats;
  for (const auto& validator : consortium.validators) {
    seats.emplace_back(AbiList{validator, kOrganisation});
  }
  const AbiList organisations{
      AbiValue{AbiList{Hash256{}, std::uint64_t{0}, kGasQuota, kOrganisationVotes}}};
  const AbiList arguments{AbiValue{organisations}, AbiValue{std::move(accounts)},
                          AbiValue{std::move(seats)}, AbiValue{AbiList{}},
                          AbiValue{std::uint64_t{1}}};
  return contracts::encode_abi(contracts::contract(ContractId::kGovernance).abi.constructor_inputs,
                               arguments);
}

chain::TxnPtr sign(chain::Transaction txn, const crypto::PrivateKey& from, Nonce nonce) {
  txn.type = chain::TxnType::kDynamicFee;
  txn.chain_id = kChainId;
  txn.nonce = nonce;
  chain::sign(txn, from);
  auto recovered = chain::RecoveredTxn::recover(std::move(txn));
  INVARIANT(recovered.has_value());
  return std::make_shared<const chain::RecoveredTxn>(std::move(*recovered));
}

/// The builder knows no chain without Prague.
void begin_with_cancun(json::Value& document) {
  auto& members = *document.as_object();
  const auto config = std::ranges::find(members, "config", &json::Member::first);
  INVARIANT(config != members.end());
  std::erase_if(*config->second.as_object(),
                [](const auto& member) { return member.first == "pragueTime"; });
  const auto bytes = from_hex(*document.find("extraData")->as_string());
  INVARIANT(bytes.has_value());
  auto extra = chain::decode_extra(*bytes);
  INVARIANT(extra.has_value());
  extra->vanity = chain::config_hash(config->second);
  document.set("extraData", to_hex0x(chain::encode(*extra)));
}

}  // namespace

chain::Genesis make_genesis(const Consortium& consortium) {
  chain::ConsortiumParams params;
  params.chain_id = kChainId;
  params.time = consortium.time;
  params.qbft = consortium.timing;
  params.validators = consortium.validators;
  for (const auto& administrator : consortium.administrators) {
    params.balances.emplace_back(crypto::address_of(administrator), Wei{uint256{1'000'000'000}});
  }
  for (const auto& account : consortium.accounts) {
    params.balances.emplace_back(crypto::address_of(account), Wei{uint256{1'000'000'000}});
  }
  params.predeploys.push_back(
      {std::string(contracts::to_string(ContractId::kGovernance)), chain::kGovernanceAddress,
       contracts::contract(ContractId::kGovernance).init_code, constructor_arguments(consortium)});
  if (consortium.has_probe) {
    for (auto& contract : probe_contracts()) params.predeploys.push_back(std::move(contract));
  }
  const Address administrator = crypto::address_of(consortium.administrators.at(0));
  for (std::size_t i = 0; i < consortium.machines; ++i) {
    params.calls.push_back({"setNodeKey", administrator, chain::kGovernanceAddress,
                            call_of("setNodeKey", {Hash256{Machine::node_id_of(i).raw()},
                                                   kOrganisation, kMayConnect})});
  }
  auto document = chain::build_consortium_genesis(params);
  INVARIANT(document.has_value());
  if (consortium.rules.revision == kCancunNumber) begin_with_cancun(*document);
  auto genesis = chain::load_genesis(*document);
  INVARIANT(genesis.has_value());
  return std::move(*genesis);
}

chain::TxnPtr make_payment(const crypto::PrivateKey& from, Nonce nonce) {
  chain::Transaction txn;
  txn.gas_limit = kTransferGas;
  txn.to = Address{{0xbe, 0xef}};
  txn.value = Wei{uint256{1}};
  return sign(std::move(txn), from, nonce);
}

chain::TxnPtr make_probing(const crypto::PrivateKey& from, Nonce nonce) {
  chain::Transaction txn;
  txn.gas_limit = kProbeGas;
  txn.to = kProbeAddress;
  return sign(std::move(txn), from, nonce);
}

chain::TxnPtr make_governance_call(const crypto::PrivateKey& from, Nonce nonce,
                                   std::string_view function, const contracts::AbiList& arguments) {
  chain::Transaction txn;
  txn.gas_limit = kCallGas;
  txn.to = chain::kGovernanceAddress;
  txn.data = call_of(function, arguments);
  return sign(std::move(txn), from, nonce);
}

}  // namespace datapact::sim

#include "tools/network/consortium_genesis.hpp"

#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "ledger/chain/genesis_builder.hpp"
#include "tools/cli/cli_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace datapact::tools {
namespace {

using contracts::AbiList;
using contracts::AbiValue;
using contracts::ContractId;

constexpr std::uint64_t kMayConnect = 1;

AbiList governance_arguments(const ConsortiumPlan& plan) {
  AbiList organisations;
  for (const auto& one : plan.organisations) {
    organisations.emplace_back(
        AbiList{one.document_hash, std::uint64_t{0}, one.gas_quota, one.flags});
  }
  AbiList accounts;
  for (const auto& one : plan.accounts) {
    accounts.emplace_back(AbiList{one.address, one.organisation, one.permissions, one.roles});
  }
  AbiList validators;
  for (const auto& one : plan.validators) {
    validators.emplace_back(AbiList{one.address, one.organisation});
  }
  return {std::move(organisations), std::move(accounts), std::move(validators),
          AbiList{AbiValue{contracts::predeploy_address(ContractId::kFairExchange)}}, plan.quorum};
}

AbiList constructor_arguments(ContractId id, const ConsortiumPlan& plan) {
  const AbiValue governance{contracts::predeploy_address(ContractId::kGovernance)};
  switch (id) {
    case ContractId::kGovernance:
      return governance_arguments(plan);
    case ContractId::kSettlement:
      return {governance,
              AbiList{AbiValue{contracts::predeploy_address(ContractId::kFairExchange)}}};
    case ContractId::kDatasetRegistry:
    case ContractId::kFairExchange:
      return {governance};
  }
  return {};
}

/// Only an organisation's own administrator lists its nodes.
Address administrator_of(std::uint64_t organisation, const ConsortiumPlan& plan) {
  const auto found = std::ranges::find_if(plan.accounts, [&](const ConsortiumAccount& account) {
    return account.organisation == organisation && (account.roles & kRoleAdmin) != 0;
  });
  if (found == plan.accounts.end()) {
    fail_file("genesis", fmt::format("organisation {} runs a node but has no administrator account",
                                     organisation));
  }
  return found->address;
}

chain::GenesisCall list_node(const ConsortiumNode& node, const ConsortiumPlan& plan) {
  const auto& governance = contracts::contract(ContractId::kGovernance);
  return {"Governance.setNodeKey", administrator_of(node.organisation, plan),
          contracts::predeploy_address(ContractId::kGovernance),
          contracts::encode_call(*governance.abi.function("setNodeKey"),
                                 {node.node_id, node.organisation, kMayConnect})};
}

chain::ConsortiumParams params_of(const ConsortiumPlan& plan) {
  chain::ConsortiumParams params;
  params.chain_id = plan.chain_id;
  params.time = std::chrono::floor<std::chrono::seconds>(plan.time);
  params.qbft = plan.qbft;
  params.balances = plan.balances;
  for (const auto& one : plan.validators) params.validators.push_back(one.address);
  std::ranges::sort(params.validators);
  for (const auto id : contracts::kContractIds) {
    const auto& contract = contracts::contract(id);
    params.predeploys.push_back(
        {std::string(to_string(id)), contracts::predeploy_address(id), contract.init_code,
         contracts::encode_abi(contract.abi.constructor_inputs, constructor_arguments(id, plan))});
  }
  for (const auto& node : plan.nodes) params.calls.push_back(list_node(node, plan));
  if (!plan.accounts.empty()) params.deployer = plan.accounts.front().address;
  return params;
}

}  // namespace

json::Value consortium_genesis(const ConsortiumPlan& plan) {
  auto genesis = chain::build_consortium_genesis(params_of(plan));
  if (!genesis) fail_file("genesis", genesis.error().field + ": " + genesis.error().message);
  return std::move(*genesis);
}

}  // namespace datapact::tools

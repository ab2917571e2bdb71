#include "contracts/catalogue.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "contracts/contract_abi.hpp"
#include "contracts/embedded_artifacts.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace datapact::contracts {
namespace {

// The artefacts are part of the build: one that does not parse is a bug, not an input.
Contract load(ContractId id) {
  const auto document = json::parse(artifact_text(id), {.depth_max = 64});
  INVARIANT(document.has_value());
  const auto* abi = document->find("abi");
  const auto* code = document->find("bytecode");
  INVARIANT(abi != nullptr);
  INVARIANT(code != nullptr);
  auto parsed = load_contract_abi(*abi);
  INVARIANT(parsed.has_value());
  auto bytes = from_hex(*code->as_string());
  INVARIANT(bytes.has_value());
  return {std::move(*parsed), std::move(*bytes)};
}

}  // namespace

std::string_view to_string(ContractId id) noexcept {
  switch (id) {
    case ContractId::kGovernance:
      return "Governance";
    case ContractId::kSettlement:
      return "Settlement";
    case ContractId::kDatasetRegistry:
      return "DatasetRegistry";
    case ContractId::kFairExchange:
      return "FairExchange";
  }
  return "";
}

std::string_view artifact_text(ContractId id) noexcept {
  switch (id) {
    case ContractId::kGovernance:
      return as_text(embedded::kGovernance);
    case ContractId::kSettlement:
      return as_text(embedded::kSettlement);
    case ContractId::kDatasetRegistry:
      return as_text(embedded::kDatasetRegistry);
    case ContractId::kFairExchange:
      return as_text(embedded::kFairExchange);
  }
  return "";
}

const Contract& contract(ContractId id) {
  static const std::array<Contract, kContractIds.size()> loaded{
      load(ContractId::kGovernance), load(ContractId::kSettlement),
      load(ContractId::kDatasetRegistry), load(ContractId::kFairExchange)};
  return loaded[static_cast<std::size_t>(id)];
}

std::optional<ContractId> find_contract(const Address& address) noexcept {
  for (const auto id : kContractIds) {
    if (predeploy_address(id) == address) return id;
  }
  return std::nullopt;
}

std::optional<ContractId> find_contract(std::string_view name) noexcept {
  for (const auto id : kContractIds) {
    if (to_string(id) == name) return id;
  }
  return std::nullopt;
}

}  // namespace datapact::contracts

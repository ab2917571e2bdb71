#pragma once
// The contracts this ledger comes with: name, place, ABI and creation code of each
// (docs/formats/predeploys.md). Thread contract: immutable after first use, safe from any thread.
#include "base/types.hpp"
#include "contracts/contract_abi.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace datapact::contracts {

enum class ContractId : std::uint8_t { kGovernance, kSettlement, kDatasetRegistry, kFairExchange };
inline constexpr std::array kContractIds{ContractId::kGovernance, ContractId::kSettlement,
                                         ContractId::kDatasetRegistry, ContractId::kFairExchange};
[[nodiscard]] std::string_view to_string(ContractId id) noexcept;

/// Where genesis puts it: 0x…1000 and following.
[[nodiscard]] constexpr Address predeploy_address(ContractId id) noexcept {
  Address out;
  out.raw()[18] = 0x10;
  out.raw()[19] = static_cast<std::uint8_t>(id);
  return out;
}

struct Contract {
  ContractAbi abi;
  /// Creation code without constructor arguments.
  Bytes init_code;
};

[[nodiscard]] const Contract& contract(ContractId id);
/// The committed artefact as JSON text (contracts/artifacts/<Name>.json).
[[nodiscard]] std::string_view artifact_text(ContractId id) noexcept;
/// Nothing when no contract of the catalogue lives there or has that name.
[[nodiscard]] std::optional<ContractId> find_contract(const Address& address) noexcept;
[[nodiscard]] std::optional<ContractId> find_contract(std::string_view name) noexcept;

}  // namespace datapact::contracts

#pragma once
// Reads of the Governance contract's pinned storage slots (docs/formats/governance-storage.md):
// validators, permissions and quotas for block h as the state after h-1 has them. Pure.
#include "base/types.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/state/state_view.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace datapact::chain {

inline constexpr Address kGovernanceAddress{
    std::array<std::uint8_t, 20>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x00}};

/// Key of an organisation in Governance; zero: none.
using OrganisationId = Quantity<struct OrganisationIdTag, std::uint64_t>;

/// What Governance says about an account that sends transactions.
struct AccountPermission {
  OrganisationId organisation;
  bool may_send = false;
  bool may_deploy = false;
  /// The account's organisation is active: neither suspended nor removed.
  bool organisation_active = false;
  [[nodiscard]] bool may_transact() const noexcept { return may_send && organisation_active; }
};

/// Borrows the state: use it while the view lives. Reads on every call.
class GovernanceView {
 public:
  explicit GovernanceView(const state::StateView& state) noexcept : state_(state) {}

  /// False when genesis predeployed no Governance: then nobody is a stranger and nothing is
  /// limited.
  [[nodiscard]] bool exists() const;
  [[nodiscard]] uint256 epoch() const;
  [[nodiscard]] Hash256 validators_hash() const;
  /// Ascending, as stored; at most kValidatorsMax are read.
  [[nodiscard]] ValidatorSet validators() const;
  [[nodiscard]] AccountPermission permission(const Address& account) const;
  /// Sum of gas limits the organisation may place in one block; nothing: no limit of its own.
  [[nodiscard]] std::optional<Gas> gas_quota(OrganisationId organisation) const;
  /// Calls to such contracts are valid whatever the sender's permission.
  [[nodiscard]] bool is_dispute_contract(const Address& contract) const;

  static constexpr std::size_t kValidatorsMax = 256;

 private:
  const state::StateView& state_;
};

}  // namespace datapact::chain

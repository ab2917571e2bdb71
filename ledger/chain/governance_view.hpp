#pragma once
// Reads of the Governance contract's pinned storage slots (docs/formats/governance-storage.md):
// validators, permissions, quotas and the protocol schedule for block h as the state after h-1 has
// them. Pure.
#include "base/types.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/state/state_view.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace datapact::chain {

inline constexpr Address kGovernanceAddress{
    std::array<std::uint8_t, 20>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x00}};

/// Key of an organisation in Governance; zero: none.
using OrganisationId = Quantity<struct OrganisationIdTag, std::uint32_t>;

/// What Governance says about an account that sends transactions.
struct AccountPermission {
  /// Zero: Governance does not know the account.
  OrganisationId organisation;
  bool has_transact = false;
  bool has_deploy = false;
  /// The account or its organisation is suspended.
  bool is_suspended = false;

  [[nodiscard]] bool is_known() const noexcept { return organisation != OrganisationId{}; }
  [[nodiscard]] bool is_active() const noexcept { return is_known() && !is_suspended; }
  [[nodiscard]] bool may_send() const noexcept { return is_active() && has_transact; }
  [[nodiscard]] bool may_create() const noexcept { return may_send() && has_deploy; }
};

/// A step of the protocol schedule as it is stored: whether this build knows it, rules_of_step()
/// says (block_rules.hpp).
struct ProtocolStep {
  Height height;  ///< the first one it rules
  std::uint32_t revision = 0;
  uint256 precompiles;  ///< bit a-1: the precompile at address a
  friend bool operator==(const ProtocolStep&, const ProtocolStep&) = default;
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
  /// Sum of gas limits the organisation may place in one block.
  [[nodiscard]] Gas gas_quota(OrganisationId organisation) const;
  /// Whether the node with this id (keccak256 of its 64-byte transport key) may join: its
  /// organisation has listed it and is not suspended.
  [[nodiscard]] bool may_connect(const Hash256& node_id) const;
  /// Calls to such contracts are valid whatever the sender's permission.
  [[nodiscard]] bool is_dispute_contract(const Address& contract) const;
  /// Steps of the protocol schedule, of ascending heights; at most kScheduleStepsMax are read.
  [[nodiscard]] std::uint64_t schedule_length() const;
  /// index < schedule_length().
  [[nodiscard]] ProtocolStep schedule_step(std::uint64_t index) const;

 private:
  const state::StateView& state_;
};

}  // namespace datapact::chain

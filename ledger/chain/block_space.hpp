#pragma once
// Who may place what in one block: permissions and quotas of the consortium (ARCHITECTURE section
// 4), the same for validity, for the builder and for the pool. Deterministic.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/transaction.hpp"

#include <cstdint>
#include <map>
#include <string_view>

namespace datapact::chain {

enum class SpaceRefusal : std::uint8_t {
  kStranger,      ///< Governance does not know the account
  kSuspended,     ///< the account or its organisation is suspended
  kMayNotSend,    ///< without the permission TRANSACT
  kMayNotDeploy,  ///< without the permission DEPLOY
  kQuota,         ///< the organisation's gas limits in this block would exceed its quota
};
[[nodiscard]] std::string_view to_string(SpaceRefusal refusal) noexcept;

/// A call to a contract that Governance marks: valid whoever sends it.
[[nodiscard]] bool is_dispute_call(const GovernanceView& governance, const Transaction& txn);

/// Whether the sender may send this transaction at all, whatever else is in the block, and the
/// organisation it counts for (zero for a dispute call by a stranger, and without Governance).
[[nodiscard]] Result<OrganisationId, SpaceRefusal> check_permission(
    const GovernanceView& governance, const RecoveredTxn& txn);

/// The space of one block as it fills. Borrows the view.
class BlockSpace {
 public:
  /// Dispute calls are exempt from quotas up to this part of the block's gas limit.
  static constexpr std::uint64_t kDisputeShare = 4;

  BlockSpace(const GovernanceView& governance, Gas gas_limit) noexcept
      : governance_(governance),
        is_governed_(governance.exists()),
        dispute_left_(gas_limit.raw() / kDisputeShare) {}

  /// Permission, and room in the quota, of `txn` after what was taken.
  [[nodiscard]] Result<void, SpaceRefusal> check(const RecoveredTxn& txn);
  /// Counts a transaction that check() passed.
  void take(const RecoveredTxn& txn);

 private:
  struct Share {
    std::uint64_t quota = 0;
    std::uint64_t used = 0;
  };
  [[nodiscard]] Share& share_of(OrganisationId organisation);
  [[nodiscard]] bool is_exempt(const RecoveredTxn& txn) const;

  const GovernanceView& governance_;
  bool is_governed_;
  std::uint64_t dispute_left_;
  std::map<OrganisationId, Share> shares_;
};

}  // namespace datapact::chain

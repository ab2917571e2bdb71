#include "ledger/chain/block_space.hpp"

#include "base/assert.hpp"
#include "base/result.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/transaction.hpp"

#include <cstdint>
#include <string_view>

namespace datapact::chain {

std::string_view to_string(SpaceRefusal refusal) noexcept {
  switch (refusal) {
    case SpaceRefusal::kStranger:
      return "sender is not registered in Governance";
    case SpaceRefusal::kSuspended:
      return "sender or its organisation is suspended";
    case SpaceRefusal::kMayNotSend:
      return "sender has no permission to send transactions";
    case SpaceRefusal::kMayNotDeploy:
      return "sender has no permission to create contracts";
    case SpaceRefusal::kQuota:
      return "the organisation's gas quota for this block is used up";
  }
  return {};
}

bool is_dispute_call(const GovernanceView& governance, const Transaction& txn) {
  return txn.to && governance.is_dispute_contract(*txn.to);
}

Result<OrganisationId, SpaceRefusal> check_permission(const GovernanceView& governance,
                                                      const RecoveredTxn& txn) {
  if (!governance.exists()) return OrganisationId{};
  const AccountPermission permission = governance.permission(txn.sender());
  if (is_dispute_call(governance, txn.txn())) return permission.organisation;
  if (!permission.is_known()) return fail(SpaceRefusal::kStranger);
  if (permission.is_suspended) return fail(SpaceRefusal::kSuspended);
  if (!permission.may_send()) return fail(SpaceRefusal::kMayNotSend);
  if (!txn.txn().to && !permission.may_create()) return fail(SpaceRefusal::kMayNotDeploy);
  return permission.organisation;
}

BlockSpace::Share& BlockSpace::share_of(OrganisationId organisation) {
  const auto [at, is_new] = shares_.try_emplace(organisation);
  if (is_new) at->second.quota = governance_.gas_quota(organisation).raw();
  return at->second;
}

bool BlockSpace::is_exempt(const RecoveredTxn& txn) const {
  return txn.txn().gas_limit.raw() <= dispute_left_ && is_dispute_call(governance_, txn.txn());
}

Result<void, SpaceRefusal> BlockSpace::check(const RecoveredTxn& txn) {
  if (!is_governed_) return {};
  TRY(const OrganisationId organisation, check_permission(governance_, txn));
  if (is_exempt(txn)) return {};
  const Share& share = share_of(organisation);
  // used <= quota always holds, so the difference cannot wrap.
  if (txn.txn().gas_limit.raw() > share.quota - share.used) return fail(SpaceRefusal::kQuota);
  return {};
}

void BlockSpace::take(const RecoveredTxn& txn) {
  if (!is_governed_) return;
  const std::uint64_t gas = txn.txn().gas_limit.raw();
  if (is_exempt(txn)) {
    dispute_left_ -= gas;
    return;
  }
  Share& share = share_of(governance_.permission(txn.sender()).organisation);
  INVARIANT(gas <= share.quota - share.used);
  share.used += gas;
}

}  // namespace datapact::chain

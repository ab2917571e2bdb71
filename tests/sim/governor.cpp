#include "tests/sim/governor.hpp"

#include "ledger/chain/governance_view.hpp"

#include <algorithm>
#include <utility>

namespace datapact::sim {

Governor::Governor(std::vector<RulesChange> changes, const crypto::PrivateKey& key)
    : changes_(std::move(changes)), key_(key) {}

chain::TxnPtr Governor::next(Surroundings& around, Process& newest) {
  const auto head = newest.loop().head();
  const chain::GovernanceView governance{*head->view};
  if (governance.schedule_length() > scheduled_) late_ = 0;
  scheduled_ = governance.schedule_length();
  const Height height = head->head->height;
  for (; in_force_ < scheduled_ && governance.schedule_step(in_force_).height <= height;
       ++in_force_) {
    around.counts.add(Fault::kNewRules);
  }
  if (scheduled_ >= changes_.size()) return nullptr;
  const auto account = head->view->account(crypto::address_of(key_));
  INVARIANT(account.has_value());
  if (txn_ && nonce_ == account->nonce) return txn_;
  // It has reverted, because it came too late for its height.
  if (txn_ && sent_for_ == scheduled_) ++late_;
  const auto& change = changes_[scheduled_];
  auto after = height;
  if (scheduled_ > 0) after = std::max(after, governance.schedule_step(scheduled_ - 1).height);
  nonce_ = account->nonce;
  sent_for_ = scheduled_;
  txn_ = make_governance_call(key_, nonce_, "scheduleProtocol",
                              {after.raw() + (1 + late_) * change.ahead,
                               std::uint64_t{change.rules.revision}, change.rules.precompiles});
  return txn_;
}

}  // namespace datapact::sim

// What the pool gives away: candidates for a block, and answers to queries.
#include "base/quantity.hpp"
#include "base/types.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_space.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/state/state_view.hpp"
#include "ledger/txpool/pool.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <optional>
#include <vector>

namespace datapact::txpool {
namespace {

Nonce state_nonce(const state::StateView& state, const Address& sender) {
  const auto account = state.account(sender);
  return account ? account->nonce : Nonce{};
}

}  // namespace

std::vector<chain::TxnPtr> Pool::select(Gas gas, const state::StateView& state) const {
  const chain::GovernanceView governance{state};
  chain::BlockSpace space{governance, gas};
  std::vector<chain::TxnPtr> out;
  std::uint64_t gas_left = gas.raw();
  std::uint64_t dispute_left = gas.raw() / chain::BlockSpace::kDisputeShare;

  // The next transaction of each sender, by organisation, oldest first.
  using Ready = std::map<std::uint64_t, Queue::const_iterator>;
  std::map<chain::OrganisationId, Ready> ready;
  Ready disputes;
  const auto offer = [&](const Queue& queue, Queue::const_iterator at) {
    if (at == queue.end()) return;
    const bool is_dispute = chain::is_dispute_call(governance, at->second.txn->txn());
    Ready& line = is_dispute ? disputes : ready[at->second.organisation];
    line.emplace(at->second.arrival, at);
  };
  const auto take = [&](Queue::const_iterator at) {
    const chain::TxnPtr& txn = at->second.txn;
    const std::uint64_t wanted = txn->txn().gas_limit.raw();
    // One that does not fit now blocks its sender for this block, nobody else.
    if (wanted > gas_left || !space.check(*txn).has_value()) return;
    space.take(*txn);
    gas_left -= wanted;
    out.push_back(txn);
    const Queue& queue = senders_.at(txn->sender());
    const auto after = std::next(at);
    if (after != queue.end() && after->first == next(at->first)) offer(queue, after);
  };
  const auto take_disputes = [&] {
    while (!disputes.empty()) {
      const auto at = disputes.begin()->second;
      disputes.erase(disputes.begin());
      const std::uint64_t wanted = at->second.txn->txn().gas_limit.raw();
      if (wanted <= dispute_left) {
        dispute_left -= wanted;
        take(at);
      } else {
        ready[at->second.organisation].emplace(at->second.arrival, at);
      }
    }
  };

  for (const auto& [sender, queue] : senders_) {
    offer(queue, queue.find(state_nonce(state, sender)));
  }
  take_disputes();
  // One turn an organisation: its oldest ready transaction.
  for (bool any = true; any;) {
    any = false;
    for (auto& [organisation, line] : ready) {
      if (line.empty()) continue;
      any = true;
      const auto at = line.begin()->second;
      line.erase(line.begin());
      take(at);
    }
    take_disputes();
  }
  return out;
}

std::optional<AdmittedTxn> Pool::find(const TxnHash& hash) const {
  const auto at = by_hash_.find(hash);
  if (at == by_hash_.end()) return std::nullopt;
  return AdmittedTxn{held(at->second.first, at->second.second)->txn};
}

Nonce Pool::pending_nonce(const Address& sender, const state::StateView& state) const {
  Nonce nonce = state_nonce(state, sender);
  while (held(sender, nonce) != nullptr) nonce = next(nonce);
  return nonce;
}

bool Pool::has_executable(const state::StateView& state) const {
  const chain::GovernanceView governance{state};
  return std::ranges::any_of(senders_, [&](const auto& entry) {
    const Entry* first = held(entry.first, state_nonce(state, entry.first));
    // A sender suspended meanwhile must not keep a quiet chain busy.
    return first != nullptr && chain::check_permission(governance, *first->txn).has_value();
  });
}

std::optional<SenderContent> Pool::content_of(const Address& sender,
                                              const state::StateView& state) const {
  const auto queue = senders_.find(sender);
  if (queue == senders_.end()) return std::nullopt;
  return content_of(sender, queue->second, state);
}

SenderContent Pool::content_of(const Address& sender, const Queue& queue,
                               const state::StateView& state) const {
  const Nonce end = pending_nonce(sender, state);
  SenderContent out{sender, {}, {}};
  for (const auto& [nonce, entry] : queue) {
    (nonce < end ? out.pending : out.queued).push_back(AdmittedTxn{entry.txn});
  }
  return out;
}

std::vector<SenderContent> Pool::content(const state::StateView& state) const {
  std::vector<SenderContent> out;
  out.reserve(senders_.size());
  for (const auto& [sender, queue] : senders_) out.push_back(content_of(sender, queue, state));
  return out;
}

PoolCounts Pool::counts(const state::StateView& state) const {
  PoolCounts out;
  for (const auto& [sender, queue] : senders_) {
    const SenderContent content = content_of(sender, queue, state);
    out.pending += content.pending.size();
    out.queued += content.queued.size();
  }
  return out;
}

}  // namespace datapact::txpool

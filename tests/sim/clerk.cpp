#include "tests/sim/clerk.hpp"

#include <algorithm>
#include <utility>

namespace datapact::sim {

namespace {

constexpr std::size_t kSetMin = 4;
constexpr std::uint64_t kOrganisation = 1;

bool contains(const chain::ValidatorSet& set, const Address& who) {
  return std::ranges::binary_search(set, who);
}

}  // namespace

Clerk::Clerk(SetPlan plan, const chain::ValidatorSet& first, std::set<Address> misbehaving,
             const crypto::PrivateKey& key)
    : plan_(plan), first_size_(first.size()), misbehaving_(std::move(misbehaving)), key_(key) {}

chain::TxnPtr Clerk::next(Surroundings& around, Process& newest, bool may_begin) {
  const auto head = newest.loop().head();
  const auto account = head->view->account(crypto::address_of(key_));
  INVARIANT(account.has_value());
  if (change_ && change_->nonce < account->nonce) {
    // The last transaction is final.
    if (contains(head->next_validators, change_->who) == change_->joins) {
      around.counts.add(Fault::kNewSet);
      change_.reset();
    } else if (!change_->joins) {
      change_.reset();
    } else {
      // Proposed; or acknowledged with a hash that was too old by then: once more.
      change_->is_proposed = true;
      change_->txn.reset();
    }
  }
  if (!change_) {
    if (!may_begin) return nullptr;
    change_ = choose(around, *head);
    if (!change_) return nullptr;
  }
  if (!change_->txn) {
    change_->nonce = account->nonce;
    change_->txn = make_txn(*head);
  }
  return change_->txn;
}

chain::TxnPtr Clerk::make_txn(const node::HeadSnapshot& head) const {
  if (!change_->joins) {
    return make_governance_call(key_, change_->nonce, "removeValidator", {change_->who});
  }
  if (!change_->is_proposed) {
    return make_governance_call(key_, change_->nonce, "proposeValidator",
                                {change_->who, kOrganisation});
  }
  return make_governance_call(
      key_, change_->nonce, "acknowledgeValidator",
      {change_->who, head.head->height.raw(), Hash256{head.head->hash.raw()}});
}

std::optional<Clerk::Change> Clerk::choose(Surroundings& around, const node::HeadSnapshot& head) {
  const auto& set = head.next_validators;
  switch (plan_) {
    case SetPlan::kNone:
      return std::nullopt;
    case SetPlan::kWalk:
      return around.prng.below(2) == 0 ? joining(around, set) : leaving(around, set);
    case SetPlan::kGrowAndShrink: {
      if (set.size() <= first_size_) is_shrinking_ = false;
      auto grown = is_shrinking_ ? std::nullopt : joining(around, set);
      if (grown) return grown;
      is_shrinking_ = true;
      return leaving(around, set);
    }
    case SetPlan::kProposers: {
      // Of the block that holds the change, or of the one after it.
      const Round ahead{static_cast<std::uint32_t>(around.prng.below(2))};
      const Address who = chain::proposer(set, head.head->header.coinbase, ahead);
      if (set.size() >= first_size_ && may_leave(who, set))
        return Change{who, false, false, {}, {}};
      return joining(around, set);
    }
  }
  return std::nullopt;
}

std::optional<Clerk::Change> Clerk::joining(Surroundings& around,
                                            const chain::ValidatorSet& set) const {
  std::vector<Address> able;
  for (const auto& machine : around.machines) {
    const bool is_able = machine.is_correct() && !misbehaving_.contains(machine.address);
    if (is_able && !contains(set, machine.address)) able.push_back(machine.address);
  }
  if (able.empty()) return std::nullopt;
  return Change{able[around.prng.below(able.size())], true, false, {}, {}};
}

std::optional<Clerk::Change> Clerk::leaving(Surroundings& around,
                                            const chain::ValidatorSet& set) const {
  std::vector<Address> able;
  for (const auto& who : set) {
    if (may_leave(who, set)) able.push_back(who);
  }
  if (able.empty()) return std::nullopt;
  return Change{able[around.prng.below(able.size())], false, false, {}, {}};
}

bool Clerk::may_leave(const Address& who, const chain::ValidatorSet& set) const {
  if (set.size() <= kSetMin || !contains(set, who)) return false;
  const auto bad = static_cast<std::size_t>(std::ranges::count_if(
      set, [&](const Address& one) { return one != who && misbehaving_.contains(one); }));
  return bad <= chain::faults_max(set.size() - 1);
}

}  // namespace datapact::sim

#include "ledger/txpool/pool.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_space.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/state_view.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

namespace datapact::txpool {
namespace {

constexpr std::chrono::milliseconds kReplacementInterval{1'000};
/// geth's price bump: a replacement bids at least a tenth more, where gas has a price.
constexpr std::uint64_t kBumpDivisor = 10;

PoolError to_error(chain::TxnRejection rejection) {
  switch (rejection) {
    case chain::TxnRejection::kTypeNotSupported:
    case chain::TxnRejection::kNoBlobs:
    case chain::TxnRejection::kTooManyBlobs:
    case chain::TxnRejection::kBlobHashVersion:
    case chain::TxnRejection::kBlobFeeCapBelowBaseFee:
      return PoolError::kForbiddenType;
    case chain::TxnRejection::kWrongChainId:
      return PoolError::kWrongChain;
    case chain::TxnRejection::kGasLimitAboveBlock:
    case chain::TxnRejection::kGasLimitAboveCap:
      return PoolError::kGasLimit;
    case chain::TxnRejection::kIntrinsicGas:
    case chain::TxnRejection::kFloorGas:
      return PoolError::kIntrinsicGas;
    case chain::TxnRejection::kInitCodeTooLarge:
      return PoolError::kInitCodeTooLarge;
    case chain::TxnRejection::kTipAboveFeeCap:
      return PoolError::kTipAboveFee;
    case chain::TxnRejection::kFeeCapBelowBaseFee:
      return PoolError::kFeeBelowBase;
    case chain::TxnRejection::kNonceTooLow:
      return PoolError::kNonceTooLow;
    case chain::TxnRejection::kNonceTooHigh:
      return PoolError::kNonceGap;
    case chain::TxnRejection::kNonceMax:
      return PoolError::kNonceOverflow;
    case chain::TxnRejection::kSenderHasCode:
      return PoolError::kSenderHasCode;
    case chain::TxnRejection::kInsufficientFunds:
      return PoolError::kInsufficientFunds;
    case chain::TxnRejection::kCreateNotAllowed:
      return PoolError::kNoDestination;
    case chain::TxnRejection::kNoAuthorizations:
      return PoolError::kEmptyAuthorizations;
  }
  return PoolError::kForbiddenType;
}

PoolError to_error(chain::SpaceRefusal refusal) {
  switch (refusal) {
    case chain::SpaceRefusal::kStranger:
      return PoolError::kStranger;
    case chain::SpaceRefusal::kSuspended:
      return PoolError::kSuspended;
    case chain::SpaceRefusal::kMayNotSend:
      return PoolError::kMayNotSend;
    case chain::SpaceRefusal::kMayNotDeploy:
      return PoolError::kMayNotDeploy;
    case chain::SpaceRefusal::kQuota:
      return PoolError::kQuota;
  }
  return PoolError::kStranger;
}

template <class R>
Result<void, PoolError> checked(const R& result) {
  if (!result.has_value()) return fail(to_error(result.error()));
  return {};
}

/// EIP-7702: 0xef0100 and an address; such an account may still send (EIP-3607).
bool is_designator(ByteView code) {
  constexpr std::array<std::uint8_t, 3> kPrefix{0xef, 0x01, 0x00};
  return code.size() == kPrefix.size() + Address::kSize &&
         equal(code.first(kPrefix.size()), kPrefix);
}

chain::SenderState sender_state(const state::StateView& state, const Address& sender) {
  chain::SenderState out;
  const auto account = state.account(sender);
  if (!account) return out;
  out.nonce = account->nonce;
  out.balance = account->balance;
  out.has_code = account->code_hash != state::kEmptyCodeHash &&
                 !is_designator(*state.code(account->code_hash));
  return out;
}

bool bids_more(const chain::Transaction& txn, const chain::Transaction& held) {
  const auto enough = [](const uint256& bid, const uint256& old) {
    return bid >= old + old / uint256{kBumpDivisor} && bid > old;
  };
  return enough(txn.max_fee_per_gas, held.max_fee_per_gas) &&
         enough(txn.max_priority_fee_per_gas, held.max_priority_fee_per_gas);
}

}  // namespace

Pool::Pool(chain::GenesisConfig config, PoolLimits limits)
    : config_(std::move(config)), limits_(limits) {}

Result<AdmittedTxn, PoolError> Pool::admit(chain::TxnPtr txn, const PoolHead& head,
                                           UnixMillis now) {
  if (by_hash_.contains(txn->hash())) return fail(PoolError::kAlreadyKnown);
  TRY_VOID(check_form(*txn, head));
  chain::SenderState sender = sender_state(head.state, txn->sender());
  TRY_VOID(check_place(*txn, sender.nonce, now));
  // The nonce is judged above, where waiting behind a gap is allowed.
  sender.nonce = txn->txn().nonce;
  TRY_VOID(checked(chain::validate_sender(txn->txn(), sender)));
  const chain::GovernanceView governance{head.state};
  const auto organisation = chain::check_permission(governance, *txn);
  TRY_VOID(checked(organisation));
  chain::BlockSpace empty_block{governance, head.gas_limit};
  TRY_VOID(checked(empty_block.check(*txn)));
  Entry entry{txn, *organisation, arrivals_, now, chain::encode(txn->txn()).size()};
  if (entry.bytes > limits_.txn_bytes_max) return fail(PoolError::kTooLarge);
  if (const Entry* replaced = held(txn->sender(), txn->txn().nonce)) {
    // In its place in line: replacing costs no turn and gains none.
    entry.arrival = replaced->arrival;
    erase(txn->sender(), txn->txn().nonce);
  } else {
    TRY_VOID(make_room(entry, now));
    ++arrivals_;
  }
  insert(std::move(entry));
  return AdmittedTxn{std::move(txn)};
}

Result<void, PoolError> Pool::check_form(const chain::RecoveredTxn& txn,
                                         const PoolHead& head) const {
  const chain::Transaction& t = txn.txn();
  // Blobs have no way here: this ledger has no data layer to carry them.
  if (t.type == chain::TxnType::kBlob) return fail(PoolError::kForbiddenType);
  if (!t.chain_id) return fail(PoolError::kUnprotected);
  TRY_VOID(checked(chain::validate_stateless(t, config_.chain_id, head.rules.revision)));
  chain::BlockRoom room;
  room.base_fee = head.base_fee;
  room.gas_left = head.gas_limit;
  return checked(chain::validate_in_block(t, room));
}

Result<void, PoolError> Pool::check_place(const chain::RecoveredTxn& txn, Nonce state_nonce,
                                          UnixMillis now) const {
  const Nonce nonce = txn.txn().nonce;
  if (nonce < state_nonce) return fail(PoolError::kNonceTooLow);
  if (nonce.raw() - state_nonce.raw() >= limits_.nonce_gap_max) return fail(PoolError::kNonceGap);
  const Entry* replaced = held(txn.sender(), nonce);
  if (replaced == nullptr) return {};
  if (!config_.zero_base_fee) {
    if (!bids_more(txn.txn(), replaced->txn->txn())) return fail(PoolError::kUnderpriced);
  } else if (now - replaced->admitted_at < kReplacementInterval) {
    return fail(PoolError::kReplacedTooSoon);
  }
  return {};
}

Result<void, PoolError> Pool::make_room(const Entry& entry, UnixMillis now) {
  const auto queue = senders_.find(entry.txn->sender());
  if (queue != senders_.end() && queue->second.size() >= limits_.txns_per_sender_max) {
    return fail(PoolError::kSenderFull);
  }
  const auto share = per_organisation_.find(entry.organisation);
  if (share != per_organisation_.end() && share->second >= limits_.txns_per_organisation_max) {
    return fail(PoolError::kOrganisationFull);
  }
  if (by_hash_.size() < limits_.txns_max && bytes_ + entry.bytes <= limits_.bytes_max) return {};
  // Full: the organisation that holds most gives up its oldest tail, if that had its time.
  const Entry* victim = nullptr;
  for (const auto& [sender, held_queue] : senders_) {
    const Entry& tail = held_queue.rbegin()->second;
    if (now - tail.admitted_at < limits_.age_min_for_eviction) continue;
    const auto rank = [this](const Entry& e) {
      return std::pair{per_organisation_.at(e.organisation), ~e.arrival};
    };
    if (victim == nullptr || rank(tail) > rank(*victim)) victim = &tail;
  }
  if (victim == nullptr) return fail(PoolError::kPoolFull);
  if (bytes_ - victim->bytes + entry.bytes > limits_.bytes_max) return fail(PoolError::kPoolFull);
  const Address sender = victim->txn->sender();
  erase(sender, victim->txn->txn().nonce);
  return {};
}

const Pool::Entry* Pool::held(const Address& sender, Nonce nonce) const {
  const auto queue = senders_.find(sender);
  if (queue == senders_.end()) return nullptr;
  const auto at = queue->second.find(nonce);
  return at == queue->second.end() ? nullptr : &at->second;
}

void Pool::insert(Entry entry) {
  const Address sender = entry.txn->sender();
  const Nonce nonce = entry.txn->txn().nonce;
  by_hash_.emplace(entry.txn->hash(), std::pair{sender, nonce});
  ++per_organisation_[entry.organisation];
  bytes_ += entry.bytes;
  senders_[sender].insert_or_assign(nonce, std::move(entry));
}

void Pool::erase(const Address& sender, Nonce nonce) {
  const auto queue = senders_.find(sender);
  if (queue == senders_.end()) return;
  const auto at = queue->second.find(nonce);
  if (at == queue->second.end()) return;
  const Entry& entry = at->second;
  by_hash_.erase(entry.txn->hash());
  bytes_ -= entry.bytes;
  const auto share = per_organisation_.find(entry.organisation);
  if (--share->second == 0) per_organisation_.erase(share);
  queue->second.erase(at);
  if (queue->second.empty()) senders_.erase(queue);
}

void Pool::drop(const TxnHash& hash) {
  const auto at = by_hash_.find(hash);
  if (at == by_hash_.end()) return;
  const auto [sender, nonce] = at->second;
  erase(sender, nonce);
}

void Pool::drop_used(const Address& sender, const state::StateView& state) {
  const auto account = state.account(sender);
  if (!account) return;
  for (auto queue = senders_.find(sender); queue != senders_.end(); queue = senders_.find(sender)) {
    const Nonce first = queue->second.begin()->first;
    if (first >= account->nonce) return;
    erase(sender, first);
  }
}

void Pool::on_head(const state::StateView& state, const std::vector<TxnHash>& committed) {
  bool all_known = true;
  std::set<Address> touched;
  for (const TxnHash& hash : committed) {
    const auto at = by_hash_.find(hash);
    all_known = all_known && at != by_hash_.end();
    if (at != by_hash_.end()) touched.insert(at->second.first);
  }
  if (!all_known) {
    // Another node's transaction may have used the nonce of one that waits here.
    for (const auto& [sender, queue] : senders_) touched.insert(sender);
  }
  for (const Address& sender : touched) drop_used(sender, state);
}

}  // namespace datapact::txpool

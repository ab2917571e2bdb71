// The engine's time: when a proposal is due, when a round has failed, who proposes next
// (QBFT.md sections 6, 8 and 15, "Timers" and "Quiet chains").
#include "base/assert.hpp"
#include "base/quantity.hpp"
#include "base/types.hpp"
#include "consensus/effects.hpp"
#include "consensus/engine.hpp"
#include "consensus/events.hpp"
#include "consensus/justification.hpp"
#include "consensus/messages.hpp"
#include "consensus/params.hpp"
#include "consensus/plants.hpp"
#include "consensus/unsigned_vote.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::consensus {

void Engine::begin_height(const HeadChanged& head) {
  // Not before the first head, and not for one that was skipped to.
  if (head.height == at_.height && !at_.validators.empty()) {
    const Address leader = at_.proposer(Round{});
    leaders_.turn_ended(leader, head.coinbase == leader);
    // A height that was fetched says nothing about who is silent.
    if (finished_) leaders_.height_ended(at_.validators);
  }
  const bool keeps_set = is_planted(Plant::kOldValidators) && !at_.validators.empty();
  at_ = HeightContext{next(head.height), head.hash, head.coinbase,
                      keeps_set ? at_.validators : head.validators};
  parent_time_ = head.time;
  round_ = Round{};
  has_work_ = head.has_work;
  due_ = false;
  finished_ = false;
  rounds_.clear();
  round_changes_ = {};
  positions_.clear();
  is_timed_ = false;
  own_votes_.clear();
  prepared_.reset();
  verdicts_.clear();
  building_.reset();
  leaders_.keep_only(at_.validators);
  clock_.keep_only(at_.validators);
  judge_clock();
  schedule_proposal(parent_time_ + timing_.block_period);
}

/// Wakes at `earliest` when there is work, else at the end of the empty period, unless work
/// arrives.
void Engine::schedule_proposal(UnixMillis earliest) {
  const auto due =
      has_work_ ? earliest : std::max(earliest, parent_time_ + timing_.empty_block_period);
  const auto delay = std::max(due - now_, std::chrono::milliseconds{0});
  effects_.emplace_back(StartTimer{TimerKind::kBlock, at_.height, Round{}, delay});
}

void Engine::become_due() {
  due_ = true;
  arm_round_timers();
  try_propose(Round{});
  give_up_doubtful_leader();
}

/// QBFT.md section 13.5: nobody waits a time-out for a proposer who is known to be away.
void Engine::give_up_doubtful_leader() {
  if (!due_ || finished_ || round_ > Round{}) return;
  const Address leader = at_.proposer(Round{});
  if (leader == self_ || !leaders_.is_doubtful(leader)) return;
  if (const auto first = rounds_.find(Round{}); first != rounds_.end() && first->second.accepted) {
    return;
  }
  enter_round(Round{1});
  ask_for_round(round_);
}

void Engine::on(const TimerFired& event) {
  if (event.height != at_.height || finished_) return;
  switch (event.kind) {
    case TimerKind::kBlock:
      if (!due_) become_due();
      return;
    case TimerKind::kRound:
      if (!due_ || event.round != round_) return;
      if (round_ == kRoundMax) return arm_round_timers();
      enter_round(next(round_));
      ask_for_round(round_);
      seek_proposal(Need::kNew);
      return;
    case TimerKind::kResend:
      if (!due_ || event.round != round_) return;
      resend_own_votes();
      seek_proposal(Need::kOverdue);
      effects_.emplace_back(
          StartTimer{TimerKind::kResend, at_.height, round_, resend_period(timing_, round_)});
      return;
  }
}

void Engine::arm_round_timers() {
  is_timed_ = false;
  arm_round_timer();
  effects_.emplace_back(
      StartTimer{TimerKind::kResend, at_.height, round_, resend_period(timing_, round_)});
}

/// The time-out of a later round runs once a quorum has reached the round, as in PBFT: who is ahead
/// waits for the others. Time-outs are capped, so that otherwise two groups a round apart would
/// stay so for ever (docs/adr/0008-joined-rounds.md).
void Engine::arm_round_timer() {
  if (is_timed_ || !is_joined()) return;
  is_timed_ = true;
  if (round_ > Round{} && is_planted(Plant::kNoRoundTimer)) return;
  effects_.emplace_back(
      StartTimer{TimerKind::kRound, at_.height, round_, round_timeout(timing_, round_)});
}

bool Engine::is_joined() const {
  if (round_ == Round{} || is_planted(Plant::kHastyRounds)) return true;
  const auto count =
      std::ranges::count_if(positions_, [this](const auto& at) { return at.second >= round_; });
  return static_cast<std::size_t>(count) >= at_.quorum();
}

void Engine::note_position(const Address& validator, Round round) {
  auto& position = positions_[validator];
  position = std::max(position, round);
  if (due_) arm_round_timer();
}

void Engine::enter_round(Round round) {
  round_ = round;
  due_ = true;
  building_.reset();
  forget_old_rounds();
  arm_round_timers();
}

/// Rounds hold blocks and their executions: only the last few are kept. Who misses a quorum of
/// commits for an older one fetches the block.
void Engine::forget_old_rounds() {
  std::erase_if(rounds_, [this](const auto& entry) {
    return entry.first.raw() + kRoundsBehindMax < round_.raw();
  });
  std::erase_if(verdicts_, [this](const auto& verdict) {
    const bool is_needed = std::ranges::any_of(rounds_, [&](const auto& entry) {
      return entry.second.accepted && entry.second.accepted->block_hash == verdict.first;
    });
    if (!is_needed) effects_.emplace_back(ForgetBlock{verdict.first});
    return !is_needed;
  });
}

/// R6: says which round we want and what we are bound to.
void Engine::ask_for_round(Round round) {
  RoundChangeDraft draft{{at_.height, round, std::nullopt}, nullptr, {}};
  if (prepared_) {
    draft.payload.prepared = prepared_->point;
    draft.block = prepared_->block;
    draft.prepares = prepared_->prepares;
  }
  cast(CastVote{std::move(draft), std::nullopt, {}});
}

/// R7b: f + 1 validators want to move on, so at least one honest one does.
void Engine::try_catch_up() {
  if (is_planted(Plant::kNoCatchUp)) return;
  const auto wanted = round_changes_.smallest_above(round_, at_.catch_up_quorum());
  if (!wanted) return;
  enter_round(*wanted);
  ask_for_round(*wanted);
  seek_proposal(Need::kNew);
}

/// R1 and R7a: proposes when it is our turn and the round is justified.
void Engine::try_propose(Round round) {
  if (finished_ || round < round_ || at_.proposer(round) != self_ || !is_validator()) return;
  if (has_cast(round, MessageCode::kProposal)) return;
  if (building_ && building_->first == round) return;
  const auto wishes = round_changes_.for_round(round);
  if (round > Round{} && wishes.size() < at_.quorum()) return;
  if (round > round_) enter_round(round);
  start_proposal(round, wishes);
}

void Engine::start_proposal(Round round, const std::vector<RoundChange>& round_changes) {
  Justified justified;
  const RoundChange* highest = nullptr;
  Round highest_round{};
  for (const auto& message : round_changes) {
    justified.round_changes.push_back(message.vote);
    const auto& prepared = message.vote.payload().prepared;
    if (!prepared || is_planted(Plant::kIgnorePrepared)) continue;
    if (highest == nullptr ||
        (highest_round < prepared->round) != is_planted(Plant::kLowestPrepared)) {
      highest = &message;
      highest_round = prepared->round;
    }
  }
  if (highest != nullptr) {
    justified.prepares = highest->prepares;
    return propose(round, *highest->block, std::move(justified));
  }
  building_.emplace(round, std::move(justified));
  effects_.emplace_back(BuildProposal{at_.height, round});
}

void Engine::on(const ProposalBuilt& event) {
  if (event.height != at_.height || finished_) return;
  has_work_ = event.has_work;
  if (event.round != round_ || !building_ || building_->first != event.round) return;
  auto justified = std::move(building_->second);
  building_.reset();
  const bool is_empty = event.block->transactions.empty();
  const bool may_wait = round_ == Round{} || is_planted(Plant::kEmptyWithheld);
  if (is_empty && may_wait && now_ < parent_time_ + timing_.empty_block_period) {
    // Nothing of the work was fit for a block: this height is quiet again.
    due_ = false;
    return schedule_proposal(now_ + timing_.block_period);
  }
  verdicts_.insert_or_assign(event.hash, Verdict::kValid);
  propose(event.round, *event.block, std::move(justified));
}

/// Stamps the block with the round; coinbase and H_chain stay.
void Engine::propose(Round round, const chain::Block& block, Justified justified) {
  auto stamped = std::make_shared<chain::Block>(block);
  const auto header = chain::with_seals(block.header, round, {});
  INVARIANT(header.has_value());
  stamped->header = *header;
  const auto digest =
      chain::seal_hash(stamped->header, is_planted(Plant::kSealWithoutRound) ? Round{} : round);
  INVARIANT(digest.has_value());
  cast(CastVote{ProposalDraft{{at_.height, round, *digest},
                              std::move(stamped),
                              std::move(justified.round_changes),
                              std::move(justified.prepares)},
                std::nullopt,
                {}});
}

/// What a peer needs from us to follow the current round.
void Engine::resend_own_votes() {
  if (finished_ || is_planted(Plant::kNoResend)) return;
  for (const auto& [key, own] : own_votes_) {
    if (key.first == round_ && own.message) effects_.emplace_back(Resend{*own.message});
  }
}

}  // namespace datapact::consensus

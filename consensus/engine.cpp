#include "consensus/engine.hpp"

#include "base/quantity.hpp"
#include "base/types.hpp"
#include "consensus/clock_watch.hpp"
#include "consensus/effects.hpp"
#include "consensus/events.hpp"
#include "consensus/future_buffer.hpp"
#include "consensus/journal_entry.hpp"
#include "consensus/justification.hpp"
#include "consensus/messages.hpp"
#include "consensus/params.hpp"
#include "consensus/plants.hpp"
#include "consensus/round_state.hpp"
#include "consensus/unsigned_vote.hpp"
#include "consensus/vote_set.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::consensus {

Engine::Engine(const Timing& timing, const Address& self, std::vector<RememberedVote> remembered)
    : timing_(timing), self_(self), remembered_(std::move(remembered)) {
  for (const auto& vote : remembered_) {
    voted_height_ = std::max(voted_height_, height_of(vote.message));
  }
}

std::vector<Effect> Engine::step(const Event& event, UnixMillis now) {
  now_ = now;
  effects_.clear();
  // Before the first head there is nothing to decide.
  if (at_.height == Height{} && !std::holds_alternative<HeadChanged>(event)) return {};
  std::visit([this](const auto& e) { on(e); }, event);
  return std::move(effects_);
}

void Engine::on(const HeadChanged& event) {
  // A head that was fetched while its height was decided here is told twice.
  if (next(event.height) <= at_.height) return;
  begin_height(event);
  restore();
  // A message may finish nothing but this height: no recursion into the next one.
  for (const auto& waiting : future_.take(at_.height)) on(waiting);
}

void Engine::on(const WorkArrived&) {
  if (std::exchange(has_work_, true) || due_) return;
  const auto earliest = parent_time_ + timing_.block_period;
  if (now_ >= earliest) {
    become_due();
  } else {
    schedule_proposal(earliest);
  }
}

void Engine::on(const MessageReceived& event) {
  const Height height = height_of(event.message);
  leaders_.heard(author_of(event.message));
  if (height < at_.height) return;
  if (author_of(event.message) == self_) return judge_own(event.message);
  const bool is_validator = at_.is_validator(author_of(event.message));
  if (height > at_.height) {
    if (height.raw() - at_.height.raw() > kHeightsAheadMax) return;
    // The set may change until then: a stranger of today is no offender.
    future_.add(event,
                is_validator ? FutureBuffer::Author::kValidator : FutureBuffer::Author::kStranger);
    return;
  }
  if (!is_validator) return reject(event.message, "not by a validator");
  deliver(event.message);
}

/// An echo of our own vote is harmless; a vote by our key that the journal does not hold is another
/// process's, whatever its height.
void Engine::judge_own(const Message& message) {
  const auto is_same = [&](const RememberedVote& vote) {
    return height_of(vote.message) == height_of(message) &&
           round_of(vote.message) == round_of(message) &&
           code_of(vote.message) == code_of(message) &&
           digest_of(vote.message) == digest_of(message);
  };
  if (std::ranges::any_of(remembered_, is_same)) return;
  if (height_of(message) == at_.height) {
    const auto own = own_votes_.find({round_of(message), code_of(message)});
    if (own != own_votes_.end() && own->second.digest == digest_of(message)) return;
  }
  if (std::exchange(stopped_, true)) return;
  effects_.emplace_back(StoppedSigning{message});
}

void Engine::on(const OwnVoteStored& event) {
  if (height_of(event.message) != at_.height) return;
  const auto own = own_votes_.find({round_of(event.message), code_of(event.message)});
  if (own == own_votes_.end()) return;
  own->second.message = event.message;
  deliver(event.message);
}

void Engine::on(const BlockExecuted& event) {
  const auto verdict = verdicts_.find(event.hash);
  if (verdict == verdicts_.end() || verdict->second != Verdict::kExecuting) return;
  verdict->second = event.valid ? Verdict::kValid : Verdict::kInvalid;
  for (const auto& [round, state] : rounds_) {
    if (state.accepted && state.accepted->block_hash == event.hash) advance(round);
  }
}

void Engine::deliver(const Message& message) {
  if (finished_) return;
  std::visit([this](const auto& m) { on_vote(m); }, message);
}

bool Engine::is_within_window(Round round) const {
  return round.raw() <= round_.raw() + kRoundsAheadMax && round <= kRoundMax &&
         round.raw() + kRoundsBehindMax >= round_.raw();
}

void Engine::reject(const Message& message, std::string_view reason) {
  effects_.emplace_back(RejectedMessage{author_of(message), code_of(message), reason});
}

void Engine::report(const Message& first, const Message& second) {
  const auto* proof = double_votes_.add(first, second);
  if (proof != nullptr) effects_.emplace_back(ReportDoubleVote{*proof});
}

template <class V>
void Engine::note_conflict(Added added, const V* held, const V& got) {
  if (added == Added::kConflict && held != nullptr) report(Message{*held}, Message{got});
}

void Engine::on_vote(const Proposal& message) {
  const Round round = message.vote.payload().round;
  if (round < round_ || round > kRoundMax) return;
  const auto state = rounds_.find(round);
  const auto* const held = state == rounds_.end() ? nullptr : &state->second;
  if (held != nullptr && held->bare) report(Message{*held->bare}, Message{message});
  if (held != nullptr && held->accepted) {
    report(Message{held->accepted->proposal}, Message{message});
    if (!is_planted(Plant::kSecondProposal)) return;
  }
  if (is_planted(Plant::kRefuseReproposal) && !message.prepares.empty()) return;
  if (const auto check = check_proposal(message, at_); !check.has_value()) {
    return reject(message, to_string(check.error()));
  }
  const auto& header = message.block->header;
  // Only a fresh block is held against our clock: a prepared one was judged by a quorum.
  if (message.prepares.empty() &&
      chain::time_of(header, chain::Profile::kConsortium) > now_ + kClockDriftMax) {
    return reject(message, "its time is too far ahead of this node's clock");
  }
  const auto hash = chain::chain_hash(header);
  if (!hash.has_value()) return reject(message, chain::to_string(hash.error()));
  accept(message, *hash);
}

void Engine::accept(const Proposal& message, const BlockHash& hash) {
  const Round round = message.vote.payload().round;
  for (const auto& wish : message.round_changes) note_position(wish.author(), round);
  // A justified proposal of a later round moves us there (Besu's reading of R2).
  if (round > round_) {
    enter_round(round);
  } else if (!due_) {
    // The proposer saw work that has not reached us: its round runs here, too.
    due_ = true;
    arm_round_timers();
  }
  auto& state = rounds_[round];
  state.accepted = AcceptedProposal{message, hash};
  request_execution(*state.accepted);
  advance(round);
}

void Engine::request_execution(const AcceptedProposal& accepted) {
  const auto [at, unknown] = verdicts_.try_emplace(accepted.block_hash, Verdict::kExecuting);
  if (unknown) effects_.emplace_back(ExecuteBlock{accepted.block_hash, accepted.proposal.block});
}

void Engine::on_vote(const Prepare& message) {
  const Round round = message.payload().round;
  if (!is_within_window(round)) return;
  note_position(message.author(), round);
  auto& votes = rounds_[round].prepares;
  const Added added = votes.add(message);
  note_conflict(added, votes.by(message.author()), message);
  advance(round);
  if (added == Added::kNew && round == round_) seek_proposal(Need::kNew);
}

void Engine::on_vote(const Commit& message) {
  const Round round = message.payload().round;
  if (!is_within_window(round)) return;
  note_position(message.author(), round);
  auto& votes = rounds_[round].commits;
  const Added added = votes.add(message);
  note_conflict(added, votes.by(message.author()), message);
  advance(round);
  if (added == Added::kNew && round == round_) seek_proposal(Need::kNew);
}

void Engine::on_vote(const RoundChange& message) {
  if (const auto check = check_round_change(message, at_); !check.has_value()) {
    return reject(message, to_string(check.error()));
  }
  const Added added = round_changes_.add(message);
  note_conflict(added, round_changes_.by(message.vote.author()), message);
  note_position(message.vote.author(), message.vote.payload().round);
  try_catch_up();
  try_propose(message.vote.payload().round);
}

/// Nothing is accepted by its header alone. It is its author's signature: two of them, for one
/// round, prove that he is faulty, whichever of the blocks came whole.
void Engine::on_vote(const BareProposal& message) {
  const Round round = message.vote.payload().round;
  if (!is_within_window(round) || at_.proposer(round) != message.vote.author()) return;
  auto& state = rounds_[round];
  if (state.accepted) report(Message{state.accepted->proposal}, Message{message});
  if (state.bare) return report(Message{*state.bare}, Message{message});
  state.bare = BareProposal{message.vote, {}, {}, {}};
}

/// Nobody but a faulty validator votes for what it has not seen: of f + 1 one can show it.
void Engine::seek_proposal(Need need) {
  if (finished_ || is_planted(Plant::kNoProposalFetch)) return;
  const auto found = rounds_.find(round_);
  if (found == rounds_.end() || found->second.accepted) return;
  auto backing = found->second.most_backed();
  if (!backing) return;
  backing->authors.erase(self_);
  if (backing->authors.size() < at_.catch_up_quorum()) return;
  effects_.emplace_back(ProposalMissing{at_.height,
                                        round_,
                                        backing->digest,
                                        {backing->authors.begin(), backing->authors.end()},
                                        need == Need::kOverdue});
}

/// Takes every step that the votes of `round` allow. The block is executed before anything is said
/// about it: roots are part of the digest (QBFT.md section 7, second trap).
void Engine::advance(Round round) {
  if (finished_) return;
  const auto found = rounds_.find(round);
  if (found == rounds_.end()) return;
  const auto& state = found->second;
  if (!state.accepted) return;
  const auto& accepted = *state.accepted;
  if (is_planted(Plant::kPrepareUnexecuted) && round == round_) try_prepare(round, accepted);
  if (verdicts_.at(accepted.block_hash) != Verdict::kValid) return;
  if (round == round_) try_prepare(round, accepted);
  if (round == round_ || is_planted(Plant::kVoteInOldRound)) try_commit_vote(round, accepted);
  // Commits of an earlier round are as final as those of this one.
  try_finish(round, accepted);
}

void Engine::try_prepare(Round round, const AcceptedProposal& accepted) {
  if (has_cast(round, MessageCode::kPrepare)) return;
  CastVote vote{PreparePayload{at_.height, round, accepted.digest()}, std::nullopt, {}};
  // Our own proposal is in the journal already.
  if (accepted.proposal.vote.author() != self_) vote.proposal = accepted.proposal;
  cast(std::move(vote));
}

void Engine::try_commit_vote(Round round, const AcceptedProposal& accepted) {
  const auto& prepares = rounds_.at(round).prepares;
  const bool is_prepared = prepares.count(accepted.digest()) >= at_.quorum();
  if (!is_prepared && !is_planted(Plant::kCommitUnprepared)) return;
  if (has_cast(round, MessageCode::kCommit)) return;
  prepared_ = PreparedCertificate{
      {round, accepted.digest()}, accepted.proposal.block, prepares.matching(accepted.digest())};
  cast(CastVote{CommitDraft{at_.height, round, accepted.digest()}, std::nullopt,
                prepared_->prepares});
  effects_.emplace_back(BlockPrepared{accepted.block_hash});
}

void Engine::try_finish(Round round, const AcceptedProposal& accepted) {
  const auto commits = rounds_.at(round).commits.matching(accepted.digest());
  if (commits.size() < at_.quorum()) return;
  finished_ = true;
  std::vector<crypto::Signature> seals;
  seals.reserve(commits.size());
  for (const auto& commit : commits) seals.push_back(commit.payload().seal);
  effects_.emplace_back(CommitBlock{accepted.block_hash, round, std::move(seals), at_.validators});
}

/// Never a second digest for one (height, round, code), whatever led here.
void Engine::cast(CastVote vote) {
  if (stopped_ || !is_validator()) return;
  if (clock_level_ == ClockLevel::kWrong || at_.height < voted_height_) return;
  const VotePoint point = point_of(vote.vote);
  const auto [at, fresh] =
      own_votes_.try_emplace({point.round, point.code}, OwnVote{point.digest, std::nullopt});
  if (fresh) effects_.emplace_back(std::move(vote));
}

}  // namespace datapact::consensus

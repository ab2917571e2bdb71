#include "node/core_loop.hpp"

#include "base/assert.hpp"
#include "base/hex.hpp"
#include "base/log.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/clock_watch.hpp"
#include "consensus/effects.hpp"
#include "consensus/events.hpp"
#include "consensus/journal_entry.hpp"
#include "consensus/messages.hpp"
#include "consensus/params.hpp"
#include "consensus/plants.hpp"
#include "consensus/proposal_body.hpp"
#include "consensus/unsigned_vote.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/store/vote_journal.hpp"
#include "ledger/txpool/pool.hpp"
#include "node/core_event.hpp"
#include "node/core_status.hpp"
#include "node/head_snapshot.hpp"
#include "node/ports.hpp"
#include "node/vote_guard.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::node {
namespace {

/// In the journal, at a height that is never forgotten: this validator signs no more.
/// On disk: never renumber.
constexpr std::uint8_t kStopRecord = 1;
constexpr Height kStopRecordHeight{std::numeric_limits<std::uint64_t>::max()};

consensus::Domain domain_of(const chain::Genesis& genesis) {
  return {genesis.config.chain_id, genesis.hash};
}

/// Behind by more than this the engine rests; below, it keeps the messages of those heights.
constexpr std::uint64_t kFarBehind = 8;
static_assert(kFarBehind <= consensus::kHeightsAheadMax);

/// Of the pool, next for a block: what is offered again at once to those that lack it.
constexpr std::size_t kRepeatedTxnsMax = 256;

consensus::JournalEntry to_entry(const store::VoteRecord& record) {
  return {record.height, record.round, static_cast<consensus::MessageCode>(record.kind),
          record.digest, record.payload};
}

store::VoteRecord to_record(consensus::JournalEntry entry) {
  return {entry.height, entry.round, static_cast<std::uint8_t>(entry.code), entry.digest,
          std::move(entry.payload)};
}

/// Whose session an event is about, or nothing.
std::optional<Address> session_of(const consensus::Event& event) {
  if (const auto* up = std::get_if<consensus::PeerConnected>(&event)) return up->validator;
  if (const auto* down = std::get_if<consensus::PeerDisconnected>(&event)) return down->validator;
  return std::nullopt;
}

/// Whether only the newer of two events still says anything.
bool replaces(const consensus::Event& newer, const consensus::Event& older) {
  const auto* timer = std::get_if<consensus::TimerFired>(&newer);
  const auto* old_timer = std::get_if<consensus::TimerFired>(&older);
  if (timer != nullptr && old_timer != nullptr) return timer->kind == old_timer->kind;
  const auto session = session_of(newer);
  return session && session == session_of(older);
}

/// Of a head whose child this node has no rules for.
std::string why_stopped(const HeadSnapshot& head) {
  return "height " + std::to_string(next(head.head->height).raw()) +
         " has rules that this node lacks: " + to_string(head.next_rules.error()) +
         "; the chain up to here is kept: install a version that has them (docs/operating.md)";
}

Round round_of(const chain::FinalBlock& block) {
  const auto extra = chain::decode_extra(block.sealed_header().extra_data);
  INVARIANT(extra.has_value());
  return extra->round;
}

}  // namespace

Result<std::unique_ptr<CoreLoop>, std::string> CoreLoop::open(const CorePorts& ports,
                                                              const txpool::PoolLimits& limits) {
  const Height next_height = next(ports.ledger.head()->height);
  VoteGuard guard;
  std::vector<consensus::RememberedVote> remembered;
  bool is_silenced = false;
  for (const auto& record : ports.journal.records()) {
    if (record.kind == kStopRecord) {
      is_silenced = true;
      continue;
    }
    const auto entry = to_entry(record);
    guard.remember({entry.height, entry.round, entry.code, entry.digest});
    if (record.height < next_height) continue;
    auto vote = consensus::decode_entry(entry, domain_of(ports.genesis));
    if (!vote.has_value()) {
      return fail("vote journal: the record of height " + std::to_string(record.height.raw()) +
                  " round " + std::to_string(record.round.raw()) +
                  " does not decode: " + std::string(to_string(vote.error())));
    }
    if (author_of(vote->message) != ports.signer.address()) {
      return fail("vote journal: holds votes by " + to_hex0x(author_of(vote->message)) +
                  ", but the configured key is " + to_hex0x(ports.signer.address()));
    }
    remembered.push_back(std::move(*vote));
  }
  std::unique_ptr<CoreLoop> loop(
      new CoreLoop(ports, limits, std::move(remembered), std::move(guard)));
  if (!loop->current_->next_rules.has_value()) return fail(why_stopped(*loop->current_));
  if (is_silenced) {
    log::error("consensus",
               "this validator's key was seen in use by another process: this node votes no more "
               "(docs/formats/vote-journal.md)");
    loop->engine_.silence();
  }
  return loop;
}

CoreLoop::CoreLoop(const CorePorts& ports, const txpool::PoolLimits& limits,
                   std::vector<consensus::RememberedVote> remembered, VoteGuard guard)
    : ports_(ports),
      domain_(domain_of(ports.genesis)),
      engine_(consensus::timing_of(ports.genesis.config.qbft), ports.signer.address(),
              std::move(remembered)),
      guard_(std::move(guard)),
      pool_(ports.genesis.config, limits),
      sync_(ports.network, {}) {
  publish_head();
}

void CoreLoop::begin(UnixMillis now) {
  now_ = now;
  sync_.head_is(current_->head->height, current_->head->hash, now_);
  tell_head();
  drain();
  advance_sync();
}

void CoreLoop::handle(CoreEvent event, UnixMillis now) {
  now_ = now;
  std::visit([this](auto& e) { on(e); }, event);
  drain();
  advance_sync();
  if (std::exchange(resent_, false)) help_peers();
}

void CoreLoop::drain() {
  // Ends: each own vote and each height produces finitely many events without a new timer.
  while (!pending_.empty() && !failure_) {
    const auto event = std::move(pending_.front());
    pending_.pop_front();
    for (const auto& effect : engine_.step(event, now_)) {
      if (failure_) return;
      std::visit([this](const auto& e) { perform(e); }, effect);
    }
  }
}

void CoreLoop::on(TxnSubmitted& event) {
  auto admitted = pool_.admit(event.txn, pool_head(), now_);
  if (!admitted.has_value()) {
    if (event.done) event.done(fail(admitted.error()));
    return;
  }
  ports_.tasks.remember_sender(*event.txn);
  // Gossiped before any timer starts for it (QBFT.md section 15, "Quiet chains").
  ports_.network.gossip(event.txn);
  if (event.done) event.done(admitted->hash());
  tell_work();
}

void CoreLoop::on(PeerMessage& event) {
  tell(consensus::MessageReceived{std::move(event.message), event.bytes});
}

void CoreLoop::on(PeerUp& event) {
  ports_.network.send_head(event.peer, own_head());
  tell(consensus::PeerConnected{event.validator});
  new_peer_ = event.peer;
  drain();
  new_peer_.reset();
  // These go to nobody else: the others have them.
  ports_.network.repeat_votes();
  repeat_txns();
}

void CoreLoop::on(PeerDown& event) {
  sync_.peer_gone(event.peer, now_);
  if (event.validator != Address{}) tell(consensus::PeerDisconnected{event.validator});
}

void CoreLoop::on(PeerHead& event) {
  const auto before = sync_.height_of(event.peer);
  sync_.peer_at(event.peer, event.head.height, now_);
  // Who says the same height twice has been left behind and may not know it.
  if (event.head.height < current_->head->height && before == event.head.height) {
    ports_.network.send_head(event.peer, own_head());
  }
}

void CoreLoop::on(BlocksArrived& event) {
  sync_.blocks_arrived(event.peer, event.id, std::move(event.blocks), now_);
}

void CoreLoop::on(RequestFailed& event) { sync_.request_failed(event.id, now_); }

void CoreLoop::on(TimerExpired& event) { tell(event.timer); }

void CoreLoop::on(SyncTimer&) {
  sync_wake_.reset();
  sync_.woken(now_);
}

void CoreLoop::on(ClockCompared& event) { tell(event.sample); }

void CoreLoop::on(BlockSynced& event) {
  if (event.is_last) sync_.run_finished();
  // Whoever sent what this node has no rules for did nothing wrong.
  if (failure_) return;
  // Consensus was faster.
  if (event.height <= current_->head->height) return;
  if (!event.result.has_value()) return sync_.refused(event.height, event.result.error(), now_);
  if (event.height != next(current_->head->height) || !commit(*event.result)) return;
  if (!is_far_behind_) tell_head();
}

void CoreLoop::on(BlockChecked& event) {
  if (event.result.has_value()) {
    executed_.insert_or_assign(event.hash, *event.result);
  } else {
    log::warning("executor", "invalid block " + to_hex0x(event.hash) + ": " +
                                 chain::to_string(event.result.error()));
  }
  tell(consensus::BlockExecuted{event.hash, event.result.has_value()});
}

void CoreLoop::on(PoolQuery& event) { event.ask(pool_, *current_); }

void CoreLoop::on(StatusQuery& event) { event.ask(status()); }

CoreStatus CoreLoop::status() const {
  CoreStatus out;
  out.engine = engine_.inspect();
  out.head = current_;
  out.network_height = network_height();
  out.self = ports_.signer.address();
  out.peers = ports_.network.peers();
  out.pool_txns = pool_.size();
  std::set<Address> authors;
  for (const auto& proof : engine_.double_votes()) authors.insert(proof.author);
  out.double_voters.assign(authors.begin(), authors.end());
  out.meter = meter_;
  out.unknown_step = unknown_step_;
  out.now = now_;
  return out;
}

/// The list of an own proposal's transactions, while its record is written.
void CoreLoop::send_ahead(const consensus::Message& message) {
  const auto* proposal = std::get_if<consensus::Proposal>(&message);
  if (proposal == nullptr || proposal->block->transactions.empty()) return;
  ports_.network.send_body(consensus::body_of(*proposal->block, round_of(message)));
}

/// Persist before speak: signed, journalled and synced, sent, and only then counted here.
void CoreLoop::perform(const consensus::CastVote& effect) {
  if (auto admitted = guard_.admit(point_of(effect.vote)); !admitted.has_value()) {
    return stop_for(admitted.error());
  }
  auto message = consensus::sign_vote(effect.vote, domain_, ports_.signer);
  if (!message.has_value()) return stop_for("signer: " + message.error().message);
  auto record = to_record(consensus::make_entry({*message, effect.proposal, effect.prepares}));
  send_ahead(*message);
  if (is_planted(consensus::Plant::kVoteBeforeSync)) ports_.network.broadcast(*message);
  if (auto stored = ports_.journal.append(record); !stored.has_value()) {
    return stop_for("vote journal: " + stored.error().message);
  }
  ports_.network.broadcast(*message);
  tell(consensus::OwnVoteStored{std::move(*message)});
}

void CoreLoop::perform(const consensus::Resend& effect) {
  if (new_peer_) return ports_.network.send_vote(*new_peer_, effect.message);
  ports_.network.resend(effect.message);
  resent_ = true;
}

void CoreLoop::perform(const consensus::StartTimer& effect) {
  ports_.timers.start({effect.kind, effect.height, effect.round}, effect.delay);
}

void CoreLoop::perform(const consensus::ExecuteBlock& effect) {
  ports_.tasks.check({current_, effect.hash, effect.block});
}

void CoreLoop::perform(const consensus::ForgetBlock& effect) { executed_.erase(effect.hash); }

void CoreLoop::perform(const consensus::ProposalMissing& effect) {
  ports_.network.request_proposal(effect);
}

void CoreLoop::perform(const consensus::CommitBlock& effect) {
  const auto kept = executed_.find(effect.hash);
  INVARIANT(kept != executed_.end());
  const auto block = chain::make_final(kept->second, effect.round, effect.seals, effect.validators);
  INVARIANT(block.has_value());
  if (commit(*block)) tell_head();
}

bool CoreLoop::commit(const chain::FinalBlock& block) {
  if (auto stored = ports_.ledger.commit(block); !stored.has_value()) {
    stop_for("ledger: " + stored.error().message);
    return false;
  }
  ports_.journal.forget_below(next(block.height()));
  executed_.clear();
  const auto parent_time = current_->time;
  publish_head();
  if (ahead_ && ahead_->parent->hash != block.hash()) ahead_.reset();
  meter_.count_block(block, round_of(block), current_->time - parent_time);
  pool_.on_head(*current_->view, block.executed().txn_hashes);
  if (on_final) on_final(block, current_);
  sync_.head_is(block.height(), block.hash(), now_);
  if (!is_far_behind_) ports_.network.announce(own_head());
  if (current_->next_rules.has_value()) return true;
  stop_for(why_stopped(*current_));
  return false;
}

void CoreLoop::advance_sync() {
  if (failure_) return;
  if (auto run = sync_.take_run(now_); !run.empty()) {
    ports_.tasks.sync({current_, std::move(run)});
  }
  const auto proven = sync_.highest_proven(current_->next_validators);
  const bool was_far_behind =
      std::exchange(is_far_behind_, proven.raw() > current_->head->height.raw() + kFarBehind);
  if (was_far_behind && !is_far_behind_) wake_engine();
  may_be_behind_ = !sync_.has_claims() || sync_.claimed_by_more_than(0) > current_->head->height;
  // Of the validators after what the engine may just have made final.
  const auto faulty = chain::faults_max(current_->next_validators.size());
  network_height_ = sync_.claimed_by_more_than(faulty).raw();
  const auto delay = sync_.wakes_in(now_);
  if (!delay || (sync_wake_ && *sync_wake_ <= now_ + *delay)) return;
  sync_wake_ = now_ + *delay;
  ports_.timers.start_sync(*delay);
}

void CoreLoop::help_peers() {
  ports_.network.repeat_votes();
  ports_.network.announce(own_head());
  repeat_txns();
}

void CoreLoop::repeat_txns() {
  const auto due = pool_.select(current_->head->header.gas_limit, *current_->view);
  const auto count = std::min(due.size(), kRepeatedTxnsMax);
  for (const auto& txn : std::span(due).first(count)) ports_.network.gossip(txn);
}

void CoreLoop::perform(const consensus::ReportDoubleVote& effect) const {
  const auto& proof = effect.proof;
  log::error("consensus", "validator " + to_hex0x(proof.author) + " signed two different " +
                              std::string(to_string(proof.code)) + "s at height " +
                              std::to_string(proof.height.raw()) + " round " +
                              std::to_string(proof.round.raw()) + ": " + to_hex0x(proof.proof));
  if (on_double_vote) on_double_vote(proof);
}

void CoreLoop::perform(const consensus::ClockJudged& effect) {
  const auto skew = "this node's clock is " + std::to_string(effect.ahead.count()) +
                    " ms ahead of the validators'";
  switch (effect.level) {
    case consensus::ClockLevel::kGood:
      return log::info("clock", skew);
    case consensus::ClockLevel::kSkewed:
      return log::warning("clock", skew);
    case consensus::ClockLevel::kWrong:
      return log::error("clock", skew + ": it votes no more until that is mended");
  }
}

void CoreLoop::perform(const consensus::StoppedSigning& effect) {
  log::error("consensus", "another process signs with this validator's key (height " +
                              std::to_string(height_of(effect.evidence).raw()) +
                              "): this node votes no more");
  // Kept for good: a restart must not make it forget.
  auto record = to_record(consensus::make_entry({effect.evidence, std::nullopt, {}}));
  record.height = kStopRecordHeight;
  record.kind = kStopRecord;
  if (auto stored = ports_.journal.append(record); !stored.has_value()) {
    stop_for("vote journal: " + stored.error().message);
  }
}

void CoreLoop::perform(const consensus::RejectedMessage& effect) {
  log::debug("consensus", "refused a " + std::string(to_string(effect.code)) + " by " +
                              to_hex0x(effect.author) + ": " + std::string(effect.reason));
}

void CoreLoop::publish_head() {
  current_ = make_head(ports_.ledger, ports_.genesis.config);
  head_.store(current_);
  report_schedule();
  ports_.network.head_moved(current_);
}

/// Says once what Governance has scheduled for heights ahead, so that operators have the time until
/// then to install what is needed.
void CoreLoop::report_schedule() {
  const chain::GovernanceView governance{*current_->view};
  const auto length = governance.schedule_length();
  for (; steps_seen_ < length; ++steps_seen_) {
    const auto step = governance.schedule_step(steps_seen_);
    if (step.height <= current_->head->height) continue;
    const auto rules = chain::rules_of_step(governance, steps_seen_, ports_.genesis.config);
    if (rules.has_value()) {
      log::info("protocol",
                "from height " + std::to_string(step.height.raw()) + " on: " + describe(*rules));
      continue;
    }
    log::warning("protocol",
                 "this node will stop before height " + std::to_string(step.height.raw()) + ": " +
                     to_string(rules.error()) + "; install a version that has it before then");
    if (!unknown_step_) unknown_step_ = rules.error();
  }
}

void CoreLoop::tell(consensus::Event event) {
  if (is_far_behind_) return keep(std::move(event));
  pending_.push_back(std::move(event));
}

void CoreLoop::keep(consensus::Event event) {
  // Votes are sent again. Work and the head are looked up when the engine wakes, clocks measured.
  const bool is_of_the_moment = std::holds_alternative<consensus::MessageReceived>(event) ||
                                std::holds_alternative<consensus::WorkArrived>(event) ||
                                std::holds_alternative<consensus::HeadChanged>(event) ||
                                std::holds_alternative<consensus::ClockSample>(event);
  if (is_of_the_moment) return;
  std::erase_if(kept_, [&](const auto& older) { return replaces(event, older); });
  kept_.push_back(std::move(event));
}

/// The blocks above may have turned out to be invalid: then the head has not moved, and the engine
/// goes on with the height it is at. Otherwise it takes what was kept for what it is, out of date.
void CoreLoop::wake_engine() {
  ports_.network.announce(own_head());
  tell_head();
  for (auto& event : std::exchange(kept_, {})) pending_.push_back(std::move(event));
  work_told_ = false;
  tell_work();
  drain();
}

void CoreLoop::tell_head() {
  const auto& head = *current_->head;
  work_told_ = has_work();
  // A genesis header has no proposer: height 1 follows its coinbase.
  tell(consensus::HeadChanged{head.height, head.hash, current_->time, head.header.coinbase,
                              current_->next_validators, work_told_});
}

void CoreLoop::tell_work() {
  if (work_told_ || !has_work()) return;
  work_told_ = true;
  tell(consensus::WorkArrived{});
}

bool CoreLoop::has_work() const { return pool_.has_executable(*current_->view); }

void CoreLoop::stop_for(std::string reason) {
  log::error("core", "stopping before anything else is signed: " + reason);
  failure_ = std::move(reason);
  pending_.clear();
}

txpool::PoolHead CoreLoop::pool_head() const {
  // Without rules the node has stopped: what its pool takes then goes nowhere.
  return {*current_->view, current_->next_base_fee, current_->head->header.gas_limit,
          current_->next_rules.value_or(chain::BlockRules{})};
}

}  // namespace datapact::node

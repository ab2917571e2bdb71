#pragma once
// The QBFT engine of one node (QBFT.md sections 4 to 8 and 15): told events, it answers with
// effects. No clock, thread, key, file or socket. One instance per height runs at a time; its own
// votes count when they come back as OwnVoteStored, that is after they are durable.
// Not thread-safe: the core thread owns it. Same events at the same times, same effects.
#include "base/types.hpp"
#include "consensus/clock_watch.hpp"
#include "consensus/double_vote.hpp"
#include "consensus/effects.hpp"
#include "consensus/engine_view.hpp"
#include "consensus/events.hpp"
#include "consensus/future_buffer.hpp"
#include "consensus/journal_entry.hpp"
#include "consensus/justification.hpp"
#include "consensus/leader_health.hpp"
#include "consensus/params.hpp"
#include "consensus/round_changes.hpp"
#include "consensus/round_state.hpp"

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::consensus {

class Engine {
 public:
  /// `remembered` is the journal, oldest first: each height's votes are stood by when it begins.
  /// Until the last of those heights has begun nothing is signed: the chain on this disk is older
  /// than the votes.
  Engine(const Timing& timing, const Address& self, std::vector<RememberedVote> remembered);

  /// Stops signing for good: another process has this key.
  void silence() noexcept { stopped_ = true; }

  [[nodiscard]] std::vector<Effect> step(const Event& event, UnixMillis now);

  /// The height being decided; zero before the first HeadChanged.
  [[nodiscard]] Height height() const noexcept { return at_.height; }
  [[nodiscard]] Round round() const noexcept { return round_; }
  [[nodiscard]] bool is_validator() const { return at_.is_validator(self_); }
  /// False for good once another process was seen signing with this key.
  [[nodiscard]] bool may_sign() const noexcept { return !stopped_; }
  /// Round 0 waits for a transaction or for the end of the empty period.
  [[nodiscard]] bool is_quiet() const noexcept { return !due_; }
  [[nodiscard]] ClockLevel clock_level() const noexcept { return clock_level_; }
  /// For people.
  [[nodiscard]] EngineView inspect() const;
  /// Every double vote that was proved to this process.
  [[nodiscard]] std::vector<DoubleVote> double_votes() const { return double_votes_.all(); }

 private:
  using VoteKey = std::pair<Round, MessageCode>;
  struct OwnVote {
    Hash256 digest;
    /// Nothing until the vote is durable.
    std::optional<Message> message;
  };
  enum class Verdict : std::uint8_t { kExecuting, kValid, kInvalid };
  /// What a proposal of this round will carry.
  struct Justified {
    std::vector<Authored<RoundChangePayload>> round_changes;
    std::vector<Prepare> prepares;
  };

  // engine.cpp: events.
  void on(const HeadChanged& event);
  void on(const WorkArrived& event);
  void on(const MessageReceived& event);
  void on(const OwnVoteStored& event);
  void on(const ProposalBuilt& event);
  void on(const BlockExecuted& event);
  void on(const TimerFired& event);
  void judge_own(const Message& message);

  // engine.cpp: the normal case.
  void deliver(const Message& message);
  void on_vote(const Proposal& message);
  void on_vote(const Prepare& message);
  void on_vote(const Commit& message);
  void on_vote(const RoundChange& message);
  void on_vote(const BareProposal& message);
  void accept(const Proposal& message, const BlockHash& hash);
  void request_execution(const AcceptedProposal& accepted);
  void advance(Round round);
  void try_prepare(Round round, const AcceptedProposal& accepted);
  void try_commit_vote(Round round, const AcceptedProposal& accepted);
  void try_finish(Round round, const AcceptedProposal& accepted);
  void cast(CastVote vote);
  [[nodiscard]] bool has_cast(Round round, MessageCode code) const {
    return own_votes_.contains({round, code});
  }
  [[nodiscard]] bool is_within_window(Round round) const;
  void reject(const Message& message, std::string_view reason);
  void report(const Message& first, const Message& second);
  template <class V>
  void note_conflict(Added added, const V* held, const V& got);

  enum class Need : std::uint8_t { kNew, kOverdue };
  void seek_proposal(Need need);

  // engine_rounds.cpp: time and rounds.
  void begin_height(const HeadChanged& head);
  void schedule_proposal(UnixMillis earliest);
  void become_due();
  void give_up_doubtful_leader();
  void enter_round(Round round);
  void forget_old_rounds();
  void ask_for_round(Round round);
  void try_catch_up();
  void try_propose(Round round);
  void start_proposal(Round round, const std::vector<RoundChange>& round_changes);
  void propose(Round round, const chain::Block& block, Justified justified);
  void resend_own_votes();
  void arm_round_timers();
  void arm_round_timer();
  void note_position(const Address& validator, Round round);
  [[nodiscard]] bool is_joined() const;

  // engine_peers.cpp: what is known of the other validators.
  void on(const PeerConnected& event);
  void on(const PeerDisconnected& event);
  void on(const ClockSample& event);
  void judge_clock();

  // engine_restore.cpp: standing by what the journal holds.
  void restore();
  void recall(const RememberedVote& vote);

  const Timing timing_;
  const Address self_;
  std::vector<RememberedVote> remembered_;
  /// The highest height that was voted at before this process began.
  Height voted_height_;
  bool stopped_ = false;
  FutureBuffer future_;
  LeaderHealth leaders_;
  ClockWatch clock_;
  ClockLevel clock_level_ = ClockLevel::kGood;
  DoubleVoteLog double_votes_;

  // Of the current height.
  HeightContext at_;
  UnixMillis parent_time_{0};
  Round round_;
  bool has_work_ = false;
  bool due_ = false;
  bool finished_ = false;
  std::map<Round, RoundState> rounds_;
  RoundChanges round_changes_;
  /// The highest round each validator is known to have reached.
  std::map<Address, Round> positions_;
  /// Whether the time-out of round_ runs: not before a quorum has reached it.
  bool is_timed_ = false;
  std::map<VoteKey, OwnVote> own_votes_;
  std::optional<PreparedCertificate> prepared_;
  std::map<BlockHash, Verdict> verdicts_;
  /// The round a block is being built for, and its justification.
  std::optional<std::pair<Round, Justified>> building_;

  // Of the current step.
  UnixMillis now_{0};
  std::vector<Effect> effects_;
};

}  // namespace datapact::consensus

#pragma once
// The heart of a node: takes one event, lets the engine decide, performs the effects in order.
// Owns engine, pool and head; executes no block and opens no file or socket itself. Runs on one
// thread; only head() may be called from any. Same events at the same times, same blocks.
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/engine.hpp"
#include "consensus/signer.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/ledger.hpp"
#include "ledger/store/vote_journal.hpp"
#include "ledger/txpool/pool.hpp"
#include "node/block_sync.hpp"
#include "node/chain_meter.hpp"
#include "node/core_event.hpp"
#include "node/core_status.hpp"
#include "node/head_snapshot.hpp"
#include "node/ports.hpp"
#include "node/vote_guard.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace datapact::node {

/// Borrowed: all must outlive the loop.
struct CorePorts {
  const chain::Genesis& genesis;
  store::Ledger& ledger;
  store::VoteJournal& journal;
  consensus::Signer& signer;
  Network& network;
  BlockTasks& tasks;
  Timers& timers;
};

class CoreLoop final : public HeadSource {
 public:
  /// Reads the journal; fails when a record of the next height does not decode, or when this build
  /// lacks the rules of that height.
  [[nodiscard]] static Result<std::unique_ptr<CoreLoop>, std::string> open(
      const CorePorts& ports, const txpool::PoolLimits& limits);

  /// Opens the height after the head. Once, before the first event.
  void begin(UnixMillis now);
  /// After a failure only answers that wait are given.
  void handle(CoreEvent event, UnixMillis now);

  /// Any thread. Never null.
  [[nodiscard]] HeadPtr head() const override { return head_.load(); }
  /// Why the node must stop: a durable write failed, or the signer did, or the next height has
  /// rules that this build lacks. It will not sign again.
  [[nodiscard]] const std::optional<std::string>& failure() const noexcept { return failure_; }
  [[nodiscard]] const consensus::Engine& engine() const noexcept { return engine_; }
  /// Any thread. The height that more peers claim than can be faulty; the own one when none does.
  [[nodiscard]] Height network_height() const { return Height{network_height_.load()}; }
  /// Any thread. A peer claims a higher head, or none has said anything yet.
  [[nodiscard]] bool may_be_behind() const { return may_be_behind_; }

  /// Called after a block is stored and published.
  std::function<void(const chain::FinalBlock&, const HeadPtr&)> on_final;
  /// Called once for each proof that a validator signed two different votes.
  std::function<void(const consensus::DoubleVote&)> on_double_vote;

 private:
  CoreLoop(const CorePorts& ports, const txpool::PoolLimits& limits,
           std::vector<consensus::RememberedVote> remembered, VoteGuard guard);

  void on(TxnSubmitted& event);
  void on(PeerMessage& event);
  void on(PeerUp& event);
  void on(PeerDown& event);
  void on(PeerHead& event);
  void on(BlocksArrived& event);
  void on(RequestFailed& event);
  void on(TimerExpired& event);
  void on(SyncTimer& event);
  void on(ClockCompared& event);
  void on(BlockBuilt& event);  // core_loop_build.cpp
  void on(BlockChecked& event);
  void on(BlockSynced& event);
  void on(PoolQuery& event);
  void on(StatusQuery& event);

  void perform(const consensus::CastVote& effect);
  void perform(const consensus::Resend& effect);
  void perform(const consensus::StartTimer& effect);
  void perform(const consensus::BuildProposal& effect);  // core_loop_build.cpp
  void perform(const consensus::ExecuteBlock& effect);
  void perform(const consensus::ForgetBlock& effect);
  void perform(const consensus::BlockPrepared& effect);  // core_loop_build.cpp
  void perform(const consensus::ProposalMissing& effect);
  void perform(const consensus::CommitBlock& effect);
  void perform(const consensus::ReportDoubleVote& effect) const;
  void perform(const consensus::ClockJudged& effect);
  void perform(const consensus::StoppedSigning& effect);
  void perform(const consensus::RejectedMessage& effect);

  /// The next block, built on one that is prepared and not final: proposed when that one becomes
  /// final, else dropped with all that was learned from it.
  struct Ahead {
    std::shared_ptr<const chain::ExecutedBlock> parent;
    /// Nothing until it is built.
    std::optional<BlockBuilt> built;
    /// The engine waits for it.
    bool is_wanted = false;
  };

  // core_loop_build.cpp: blocks of our own.
  void build_on_head(Round round);
  void propose(BlockBuilt built);
  void propose_ahead();
  [[nodiscard]] bool is_worth_proposing(const BlockBuilt& built) const;

  void send_ahead(const consensus::Message& message);
  /// Events for the engine, in order, until none is left.
  void drain();
  void tell(consensus::Event event);
  /// The engine rests: what it must not miss waits in kept_.
  void keep(consensus::Event event);
  /// The engine goes on, at the head or where it was.
  void wake_engine();
  void tell_head();
  /// Stored, published, and told to pool and peers; false after a failure.
  bool commit(const chain::FinalBlock& block);
  /// Starts the next run of blocks and the timer for the next question.
  void advance_sync();
  /// The round does not move: the others may lack what this node holds.
  void help_peers();
  [[nodiscard]] CoreStatus status() const;
  /// A transaction whose one gossip was lost would wait for this node's own turn to propose.
  void repeat_txns();
  [[nodiscard]] HeadStatus own_head() const {
    return {current_->head->height, current_->head->hash};
  }
  void tell_work();
  void publish_head();
  void report_schedule();
  void stop_for(std::string reason);
  [[nodiscard]] txpool::PoolHead pool_head() const;
  [[nodiscard]] bool has_work() const;

  const CorePorts ports_;
  const consensus::Domain domain_;
  consensus::Engine engine_;
  VoteGuard guard_;
  txpool::Pool pool_;
  std::atomic<HeadPtr> head_;
  /// The core thread's own copy of head_.
  HeadPtr current_;
  /// Executed blocks of this height by H_chain: execution happens once.
  std::map<BlockHash, std::shared_ptr<const chain::ExecutedBlock>> executed_;
  std::optional<Ahead> ahead_;
  std::deque<consensus::Event> pending_;
  /// Told while the engine rests. At most one event of a timer, of a validator's sessions and of an
  /// answer that the engine asked for: it asks for nothing while it rests.
  std::vector<consensus::Event> kept_;
  ChainMeter meter_;
  BlockSync sync_;
  std::atomic<std::uint64_t> network_height_ = 0;
  std::atomic<bool> may_be_behind_ = true;
  std::optional<UnixMillis> sync_wake_;
  /// Blocks are final far above the head: the engine rests until they are stored, because votes for
  /// heights that are decided help nobody.
  bool is_far_behind_ = false;
  bool resent_ = false;
  /// While its arrival is told to the engine: own votes go to it alone.
  std::optional<p2p::NodeId> new_peer_;
  bool work_told_ = false;
  /// Steps of Governance's schedule that were reported, or lay behind.
  std::uint64_t steps_seen_ = 0;
  /// The first that this node cannot follow: it stops before its height.
  std::optional<chain::StepError> unknown_step_;
  UnixMillis now_{0};
  std::optional<std::string> failure_;
};

}  // namespace datapact::node

#pragma once
// A network of engines in memory: messages travel encoded and in order, time stands still while
// any is under way, timers move it. After every event the safety of QBFT is checked: one block a
// height, and no validator signs two digests for one (height, round, code).
#include "consensus/engine.hpp"
#include "tests/testkit/consensus/world.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace datapact::consensus::test {

class Cluster {
 public:
  explicit Cluster(std::size_t count, Timing timing = {});

  /// Runs until every living node has `height` blocks; false when `limit` of simulated time passes
  /// first.
  bool run_to(std::uint64_t height, std::chrono::milliseconds limit);
  /// Runs for `time`, to the millisecond.
  void run_for(std::chrono::milliseconds time);
  /// Handles one message or timer; false when there is nothing to do.
  bool run_one();

  void kill(std::size_t node);
  /// A new engine on the old journal and chain.
  void restart(std::size_t node);

  [[nodiscard]] UnixMillis now() const { return now_; }
  [[nodiscard]] Engine& engine(std::size_t node) { return *nodes_[node].engine; }
  [[nodiscard]] TestSigner& signer(std::size_t node) { return nodes_[node].signer; }
  [[nodiscard]] const std::vector<JournalEntry>& journal(std::size_t node) const {
    return nodes_[node].journal;
  }
  /// Rounds in which the blocks of this node's chain were committed, from height 1.
  [[nodiscard]] const std::vector<Round>& rounds(std::size_t node) const {
    return nodes_[node].rounds;
  }
  [[nodiscard]] const std::vector<BlockPtr>& blocks(std::size_t node) const {
    return nodes_[node].blocks;
  }
  [[nodiscard]] const std::vector<std::string>& trace() const { return trace_; }
  [[nodiscard]] std::size_t index_of(const Address& address) const;
  void tell(std::size_t node, const Event& event);

  /// Whether the pool of every node has work.
  bool has_work = true;
  /// Whether builders find their candidates unfit.
  bool builds_empty = false;
  /// True loses the message.
  std::function<bool(std::size_t from, std::size_t to, const Message&)> loses;
  /// Called before a vote is journalled; true crashes the node there instead.
  std::function<bool(std::size_t node, const VotePoint&)> crashes_before;
  /// Called after a vote was journalled and before it is sent; true crashes the node.
  std::function<bool(std::size_t node, const VotePoint&)> crashes_after;

 private:
  struct Timer {
    UnixMillis at{0};
    TimerFired event;
  };
  struct Node {
    explicit Node(TestSigner s) : signer(std::move(s)) {}
    TestSigner signer;
    std::unique_ptr<Engine> engine;
    std::vector<JournalEntry> journal;
    std::map<TimerKind, Timer> timers;
    std::map<BlockHash, BlockPtr> executed;
    std::vector<BlockPtr> blocks;
    std::vector<Round> rounds;
  };
  struct Envelope {
    std::size_t to;
    /// Nothing: the node's head, as it is on delivery.
    std::optional<Event> event;
  };

  void open(std::size_t node);
  /// When something happens next: now while messages are under way; nothing when all is silent.
  [[nodiscard]] std::optional<UnixMillis> next_time() const;
  [[nodiscard]] HeadChanged head_of(const Node& node) const;
  void broadcast(std::size_t from, const Message& message);
  void perform(std::size_t node, const CastVote& effect);
  void perform(std::size_t node, const Resend& effect);
  void perform(std::size_t node, const StartTimer& effect);
  void perform(std::size_t node, const BuildProposal& effect);
  void perform(std::size_t node, const ExecuteBlock& effect);
  void perform(std::size_t node, const CommitBlock& effect);
  void perform(std::size_t node, const ForgetBlock& effect) {
    nodes_[node].executed.erase(effect.hash);
  }
  void perform(std::size_t, const BlockPrepared&) {}
  void perform(std::size_t, const ProposalMissing&) {}
  void perform(std::size_t, const ReportDoubleVote&) {}
  void perform(std::size_t, const ClockJudged&) {}
  void perform(std::size_t, const StoppedSigning&) {}
  void perform(std::size_t, const RejectedMessage&) {}

  Timing timing_;
  chain::ValidatorSet validators_;
  std::vector<Node> nodes_;
  std::deque<Envelope> queue_;
  UnixMillis now_{1'000'000};
  std::vector<std::string> trace_;
  std::map<std::uint64_t, BlockHash> final_;
  std::map<std::tuple<std::size_t, Height, Round, MessageCode>, Hash256> signed_;
};

}  // namespace datapact::consensus::test

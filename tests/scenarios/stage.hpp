#pragma once
// Engines on a stage: nothing moves unless the script says so. Votes are signed and journalled at
// once; messages wait until they are delivered or dropped; timers wait until they are fired.
#include "consensus/engine.hpp"
#include "tests/testkit/consensus/world.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace datapact::consensus::scenarios {

using test::TestSigner;

struct Letter {
  std::size_t from = 0;
  std::size_t to = 0;
  Message message;
};

class Stage {
 public:
  explicit Stage(std::size_t validators);

  [[nodiscard]] std::size_t size() const { return actors_.size(); }
  void start();
  /// Moves the clock on and fires the block timers that are due.
  void pass(std::chrono::milliseconds time);
  /// Fires the actor's round or resend timer, whenever it was due. False when none runs.
  bool fire(std::size_t actor, TimerKind kind);
  void kill(std::size_t actor) { actors_[actor].engine.reset(); }
  void restart(std::size_t actor);
  /// The journal is gone.
  void wipe(std::size_t actor) { actors_[actor].journal.clear(); }
  void tell(std::size_t actor, const Event& event);
  /// What the actor misses comes as a block, as block sync brings it.
  bool fetch(std::size_t actor, std::size_t from);
  /// The actor signs another proposal of its height and `round`, or another vote than it cast.
  void forge_proposal(std::size_t actor, Round round, const std::set<std::size_t>& to);
  void forge_prepare(std::size_t actor, Round round, const std::set<std::size_t>& to);

  using Filter = std::function<bool(const Letter&)>;
  /// Each waiting letter that fits, in order; new ones wait. Returns how many.
  std::size_t deliver(const Filter& fits);
  std::size_t drop(const Filter& fits);
  /// Delivers everything, also what comes of it.
  void deliver_all();
  [[nodiscard]] std::size_t waiting(const Filter& fits) const;

  [[nodiscard]] bool is_running(std::size_t actor) const {
    return actors_[actor].engine != nullptr;
  }
  [[nodiscard]] const Engine& engine(std::size_t actor) const { return *actors_[actor].engine; }
  [[nodiscard]] const Address& address(std::size_t actor) const { return validators_[actor]; }
  [[nodiscard]] std::size_t final_height(std::size_t actor) const {
    return actors_[actor].blocks.size();
  }
  [[nodiscard]] Round final_round(std::size_t actor, std::size_t height) const {
    return actors_[actor].rounds[height - 1];
  }
  [[nodiscard]] const Address& final_proposer(std::size_t actor, std::size_t height) const {
    return actors_[actor].blocks[height - 1]->header.coinbase;
  }
  [[nodiscard]] const std::vector<JournalEntry>& journal(std::size_t actor) const {
    return actors_[actor].journal;
  }
  [[nodiscard]] std::size_t rejections(std::size_t actor) const {
    return actors_[actor].rejections;
  }
  /// What broke safety: two final blocks at one height, two votes of an honest actor.
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }

  bool has_work = true;
  /// Executions refuse every block.
  bool refuses_blocks = false;

 private:
  struct Actor {
    explicit Actor(TestSigner s) : signer(std::move(s)) {}
    TestSigner signer;
    std::unique_ptr<Engine> engine;
    std::vector<JournalEntry> journal;
    std::map<TimerKind, std::pair<UnixMillis, TimerFired>> timers;
    std::map<BlockHash, BlockPtr> executed;
    std::vector<BlockPtr> blocks;
    std::vector<Round> rounds;
    std::size_t rejections = 0;
  };

  void open(std::size_t actor);
  [[nodiscard]] HeadChanged head_of(const Actor& actor) const;
  [[nodiscard]] HeightContext context_of(const Actor& actor) const;
  [[nodiscard]] BlockPtr build(const Actor& actor, const Address& coinbase,
                               std::uint64_t salt) const;
  void append(std::size_t actor, const BlockPtr& block, Round round);
  void send(std::size_t from, const Message& message, const std::set<std::size_t>& to);
  [[nodiscard]] std::set<std::size_t> all_but(std::size_t actor) const;
  void run_pending();

  /// The proposal of that digest, if the actor has signed it or prepared for it.
  [[nodiscard]] static std::optional<Message> proposal_of(const Actor& actor,
                                                          const Hash256& digest);
  void perform(std::size_t actor, const CastVote& effect);
  void perform(std::size_t actor, const Resend& effect);
  void perform(std::size_t actor, const StartTimer& effect);
  void perform(std::size_t actor, const BuildProposal& effect);
  void perform(std::size_t actor, const ExecuteBlock& effect);
  void perform(std::size_t actor, const ForgetBlock& effect);
  void perform(std::size_t, const BlockPrepared&) {}
  void perform(std::size_t actor, const ProposalMissing& effect);
  void perform(std::size_t actor, const CommitBlock& effect);
  void perform(std::size_t, const ReportDoubleVote&) {}
  void perform(std::size_t, const ClockJudged&) {}
  void perform(std::size_t, const StoppedSigning&) {}
  void perform(std::size_t actor, const RejectedMessage&) { ++actors_[actor].rejections; }

  Timing timing_;
  chain::ValidatorSet validators_;
  std::vector<Actor> actors_;
  std::deque<Letter> letters_;
  std::deque<std::pair<std::size_t, Event>> pending_;
  bool running_ = false;
  UnixMillis now_{1'000'000};
  std::map<std::uint64_t, BlockHash> final_;
  std::vector<std::string> violations_;
};

}  // namespace datapact::consensus::scenarios

// A CoreLoop that was away: blocks come from a chain that went on without it.
#include "node/block_server.hpp"
#include "node/core_loop.hpp"
#include "node/validator_key.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"
#include "tests/testkit/node/network.hpp"
#include "tests/testkit/node/still_ports.hpp"

#include <doctest/doctest.h>

#include <deque>
#include <functional>

using namespace datapact;
using namespace datapact::node;
using namespace datapact::node::test;
using namespace std::chrono_literals;

namespace {

const p2p::NodeId kPeer{{1}};
constexpr std::uint64_t kChainHeight = 40;

/// A peer that has the whole chain; `change` may spoil what it sends.
class ServingPeer final : public Network {
 public:
  explicit ServingPeer(const store::Ledger& ledger) : ledger_(ledger) {}
  void send_body(const consensus::ProposalBody&) override {}
  void broadcast(const consensus::Message& message) override { votes.push_back(message); }
  void resend(const consensus::Message& message) override { votes.push_back(message); }
  void send_vote(const p2p::NodeId& peer, const consensus::Message& message) override {
    sent_votes.emplace_back(peer, message);
  }
  void repeat_votes() override {}
  void gossip(const chain::TxnPtr& txn) override { gossiped.push_back(txn->hash()); }
  void announce(const HeadStatus& head) override {
    ++announced;
    heads.push_back(head);
  }
  void send_head(const p2p::NodeId&, const HeadStatus& head) override { heads.push_back(head); }
  void request_blocks(const p2p::NodeId& peer, FetchId id, const BlocksRequest& request) override {
    auto sent = decode_blocks(serve_blocks(ledger_, request).value());
    BlocksArrived event{peer, id, {}};
    for (auto& one : *sent) {
      if (change) change(one.block);
      auto fetched = FetchedBlock::check(std::move(one.block), one.bytes);
      INVARIANT(fetched.has_value());
      event.blocks.push_back(std::move(*fetched));
    }
    if (beyond) event.blocks.push_back(*beyond);
    events.emplace_back(std::move(event));
  }
  void request_proposal(const consensus::ProposalMissing& missing) override {
    missed.push_back(missing);
  }
  void blame(const p2p::NodeId&, p2p::Offence offence, std::string_view) override {
    blamed.push_back(offence);
  }
  [[nodiscard]] std::size_t peers() const override { return 1; }

  std::function<void(chain::Block&)> change;
  /// After all that the peer's chain has.
  std::optional<FetchedBlock> beyond;
  std::deque<CoreEvent> events;
  std::vector<HeadStatus> heads;
  std::size_t announced = 0;
  std::vector<consensus::Message> votes;
  std::vector<std::pair<p2p::NodeId, consensus::Message>> sent_votes;
  std::vector<TxnHash> gossiped;
  std::vector<p2p::Offence> blamed;
  std::vector<consensus::ProposalMissing> missed;

 private:
  const store::Ledger& ledger_;
};

testkit::GovernedChain& source_chain() {
  static const auto chain = [] {
    auto out = std::make_unique<testkit::GovernedChain>();
    for (std::uint64_t i = 0; i < kChainHeight; ++i) {
      INVARIANT(out->extend({testkit::signed_txn({.nonce = i})}).has_value());
    }
    return out;
  }();
  return *chain;
}

struct Follower {
  testkit::GovernedChain& source;
  testkit::GovernedChain chain;
  TempFolder folder;
  std::unique_ptr<store::VoteJournal> journal = open_journal();
  KeySigner signer;
  ServingPeer peer{source.ledger()};
  InlineTasks tasks{chain.config(), chain.ledger()};
  UnixMillis now{1'800'000'000'000};
  SimTimers timers{now};
  std::unique_ptr<CoreLoop> loop = open_loop();

  explicit Follower(std::uint8_t key, testkit::GovernedChain& of = source_chain())
      : source(of), signer(testkit::key_of(key)) {
    loop->begin(now);
  }

  std::unique_ptr<store::VoteJournal> open_journal() {
    auto out = store::VoteJournal::open(folder.path() / "votes", {});
    REQUIRE(out.has_value());
    return std::move(*out);
  }
  std::unique_ptr<CoreLoop> open_loop() {
    auto out = CoreLoop::open(
        {chain.genesis(), chain.ledger(), *journal, signer, peer, tasks, timers}, {});
    REQUIRE(out.has_value());
    return std::move(*out);
  }
  void hear(Height height) { loop->handle(PeerHead{kPeer, {height, {}}}, now); }
  /// Answers of peer and executor until neither has one.
  void settle() {
    while (!peer.events.empty() || !tasks.answers.empty()) {
      auto& queue = tasks.answers.empty() ? peer.events : tasks.answers;
      auto event = std::move(queue.front());
      queue.pop_front();
      loop->handle(std::move(event), now);
    }
  }
  [[nodiscard]] std::uint64_t height() const { return loop->head()->head->height.raw(); }
};

}  // namespace

TEST_SUITE("node/catch_up") {
  TEST_CASE("a fresh node fetches, executes and stores the whole chain") {
    Follower follower(9);
    follower.hear(Height{kChainHeight});
    CHECK(follower.loop->network_height() == Height{kChainHeight});
    follower.settle();
    REQUIRE(follower.height() == kChainHeight);
    CHECK(follower.loop->head()->head->hash == source_chain().ledger().head()->hash);
    CHECK(follower.loop->engine().height() == Height{kChainHeight + 1});
    CHECK(follower.peer.heads.back().height == Height{kChainHeight});
    CHECK(follower.peer.blamed.empty());
  }

  TEST_CASE("a fresh node goes through the scheduled revisions that the chain went through") {
    testkit::GovernedChain source;
    REQUIRE(source.extend({testkit::schedule_txn(0, {.height = 4})}).has_value());
    for (std::uint64_t nonce = 1; nonce <= 5; ++nonce) {
      REQUIRE(source.extend({testkit::clz_txn(nonce)}).has_value());
    }
    Follower follower(9, source);
    follower.hear(Height{6});
    follower.settle();
    REQUIRE(follower.height() == 6);
    CHECK(follower.loop->head()->head->hash == source.ledger().head()->hash);
    CHECK_FALSE(follower.chain.ledger().receipts(Height{3})->front().success);
    CHECK(follower.chain.ledger().receipts(Height{4})->front().success);
  }

  TEST_CASE("a fresh node stops before a scheduled step it does not know, and blames nobody") {
    testkit::GovernedChain source;
    REQUIRE(source.extend({testkit::schedule_txn(0, {.height = 4, .revision = 7})}).has_value());
    for (int blocks = 0; blocks < 2; ++blocks) REQUIRE(source.extend({}).has_value());
    Follower follower(9, source);
    // A version that knows the step has made more.
    const auto head = source.ledger().head();
    chain::Block fourth = source.ledger().block(head->height)->block;
    auto& header = fourth.header;
    header.height = Height{4};
    header.parent_hash = head->hash;
    header = *chain::with_seals(header, Round{0},
                                {crypto::sign(*chain::seal_hash(header), testkit::key_of(1))});
    auto fetched = FetchedBlock::check(std::move(fourth), 600);
    REQUIRE(fetched.has_value());
    follower.peer.beyond = std::move(*fetched);
    follower.hear(Height{4});
    follower.settle();
    CHECK(follower.height() == 3);
    CHECK(follower.loop->head()->head->hash == source.ledger().head()->hash);
    REQUIRE(follower.loop->failure().has_value());
    CHECK(follower.loop->failure()->find("revision 7 is not known") != std::string::npos);
    CHECK(follower.peer.blamed.empty());
  }

  TEST_CASE("a validator that is far behind casts no vote for heights that are decided") {
    Follower follower(1);
    follower.hear(Height{kChainHeight});
    follower.settle();
    CHECK(follower.height() == kChainHeight);
    CHECK(follower.peer.votes.empty());
  }

  TEST_CASE("a claimed height alone silences nobody") {
    Follower follower(1);
    follower.hear(Height{1'000'000});
    auto txn = testkit::signed_txn({});
    follower.loop->handle(TxnSubmitted{txn, nullptr}, follower.now);
    follower.loop->handle(TimerExpired{{consensus::TimerKind::kBlock, Height{1}, Round{0}}},
                          follower.now);
    while (!follower.tasks.answers.empty()) {
      auto answer = std::move(follower.tasks.answers.front());
      follower.tasks.answers.pop_front();
      follower.loop->handle(std::move(answer), follower.now);
    }
    CHECK(follower.height() == 1);
  }

  TEST_CASE("a peer that reconnects is sent own votes and head, and the others nothing") {
    Follower follower(1);
    follower.loop->handle(TxnSubmitted{testkit::signed_txn({}), nullptr}, follower.now);
    // The block is not built in time: it asks for round 1.
    for (const auto kind : {consensus::TimerKind::kBlock, consensus::TimerKind::kRound}) {
      follower.loop->handle(TimerExpired{{kind, Height{1}, Round{0}}}, follower.now);
    }
    REQUIRE(follower.peer.votes.size() == 1);
    const auto announced = follower.peer.announced;
    for (int i = 0; i < 3; ++i) follower.loop->handle(PeerUp{kPeer, {}}, follower.now);
    CHECK(follower.peer.votes.size() == 1);
    CHECK(follower.peer.sent_votes.size() == 3);
    CHECK(follower.peer.announced == announced);
    CHECK(follower.peer.heads.size() == announced + 3);
  }

  TEST_CASE("a transaction that came while no peer was connected is gossiped to the next one") {
    Follower follower(9);
    const auto txn = testkit::signed_txn({});
    follower.loop->handle(TxnSubmitted{txn, nullptr}, follower.now);
    follower.peer.gossiped.clear();
    follower.loop->handle(PeerUp{kPeer, {}}, follower.now);
    CHECK(follower.peer.gossiped == std::vector{txn->hash()});
  }

  TEST_CASE("a block sealed by others than the validators is not executed but blamed") {
    Follower follower(9);
    follower.peer.change = [](chain::Block& block) {
      auto& header = block.header;
      if (header.height != Height{3}) return;
      auto extra = *chain::decode_extra(header.extra_data);
      extra.validators = {testkit::address_of(2)};
      extra.seals.clear();
      header.extra_data = chain::encode(extra);
      header = *chain::with_seals(header, extra.round,
                                  {crypto::sign(*chain::seal_hash(header), testkit::key_of(2))});
    };
    follower.hear(Height{kChainHeight});
    follower.settle();
    CHECK(follower.height() == 2);
    CHECK(follower.peer.blamed == std::vector{p2p::Offence::kInvalidBlock});
  }

  TEST_CASE("a sealed block with a wrong root is executed, refused and blamed") {
    Follower follower(9);
    follower.peer.change = [](chain::Block& block) {
      auto& header = block.header;
      if (header.height != Height{3}) return;
      header.state_root.raw()[0] ^= 1;
      header = *chain::with_seals(header, Round{0}, {});
      header = *chain::with_seals(header, Round{0},
                                  {crypto::sign(*chain::seal_hash(header), testkit::key_of(1))});
    };
    follower.hear(Height{kChainHeight});
    follower.settle();
    CHECK(follower.height() == 2);
    CHECK(follower.peer.blamed == std::vector{p2p::Offence::kInvalidBlock});
    // After the pause an honest answer brings it on.
    follower.peer.change = nullptr;
    follower.now += 10s;
    follower.loop->handle(SyncTimer{}, follower.now);
    follower.settle();
    CHECK(follower.height() == kChainHeight);
  }

  TEST_CASE("what was told while blocks of a liar made the node rest is not lost") {
    Follower follower(1);
    // Every block of the peer is sealed, and the first one has a wrong root.
    follower.peer.change = [](chain::Block& block) {
      auto& header = block.header;
      if (header.height != Height{1}) return;
      header.state_root.raw()[0] ^= 1;
      header = *chain::with_seals(header, Round{0}, {});
      header = *chain::with_seals(header, Round{0},
                                  {crypto::sign(*chain::seal_hash(header), testkit::key_of(1))});
    };
    const auto rest = [&] {
      follower.hear(Height{kChainHeight});
      auto blocks = std::move(follower.peer.events.front());
      follower.peer.events.clear();
      follower.loop->handle(std::move(blocks), follower.now);
    };
    const auto work = [&] {
      follower.loop->handle(TxnSubmitted{testkit::signed_txn({}), nullptr}, follower.now);
    };
    SUBCASE("a transaction that arrived") {
      rest();
      work();
    }
    SUBCASE("a block that was built") {
      work();
      REQUIRE(follower.tasks.answers.size() == 1);
      rest();
    }
    SUBCASE("a timer that ended") {
      follower.now = std::max(follower.now, follower.loop->head()->time + 1h);
      rest();
      const consensus::TimerFired timer{consensus::TimerKind::kBlock, Height{1}, Round{0}};
      follower.loop->handle(TimerExpired{timer}, follower.now);
    }
    follower.settle();
    CHECK(follower.peer.blamed == std::vector{p2p::Offence::kInvalidBlock});
    CHECK(follower.height() == 1);
  }

  TEST_CASE("a peer that repeats an old head is told the new one") {
    Follower follower(9);
    follower.hear(Height{kChainHeight});
    follower.settle();
    follower.hear(Height{5});
    const auto before = follower.peer.heads.size();
    follower.hear(Height{5});
    REQUIRE(follower.peer.heads.size() == before + 1);
    CHECK(follower.peer.heads.back().height == Height{kChainHeight});
  }
}

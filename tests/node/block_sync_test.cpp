#include "node/block_sync.hpp"

#include "node/block_server.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

#include <deque>

using namespace datapact;
using namespace datapact::node;
using namespace std::chrono_literals;

namespace {

p2p::NodeId peer(std::uint8_t number) {
  p2p::NodeId id;
  id.raw()[0] = number;
  return id;
}

struct Question {
  p2p::NodeId peer;
  FetchId id;
  BlocksRequest request;
};

/// Remembers what it was told to send.
class Recorder final : public Network {
 public:
  void send_body(const consensus::ProposalBody&) override {}
  void broadcast(const consensus::Message&) override {}
  void resend(const consensus::Message&) override {}
  void send_vote(const p2p::NodeId&, const consensus::Message&) override {}
  void repeat_votes() override {}
  void gossip(const chain::TxnPtr&) override {}
  void announce(const HeadStatus&) override {}
  void send_head(const p2p::NodeId&, const HeadStatus&) override {}
  void request_blocks(const p2p::NodeId& peer, FetchId id, const BlocksRequest& request) override {
    questions.push_back({peer, id, request});
  }
  void request_proposal(const consensus::ProposalMissing&) override {}
  void blame(const p2p::NodeId& peer, p2p::Offence offence, std::string_view) override {
    blamed.emplace_back(peer, offence);
  }
  [[nodiscard]] std::size_t peers() const override { return 0; }

  std::deque<Question> questions;
  std::vector<std::pair<p2p::NodeId, p2p::Offence>> blamed;
};

/// A chain of `blocks` empty blocks, made once.
const testkit::GovernedChain& long_chain() {
  static const auto chain = [] {
    auto out = std::make_unique<testkit::GovernedChain>();
    for (int i = 0; i < 100; ++i) INVARIANT(out->extend({}).has_value());
    return out;
  }();
  return *chain;
}

std::vector<FetchedBlock> fetch(const BlocksRequest& request) {
  auto& chain = const_cast<testkit::GovernedChain&>(long_chain());
  const auto answer = serve_blocks(chain.ledger(), request);
  REQUIRE(answer.has_value());
  auto sent = decode_blocks(*answer);
  REQUIRE(sent.has_value());
  std::vector<FetchedBlock> out;
  for (auto& one : *sent) {
    auto fetched = FetchedBlock::check(std::move(one.block), one.bytes);
    REQUIRE(fetched.has_value());
    out.push_back(std::move(*fetched));
  }
  return out;
}

struct Bench {
  Recorder network;
  BlockSync sync{network, {.blocks_per_request = 10, .blocks_ahead_max = 40, .run_blocks_max = 16}};
  UnixMillis now{1'000'000};
  Height head;

  Bench() { move_to(Height{0}); }
  void move_to(Height height) {
    auto& chain = const_cast<testkit::GovernedChain&>(long_chain());
    head = height;
    sync.head_is(height, *chain.ledger().hash_at(height), now);
  }
  Question take() {
    REQUIRE_FALSE(network.questions.empty());
    auto out = network.questions.front();
    network.questions.pop_front();
    return out;
  }
  void answer(const Question& question) {
    sync.blocks_arrived(question.peer, question.id, fetch(question.request), now);
  }
};

}  // namespace

TEST_SUITE("node/block_sync") {
  TEST_CASE("ranges above the head are asked of several peers at once, within the window") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{100}, bench.now);
    bench.sync.peer_at(peer(2), Height{100}, bench.now);
    REQUIRE(bench.network.questions.size() == 4);
    CHECK(bench.network.questions[0].request == BlocksRequest{Height{1}, 10});
    CHECK(bench.network.questions[3].request == BlocksRequest{Height{31}, 10});
    CHECK(bench.network.questions[2].peer == peer(2));
    bench.answer(bench.take());
    // The window of 40 is full until the head moves.
    CHECK(bench.network.questions.size() == 3);
    bench.move_to(Height{10});
    CHECK(bench.network.questions.back().request == BlocksRequest{Height{41}, 10});
  }

  TEST_CASE("blocks are handed out in order, once, and never across a gap") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{100}, bench.now);
    const auto first = bench.take();
    bench.answer(bench.take());
    CHECK(bench.sync.take_run(bench.now).empty());
    bench.answer(first);
    const auto run = bench.sync.take_run(bench.now);
    REQUIRE(run.size() == 16);
    CHECK(run.front().height() == Height{1});
    CHECK(bench.sync.take_run(bench.now).empty());
    bench.move_to(Height{16});
    bench.sync.run_finished();
    CHECK(bench.sync.take_run(bench.now).size() == 4);
  }

  TEST_CASE("one block behind is left to consensus for a while, two are not") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{1}, bench.now);
    CHECK(bench.network.questions.empty());
    const auto delay = bench.sync.wakes_in(bench.now);
    REQUIRE(delay.has_value());
    bench.now += *delay;
    bench.sync.woken(bench.now);
    CHECK(bench.take().request == BlocksRequest{Height{1}, 1});

    Bench other;
    other.sync.peer_at(peer(1), Height{2}, other.now);
    CHECK(other.take().request == BlocksRequest{Height{1}, 2});
  }

  TEST_CASE("a peer that does not answer is paused and another one is asked") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{5}, bench.now);
    CHECK(bench.take().peer == peer(1));
    bench.sync.peer_at(peer(2), Height{5}, bench.now);
    CHECK(bench.network.questions.empty());
    bench.now += *bench.sync.wakes_in(bench.now);
    bench.sync.woken(bench.now);
    const auto second = bench.take();
    CHECK(second.peer == peer(2));
    bench.sync.request_failed(second.id, bench.now);
    CHECK(bench.network.questions.empty());
    bench.now += *bench.sync.wakes_in(bench.now);
    bench.sync.woken(bench.now);
    CHECK(bench.network.questions.size() == 1);
  }

  TEST_CASE("the blocks of a slow link are not thrown away because they come late") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{5}, bench.now);
    const auto slow = bench.take();
    bench.sync.peer_at(peer(2), Height{5}, bench.now);
    bench.now += 6s;
    bench.sync.woken(bench.now);
    const auto second = bench.take();
    CHECK(second.peer == peer(2));
    bench.answer(slow);
    CHECK(bench.sync.take_run(bench.now).size() == 5);
    // The copy is no news, and no offence.
    bench.answer(second);
    CHECK(bench.network.blamed.empty());
    bench.sync.run_finished();
    bench.move_to(Height{5});
    CHECK(bench.sync.take_run(bench.now).empty());
  }

  TEST_CASE("a range that is late is asked of one other peer at a time, each given twice as long") {
    Bench bench;
    for (std::uint8_t i = 1; i <= 5; ++i) bench.sync.peer_at(peer(i), Height{2}, bench.now);
    std::chrono::milliseconds waited{0};
    for (int i = 0; i < 4; ++i) {
      REQUIRE(bench.network.questions.size() == 1);
      bench.take();
      const auto before = bench.now;
      while (bench.network.questions.empty()) {
        bench.now += *bench.sync.wakes_in(bench.now);
        bench.sync.woken(bench.now);
      }
      CHECK(bench.now - before >= 2 * waited);
      waited = bench.now - before;
    }
    CHECK(waited >= 40s);
  }

  TEST_CASE("a slow peer is asked for less and given longer, a fast one as before") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{100}, bench.now);
    const auto first = bench.take();
    bench.take();
    // Ten small blocks in a minute: not one fits into the time of a request.
    bench.now += 60s;
    bench.sync.woken(bench.now);
    bench.network.questions.clear();
    bench.answer(first);
    REQUIRE(bench.network.questions.size() <= 1);
    while (bench.network.questions.empty()) {
      bench.now += *bench.sync.wakes_in(bench.now);
      bench.sync.woken(bench.now);
    }
    CHECK(bench.network.questions.back().request.count < 10);
    CHECK(*bench.sync.wakes_in(bench.now) > 5s);
    bench.sync.peer_at(peer(2), Height{100}, bench.now);
    CHECK(bench.network.questions.back().request.count == 10);
  }

  TEST_CASE("a peer that never answers does not fill the memory of what it owes") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{5}, bench.now);
    std::vector<Question> asked;
    while (asked.size() < 10) {
      while (!bench.network.questions.empty()) asked.push_back(bench.take());
      bench.now += *bench.sync.wakes_in(bench.now);
      bench.sync.woken(bench.now);
    }
    // The first one is forgotten.
    bench.answer(asked[0]);
    CHECK(bench.sync.take_run(bench.now).empty());
    bench.answer(asked[9]);
    CHECK(bench.sync.take_run(bench.now).size() == 5);
  }

  TEST_CASE("a peer that leaves gives its questions to the others") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{5}, bench.now);
    CHECK(bench.take().peer == peer(1));
    bench.sync.peer_at(peer(2), Height{5}, bench.now);
    bench.sync.peer_gone(peer(1), bench.now);
    CHECK(bench.take().peer == peer(2));
  }

  TEST_CASE("blocks that nobody asked for are ignored, other blocks than asked for are blamed") {
    Bench bench;
    bench.sync.blocks_arrived(peer(1), FetchId{7}, fetch({Height{1}, 3}), bench.now);
    CHECK(bench.network.blamed.empty());
    CHECK(bench.sync.take_run(bench.now).empty());
    bench.sync.peer_at(peer(1), Height{5}, bench.now);
    const auto question = bench.take();
    bench.sync.blocks_arrived(peer(2), question.id, fetch({Height{1}, 3}), bench.now);
    CHECK(bench.sync.take_run(bench.now).empty());
    bench.sync.blocks_arrived(peer(1), question.id, fetch({Height{2}, 3}), bench.now);
    CHECK(bench.network.blamed == std::vector{std::pair{peer(1), p2p::Offence::kInvalidMessage}});
    CHECK(bench.sync.take_run(bench.now).empty());
  }

  TEST_CASE("who sent a refused block is blamed and everything of it is asked for again") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{20}, bench.now);
    bench.answer(bench.take());
    bench.answer(bench.take());
    REQUIRE(bench.sync.take_run(bench.now).size() == 16);
    bench.sync.peer_at(peer(2), Height{20}, bench.now);
    bench.sync.refused(Height{3}, "wrong root", bench.now);
    CHECK(bench.network.blamed == std::vector{std::pair{peer(1), p2p::Offence::kInvalidBlock}});
    const auto again = bench.take();
    CHECK(again.peer == peer(2));
    CHECK(again.request.from == Height{1});
  }

  TEST_CASE("a block that does not stand on the head is blamed when its turn comes") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{5}, bench.now);
    bench.answer(bench.take());
    bench.sync.head_is(Height{0}, BlockHash{{1}}, bench.now);
    CHECK(bench.sync.take_run(bench.now).empty());
    CHECK(bench.network.blamed == std::vector{std::pair{peer(1), p2p::Offence::kInvalidBlock}});
  }

  TEST_CASE("only blocks sealed by the validators in force prove that others are ahead") {
    Bench bench;
    const chain::ValidatorSet validators{testkit::address_of(1)};
    bench.sync.peer_at(peer(1), Height{1'000'000}, bench.now);
    CHECK(bench.sync.highest_proven(validators) == Height{0});
    bench.answer(bench.take());
    CHECK(bench.sync.highest_proven(validators) == Height{10});
    CHECK(bench.sync.highest_proven({testkit::address_of(2)}) == Height{0});
  }

  TEST_CASE("a height that only faulty peers claim is not the network's") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{1'000'000}, bench.now);
    bench.sync.peer_at(peer(2), Height{7}, bench.now);
    CHECK(bench.sync.claimed_by_more_than(1) == Height{7});
    CHECK(bench.sync.claimed_by_more_than(2) == Height{0});
  }

  TEST_CASE("the largest height anybody can claim is survived") {
    Bench bench;
    bench.sync.peer_at(peer(1), Height{std::numeric_limits<std::uint64_t>::max()}, bench.now);
    CHECK(bench.take().request == BlocksRequest{Height{1}, 10});
  }
}

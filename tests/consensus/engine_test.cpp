#include "consensus/engine.hpp"

#include "base/hex.hpp"
#include "consensus/proposal_body.hpp"
#include "tests/testkit/consensus/alone.hpp"
#include "tests/testkit/consensus/cluster.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace datapact;
using namespace datapact::consensus;
using namespace datapact::consensus::test;
using namespace std::chrono_literals;

namespace {

std::vector<MessageCode> codes_at(const std::vector<JournalEntry>& journal, std::uint64_t height) {
  std::vector<MessageCode> out;
  for (const auto& entry : journal) {
    if (entry.height == Height{height}) out.push_back(entry.code);
  }
  return out;
}

}  // namespace

TEST_SUITE("consensus/engine") {
  TEST_CASE("one validator passes through proposal, prepare and commit at every height") {
    Cluster cluster(1);
    REQUIRE(cluster.run_to(5, 10s));
    for (std::uint64_t height = 1; height <= 5; ++height) {
      CHECK(codes_at(cluster.journal(0), height) ==
            std::vector{MessageCode::kProposal, MessageCode::kPrepare, MessageCode::kCommit});
    }
    CHECK(cluster.rounds(0) == std::vector<Round>(5, Round{}));
    CHECK(cluster.now() == UnixMillis{1'000'000} + 5 * 250ms);
  }

  TEST_CASE("four validators agree in round 0 and take turns") {
    Cluster cluster(4);
    REQUIRE(cluster.run_to(8, 10s));
    for (std::size_t node = 0; node < 4; ++node) {
      CHECK(cluster.rounds(node) == std::vector<Round>(8, Round{}));
    }
    for (std::size_t i = 0; i < 8; ++i) {
      CHECK(cluster.index_of(cluster.blocks(0)[i]->header.coinbase) == i % 4);
    }
  }

  TEST_CASE(
      "a block is told to be prepared once its quorum of prepares is here, after the commit") {
    Alone alone;
    alone.receive(alone.proposal(alone.block));
    const auto hash = hash_of_block(alone.block);
    alone.step(BlockExecuted{hash, true});
    CHECK(count_of<BlockPrepared>(alone.receive(alone.prepare(alone.by_round(0), alone.block))) ==
          0);
    CHECK(count_of<BlockPrepared>(alone.receive(alone.prepare(alone.by_round(1), alone.block))) ==
          0);
    const auto effects = alone.receive(alone.prepare(alone.by_round(2), alone.block));
    REQUIRE(effects.size() == 2);
    CHECK(std::holds_alternative<CastVote>(effects[0]));
    REQUIRE(std::holds_alternative<BlockPrepared>(effects[1]));
    CHECK(std::get<BlockPrepared>(effects[1]).hash == hash);
    CHECK(describe(effects[1]) == "prepared " + to_hex0x(hash));
  }

  TEST_CASE("a proposal that f + 1 others vote for in the running round is missing") {
    Alone alone;
    CHECK(count_of<ProposalMissing>(alone.receive(alone.prepare(alone.by_round(0), alone.block))) ==
          0);
    const auto effects = alone.receive(alone.prepare(alone.by_round(2), alone.block));
    REQUIRE(effects.size() == 1);
    REQUIRE(std::holds_alternative<ProposalMissing>(effects[0]));
    const auto& missing = std::get<ProposalMissing>(effects[0]);
    CHECK(missing.digest == digest_of_block(alone.block, Round{}));
    CHECK(missing.authors.size() == 2);
    CHECK(std::ranges::is_sorted(missing.authors));
    CHECK_FALSE(missing.is_overdue);
    CHECK(describe(effects[0]).starts_with("missing proposal"));
  }

  TEST_CASE("a repeated vote does not make a proposal missing, nor do votes for several") {
    Alone alone;
    alone.receive(alone.prepare(alone.by_round(0), alone.block));
    CHECK(count_of<ProposalMissing>(alone.receive(alone.prepare(alone.by_round(0), alone.block))) ==
          0);
    const auto other = make_block({.at = alone.at,
                                   .coinbase = alone.at.proposer(Round{}),
                                   .time = UnixMillis{250},
                                   .salt = 1});
    CHECK(count_of<ProposalMissing>(alone.receive(alone.prepare(alone.by_round(2), other))) == 0);
  }

  TEST_CASE("a proposal that has come is not missing") {
    Alone alone;
    alone.receive(alone.proposal(alone.block));
    CHECK(count_of<ProposalMissing>(alone.receive(alone.prepare(alone.by_round(0), alone.block))) ==
          0);
    CHECK(count_of<ProposalMissing>(alone.receive(alone.prepare(alone.by_round(2), alone.block))) ==
          0);
  }

  TEST_CASE("a dead proposer costs one round, and its height is decided by the next one") {
    Cluster cluster(4);
    REQUIRE(cluster.run_to(1, 10s));
    const std::size_t next_proposer = 1;
    cluster.kill(next_proposer);
    const auto before = cluster.now();
    REQUIRE(cluster.run_to(2, 10s));
    CHECK(cluster.rounds(0).back() == Round{1});
    CHECK(cluster.index_of(cluster.blocks(0).back()->header.coinbase) == 2);
    CHECK(cluster.now() - before <= 1s + 250ms + 10ms);
    REQUIRE(cluster.run_to(6, 20s));
  }

  TEST_CASE("two of four cannot decide, and go on when a third returns") {
    Cluster cluster(4);
    REQUIRE(cluster.run_to(1, 10s));
    cluster.kill(1);
    cluster.kill(2);
    CHECK_FALSE(cluster.run_to(2, 20s));
    cluster.restart(1);
    CHECK(cluster.run_to(3, 120s));
  }

  TEST_CASE("a block prepared in round 0 is the one decided later, though its commits were lost") {
    Cluster cluster(4);
    cluster.loses = [](std::size_t, std::size_t, const Message& message) {
      return code_of(message) == MessageCode::kCommit && round_of(message) == Round{};
    };
    REQUIRE(cluster.run_to(1, 20s));
    for (std::size_t node = 0; node < 4; ++node) {
      CHECK(cluster.rounds(node).front() == Round{1});
      // Proposed again by another validator, the block keeps its first proposer.
      CHECK(cluster.index_of(cluster.blocks(node).front()->header.coinbase) == 0);
    }
  }

  TEST_CASE("votes lost in an outage are sent again until the height is decided") {
    Cluster cluster(4);
    const auto healed = cluster.now() + 3s;
    cluster.loses = [&](std::size_t, std::size_t, const Message&) {
      return cluster.now() < healed;
    };
    CHECK(cluster.run_to(1, 20s));
  }

  TEST_CASE("a quiet height waits for work, and then proposes at once") {
    Cluster cluster(4);
    cluster.has_work = false;
    const auto start = cluster.now();
    CHECK_FALSE(cluster.run_to(1, 30s));
    CHECK(cluster.engine(0).is_quiet());
    cluster.has_work = true;
    const auto woken = cluster.now();
    for (std::size_t node = 0; node < 4; ++node) cluster.tell(node, WorkArrived{});
    REQUIRE(cluster.run_to(1, 1s));
    CHECK(cluster.now() == woken);
    CHECK(cluster.rounds(0).front() == Round{});
    CHECK(woken - start < 60s + 1s);
  }

  TEST_CASE("a quiet height ends with an empty block after the empty period") {
    Cluster cluster(4);
    cluster.has_work = false;
    const auto start = cluster.now();
    REQUIRE(cluster.run_to(1, 100s));
    CHECK(cluster.now() - start == 60s);
    CHECK(cluster.blocks(0).front()->transactions.empty());
    CHECK(cluster.rounds(0).front() == Round{});
  }

  TEST_CASE("work that turns out unfit makes the height quiet again") {
    Cluster cluster(1);
    cluster.builds_empty = true;
    CHECK_FALSE(cluster.run_to(1, 10s));
    cluster.builds_empty = false;
    cluster.tell(0, WorkArrived{});
    CHECK(cluster.run_to(1, 1s));
  }

  TEST_CASE(
      "a crashed proposer does not stall a quiet chain: round 1 proposes even an empty block") {
    Cluster cluster(4);
    cluster.has_work = false;
    cluster.kill(0);
    REQUIRE(cluster.run_to(1, 70s));
    CHECK(cluster.rounds(1).front() == Round{1});
  }

  TEST_CASE("work before the period's end is proposed when the period ends") {
    Alone alone;
    alone.now = UnixMillis{100};
    const HeadChanged quiet{Height{1},           BlockHash{{1}},
                            UnixMillis{0},       alone.at.proposer(Round{}),
                            alone.at.validators, false};
    const auto first = alone.step(quiet);
    REQUIRE(first.size() == 1);
    CHECK(std::get<StartTimer>(first[0]).delay == 60s - 100ms);
    const auto second = alone.step(WorkArrived{});
    REQUIRE(second.size() == 1);
    CHECK(std::get<StartTimer>(second[0]).delay == 150ms);
    CHECK(alone.step(WorkArrived{}).empty());
  }

  TEST_CASE("a proposal is executed before it is prepared, and an invalid one never is") {
    Alone alone;
    const auto effects = alone.receive(alone.proposal(alone.block));
    CHECK(count_of<ExecuteBlock>(effects) == 1);
    CHECK(count_of<CastVote>(effects) == 0);
    const auto hash = hash_of_block(alone.block);
    SUBCASE("valid") {
      CHECK(count_of<CastVote>(alone.step(BlockExecuted{hash, true})) == 1);
      CHECK(count_of<CastVote>(alone.step(BlockExecuted{hash, true})) == 0);
    }
    SUBCASE("invalid") {
      CHECK(alone.step(BlockExecuted{hash, false}).empty());
      for (std::uint32_t i = 0; i < 3; ++i) {
        CHECK(alone.receive(alone.prepare(alone.by_round(i), alone.block)).empty());
      }
    }
  }

  TEST_CASE("one author's prepares count once, whatever their signatures") {
    Alone alone;
    CHECK_FALSE(alone.receive(alone.proposal(alone.block)).empty());
    const auto vote = alone.step(BlockExecuted{hash_of_block(alone.block), true});
    REQUIRE(count_of<CastVote>(vote) == 1);
    auto& other = alone.by_round(0);
    for (int i = 0; i < 5; ++i) CHECK(alone.receive(alone.prepare(other, alone.block)).empty());
    // The second distinct author is one short of the quorum of three.
    CHECK(alone.receive(alone.prepare(alone.by_round(1), alone.block)).empty());
    CHECK(count_of<CastVote>(alone.receive(alone.prepare(alone.by_round(2), alone.block))) == 1);
  }

  TEST_CASE("our own vote counts only when it is durable") {
    Alone alone;
    CHECK_FALSE(alone.receive(alone.proposal(alone.block)).empty());
    CHECK(alone.receive(alone.prepare(alone.by_round(0), alone.block)).empty());
    CHECK(alone.receive(alone.prepare(alone.by_round(1), alone.block)).empty());
    const auto effects = alone.step(BlockExecuted{hash_of_block(alone.block), true});
    CHECK(count_of<CastVote>(effects) == 1);
    const auto own = alone.prepare(alone.by_round(3), alone.block);
    CHECK(count_of<CastVote>(alone.step(OwnVoteStored{own})) == 1);
  }

  TEST_CASE("a second proposal of one round is refused and kept as evidence") {
    Alone alone;
    CHECK_FALSE(alone.receive(alone.proposal(alone.block)).empty());
    const auto other = make_block({.at = alone.at,
                                   .coinbase = alone.at.proposer(Round{}),
                                   .time = UnixMillis{250},
                                   .salt = 1});
    const auto effects = alone.receive(alone.proposal(other));
    CHECK(count_of<ReportDoubleVote>(effects) == 1);
    CHECK(count_of<ExecuteBlock>(effects) == 0);
  }

  TEST_CASE("a second proposal is evidence whether or not its transactions have come") {
    Alone alone;
    const auto whole = alone.proposal(alone.block);
    const auto bare =
        without_transactions(alone.proposal(make_block({.at = alone.at,
                                                        .coinbase = alone.at.proposer(Round{}),
                                                        .time = UnixMillis{250},
                                                        .salt = 1})));
    SUBCASE("the whole one comes first") {
      CHECK(count_of<ReportDoubleVote>(alone.receive(whole)) == 0);
      CHECK(count_of<ReportDoubleVote>(alone.receive(bare)) == 1);
    }
    SUBCASE("the whole one comes last, and is voted for") {
      CHECK(alone.receive(bare).empty());
      const auto effects = alone.receive(whole);
      CHECK(count_of<ReportDoubleVote>(effects) == 1);
      CHECK(count_of<ExecuteBlock>(effects) == 1);
    }
    SUBCASE("neither comes whole") {
      CHECK(alone.receive(bare).empty());
      CHECK(count_of<ReportDoubleVote>(alone.receive(without_transactions(whole))) == 1);
    }
    SUBCASE("the same one comes bare and whole") {
      CHECK(alone.receive(without_transactions(whole)).empty());
      CHECK(count_of<ReportDoubleVote>(alone.receive(whole)) == 0);
    }
  }

  TEST_CASE("a header without its transactions is not voted for") {
    Alone alone;
    const auto whole = alone.proposal(alone.block);
    CHECK(alone.receive(without_transactions(whole)).empty());
    CHECK(count_of<ExecuteBlock>(alone.receive(whole)) == 1);
  }

  TEST_CASE("a header by our own key that we did not sign silences this validator for good") {
    Alone alone;
    auto& self = alone.by_round(3);
    const auto digest = digest_of_block(alone.block, Round{3});
    const auto foreign = signed_as<Proposal>(
        self,
        ProposalDraft{{alone.at.height, Round{3}, digest}, restamp(alone.block, Round{3}), {}, {}});
    CHECK(count_of<StoppedSigning>(alone.receive(without_transactions(foreign))) == 1);
    CHECK_FALSE(alone.engine.may_sign());
  }

  TEST_CASE("a double prepare is evidence and does not count for the second digest") {
    Alone alone;
    const auto other = make_block({.at = alone.at,
                                   .coinbase = alone.at.proposer(Round{}),
                                   .time = UnixMillis{250},
                                   .salt = 1});
    CHECK(alone.receive(alone.prepare(alone.by_round(0), alone.block)).empty());
    const auto effects = alone.receive(alone.prepare(alone.by_round(0), other));
    CHECK(count_of<ReportDoubleVote>(effects) == 1);
  }

  TEST_CASE("a proposal from the future of our clock is not voted for") {
    Alone alone;
    const auto ahead = make_block({.at = alone.at,
                                   .coinbase = alone.at.proposer(Round{}),
                                   .time = alone.now + kClockDriftMax + 1ms});
    CHECK(count_of<RejectedMessage>(alone.receive(alone.proposal(ahead))) == 1);
    const auto edge = make_block({.at = alone.at,
                                  .coinbase = alone.at.proposer(Round{}),
                                  .time = alone.now + kClockDriftMax});
    CHECK(count_of<ExecuteBlock>(alone.receive(alone.proposal(edge))) == 1);
  }

  TEST_CASE("f + 1 round changes pull a validator along, f do not") {
    Alone alone;
    const auto wish = [&](std::uint32_t by, std::uint32_t round) {
      return signed_as<RoundChange>(
          alone.by_round(by),
          RoundChangeDraft{{alone.at.height, Round{round}, std::nullopt}, nullptr, {}});
    };
    CHECK(alone.receive(wish(0, 5)).empty());
    CHECK(alone.engine.round() == Round{});
    const auto effects = alone.receive(wish(1, 4));
    CHECK(alone.engine.round() == Round{4});
    CHECK(count_of<CastVote>(effects) == 1);
  }

  TEST_CASE("the time-out of a later round runs once a quorum has reached it") {
    Alone alone;
    const auto wish = [&](std::uint32_t by, std::uint32_t round) {
      return signed_as<RoundChange>(
          alone.by_round(by),
          RoundChangeDraft{{alone.at.height, Round{round}, std::nullopt}, nullptr, {}});
    };
    const auto has_round_timer = [](const std::vector<Effect>& effects) {
      return std::ranges::any_of(effects, [](const Effect& effect) {
        const auto* timer = std::get_if<StartTimer>(&effect);
        return timer != nullptr && timer->kind == TimerKind::kRound;
      });
    };
    CHECK(has_round_timer(alone.step(TimerFired{TimerKind::kBlock, alone.at.height, Round{}})));
    CHECK_FALSE(
        has_round_timer(alone.step(TimerFired{TimerKind::kRound, alone.at.height, Round{}})));
    CHECK(alone.engine.round() == Round{1});
    CHECK_FALSE(has_round_timer(alone.step(OwnVoteStored{wish(3, 1)})));
    CHECK_FALSE(has_round_timer(alone.receive(wish(0, 1))));
    CHECK_FALSE(has_round_timer(alone.receive(wish(0, 1))));
    // Whoever is further on has reached this round, too.
    CHECK(has_round_timer(alone.receive(wish(1, 3))));
  }

  TEST_CASE(
      "two validators two rounds apart meet though a third is dead and time-outs are capped") {
    Timing timing;
    timing.request_timeout_max = timing.request_timeout;
    Cluster cluster(4, timing);
    REQUIRE(cluster.run_to(1, 10s));
    cluster.kill(1);
    const auto healed = cluster.now() + 10s;
    // Validator 2 hears everybody, but is not heard until it has left two rounds.
    cluster.loses = [&](std::size_t from, std::size_t, const Message&) {
      return from == 2 && cluster.now() < healed;
    };
    CHECK(cluster.run_to(3, 40s));
  }

  TEST_CASE("a stranger's message is refused before anything else") {
    Alone alone;
    TestSigner stranger(crypto::PrivateKey{{7}});
    CHECK(count_of<RejectedMessage>(alone.receive(alone.prepare(stranger, alone.block))) == 1);
  }

  TEST_CASE("a vote by our own key that we do not know silences this validator for good") {
    Alone alone;
    const auto effects = alone.receive(alone.prepare(alone.by_round(3), alone.block));
    CHECK(count_of<StoppedSigning>(effects) == 1);
    CHECK_FALSE(alone.engine.may_sign());
    CHECK_FALSE(alone.receive(alone.proposal(alone.block)).empty());
    CHECK(count_of<CastVote>(alone.step(BlockExecuted{hash_of_block(alone.block), true})) == 0);
  }

  TEST_CASE("an echo of our own vote is harmless") {
    Alone alone;
    CHECK_FALSE(alone.receive(alone.proposal(alone.block)).empty());
    CHECK_FALSE(alone.step(BlockExecuted{hash_of_block(alone.block), true}).empty());
    const auto own = alone.prepare(alone.by_round(3), alone.block);
    CHECK(alone.step(OwnVoteStored{own}).empty());
    CHECK(alone.receive(own).empty());
    CHECK(alone.engine.may_sign());
  }

  TEST_CASE("a commit quorum finishes the height even when our round has moved on") {
    Alone alone;
    CHECK_FALSE(alone.receive(alone.proposal(alone.block)).empty());
    CHECK_FALSE(alone.step(BlockExecuted{hash_of_block(alone.block), true}).empty());
    CHECK_FALSE(alone.step(TimerFired{TimerKind::kRound, alone.at.height, Round{}}).empty());
    CHECK(alone.engine.round() == Round{1});
    const auto digest = digest_of_block(alone.block, Round{});
    std::vector<Effect> effects;
    for (std::uint32_t i = 0; i < 3; ++i) {
      effects = alone.receive(
          signed_as<Commit>(alone.by_round(i), CommitDraft{alone.at.height, Round{}, digest}));
    }
    REQUIRE(count_of<CommitBlock>(effects) == 1);
    CHECK(std::get<CommitBlock>(effects[0]).seals.size() == 3);
  }

  TEST_CASE("a node that is no validator follows and finishes without voting") {
    auto signers = make_signers(4);
    const auto at = first_height(signers);
    Engine observer(Timing{}, Address{{9}}, {});
    const auto now = UnixMillis{1000};
    CHECK_FALSE(observer
                    .step(HeadChanged{Height{}, at.parent_hash, UnixMillis{0}, Address{},
                                      at.validators, true},
                          now)
                    .empty());
    Alone world;
    CHECK(count_of<ExecuteBlock>(
              observer.step(MessageReceived{world.proposal(world.block), 1}, now)) == 1);
    CHECK(observer.step(BlockExecuted{hash_of_block(world.block), true}, now).empty());
    std::size_t finished = 0;
    for (std::uint32_t i = 0; i < 3; ++i) {
      const auto commit =
          signed_as<Commit>(world.by_round(i),
                            CommitDraft{at.height, Round{}, digest_of_block(world.block, Round{})});
      finished += count_of<CommitBlock>(observer.step(MessageReceived{commit, 1}, now));
    }
    CHECK(finished == 1);
  }

  TEST_CASE("messages of the next height wait for it") {
    Alone alone;
    auto later = alone.at;
    later.height = Height{2};
    later.parent_hash = hash_of_block(alone.block);
    later.parent_coinbase = alone.block->header.coinbase;
    const auto block =
        make_block({.at = later, .coinbase = later.proposer(Round{}), .time = UnixMillis{600}});
    auto& proposer = alone.by_round(1);
    REQUIRE(proposer.address() == later.proposer(Round{}));
    const auto proposal = signed_as<Proposal>(
        proposer,
        ProposalDraft{{later.height, Round{}, digest_of_block(block, Round{})}, block, {}, {}});
    CHECK(alone.receive(proposal).empty());
    const auto effects = alone.step(HeadChanged{Height{1}, later.parent_hash, UnixMillis{250},
                                                later.parent_coinbase, later.validators, true});
    CHECK(count_of<ExecuteBlock>(effects) == 1);
  }

  TEST_CASE("the same events give the same effects") {
    Cluster first(4);
    Cluster second(4);
    REQUIRE(first.run_to(6, 10s));
    REQUIRE(second.run_to(6, 10s));
    CHECK(first.trace() == second.trace());
  }
}

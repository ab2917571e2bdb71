// What the engine makes of sessions, clocks and its own key's votes.
#include "tests/testkit/consensus/alone.hpp"
#include "tests/testkit/consensus/cluster.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace datapact;
using namespace datapact::consensus;
using namespace datapact::consensus::test;
using namespace std::chrono_literals;

namespace {

TimerFired proposal_due(const Alone& alone) {
  return {TimerKind::kBlock, alone.at.height, Round{}};
}

std::vector<Round> rounds_asked_for(const std::vector<Effect>& effects) {
  std::vector<Round> out;
  for (const auto& effect : effects) {
    const auto* cast = std::get_if<CastVote>(&effect);
    if (cast == nullptr) continue;
    if (const auto* wish = std::get_if<RoundChangeDraft>(&cast->vote)) {
      out.push_back(wish->payload.round);
    }
  }
  return out;
}

/// The head above the first height, decided elsewhere.
HeadChanged second_height(const Alone& alone) {
  return {Height{1},           hash_of_block(alone.block),
          UnixMillis{250},     alone.block->header.coinbase,
          alone.at.validators, true};
}

}  // namespace

TEST_SUITE("consensus/engine_peers") {
  TEST_CASE("nobody waits for a proposer that is disconnected") {
    Alone alone;
    CHECK(rounds_asked_for(alone.step(PeerDisconnected{alone.at.proposer(Round{})})).empty());
    CHECK(rounds_asked_for(alone.step(proposal_due(alone))) == std::vector{Round{1}});
  }
  TEST_CASE("a proposer that disconnects when its proposal is due is given up at once") {
    Alone alone;
    CHECK(rounds_asked_for(alone.step(proposal_due(alone))).empty());
    CHECK(rounds_asked_for(alone.step(PeerDisconnected{alone.at.proposer(Round{})})) ==
          std::vector{Round{1}});
  }
  TEST_CASE("a proposer whose proposal is here is waited for, connected or not") {
    Alone alone;
    CHECK_FALSE(alone.receive(alone.proposal(alone.block)).empty());
    CHECK(rounds_asked_for(alone.step(PeerDisconnected{alone.at.proposer(Round{})})).empty());
    CHECK(alone.engine.round() == Round{});
  }
  TEST_CASE("a stranger that disconnects changes nothing") {
    Alone alone;
    CHECK(alone.step(PeerDisconnected{Address{{0x77}}}).empty());
  }
  TEST_CASE("a dead proposer costs a time-out at its first turns only") {
    Cluster cluster(4);
    REQUIRE(cluster.run_to(1, 10s));
    cluster.kill(1);
    REQUIRE(cluster.run_to(8, 60s));
    const auto before = cluster.now();
    REQUIRE(cluster.run_to(24, 60s));
    // Sixteen heights, four of them the dead one's: no time-out of a second in any.
    CHECK(cluster.now() - before <= 16 * 260ms);
  }
  TEST_CASE("a clock that is wrong by a second stops the votes, and a mended one resumes them") {
    Alone alone;
    const auto skew = [&](std::chrono::milliseconds ahead) {
      std::vector<Effect> all;
      for (const auto& validator : alone.at.validators) {
        for (auto& effect : alone.step(ClockSample{validator, ahead, 0ms})) all.push_back(effect);
      }
      return all;
    };
    const auto warned = skew(250ms);
    REQUIRE(count_of<ClockJudged>(warned) == 1);
    CHECK(std::get<ClockJudged>(warned[0]).level == ClockLevel::kSkewed);
    CHECK(count_of<ClockJudged>(skew(-1500ms)) == 1);
    CHECK(alone.engine.clock_level() == ClockLevel::kWrong);
    CHECK_FALSE(alone.receive(alone.proposal(alone.block)).empty());
    CHECK(count_of<CastVote>(alone.step(BlockExecuted{hash_of_block(alone.block), true})) == 0);
    const auto mended = skew(5ms);
    CHECK(alone.engine.clock_level() == ClockLevel::kGood);
    CHECK(count_of<CastVote>(mended) == 1);
  }
  TEST_CASE("a vote by our key for a later height silences us at once, however far it is") {
    for (const std::uint64_t height : {2ULL, 9'000ULL}) {
      Alone alone;
      const auto foreign = signed_as<Prepare>(
          alone.by_round(3), PreparePayload{Height{height}, Round{}, Hash256{{1}}});
      CHECK(count_of<StoppedSigning>(alone.receive(foreign)) == 1);
      CHECK_FALSE(alone.engine.may_sign());
      CHECK(alone.receive(foreign).empty());
    }
  }
  TEST_CASE("votes of a height that is not begun are known, and nothing is signed before it") {
    Alone alone;
    auto& self = alone.by_round(3);
    const auto later = signed_as<Prepare>(self, PreparePayload{Height{2}, Round{}, Hash256{{1}}});
    // The disk has an older chain than the journal: a backup was restored.
    Engine engine(Timing{}, self.address(), {RememberedVote{later, std::nullopt, {}}});
    const auto step = [&](const Event& event) { return engine.step(event, alone.now); };
    CHECK_FALSE(step(HeadChanged{Height{}, alone.at.parent_hash, UnixMillis{0}, Address{},
                                 alone.at.validators, true})
                    .empty());
    CHECK(step(MessageReceived{later, 1}).empty());
    CHECK_FALSE(step(MessageReceived{alone.proposal(alone.block), 1}).empty());
    CHECK(count_of<CastVote>(step(BlockExecuted{hash_of_block(alone.block), true})) == 0);
    const auto effects = step(second_height(alone));
    REQUIRE(count_of<Resend>(effects) == 1);
    CHECK(engine.may_sign());
  }
  TEST_CASE("a head that was fetched in the middle of a height ends it") {
    Alone alone;
    CHECK_FALSE(alone.receive(alone.proposal(alone.block)).empty());
    CHECK_FALSE(alone.step(BlockExecuted{hash_of_block(alone.block), true}).empty());
    CHECK(count_of<StartTimer>(alone.step(second_height(alone))) == 1);
    CHECK(alone.engine.height() == Height{2});
    CHECK(alone.step(TimerFired{TimerKind::kRound, Height{1}, Round{}}).empty());
    // Told again, it changes nothing.
    CHECK(alone.step(second_height(alone)).empty());
    CHECK(alone.engine.height() == Height{2});
  }
  TEST_CASE("who becomes a validator with the next height may send its votes early") {
    Alone alone;
    TestSigner newcomer(crypto::PrivateKey{{7}});
    auto validators = alone.at.validators;
    validators.push_back(newcomer.address());
    std::ranges::sort(validators);
    const auto wish = signed_as<RoundChange>(
        newcomer, RoundChangeDraft{{Height{2}, Round{1}, std::nullopt}, nullptr, {}});
    CHECK(alone.receive(wish).empty());
    auto head = second_height(alone);
    head.validators = validators;
    CHECK_FALSE(alone.step(head).empty());
    // With f + 1 = 2 wishes the engine follows: the newcomer's was kept.
    auto other = signed_as<RoundChange>(
        alone.by_round(1), RoundChangeDraft{{Height{2}, Round{1}, std::nullopt}, nullptr, {}});
    CHECK(rounds_asked_for(alone.receive(other)) == std::vector{Round{1}});
  }
  TEST_CASE("who leaves the set with a height votes no more and is refused") {
    Alone alone;
    auto head = second_height(alone);
    std::erase(head.validators, alone.by_round(3).address());
    CHECK_FALSE(alone.step(head).empty());
    CHECK_FALSE(alone.engine.is_validator());
    CHECK(rounds_asked_for(alone.step(TimerFired{TimerKind::kRound, Height{2}, Round{}})).empty());
  }
  TEST_CASE("rounds that were given up long ago are forgotten with their blocks") {
    Alone alone;
    CHECK_FALSE(alone.receive(alone.proposal(alone.block)).empty());
    CHECK_FALSE(alone.step(BlockExecuted{hash_of_block(alone.block), true}).empty());
    std::size_t forgotten = 0;
    for (std::uint32_t round = 0; round <= kRoundsBehindMax; ++round) {
      CHECK(forgotten == 0);
      forgotten += count_of<ForgetBlock>(
          alone.step(TimerFired{TimerKind::kRound, alone.at.height, Round{round}}));
    }
    CHECK(forgotten == 1);
    const auto digest = digest_of_block(alone.block, Round{});
    for (std::uint32_t by = 0; by < 3; ++by) {
      CHECK(alone
                .receive(signed_as<Commit>(alone.by_round(by),
                                           CommitDraft{alone.at.height, Round{}, digest}))
                .empty());
    }
  }
}

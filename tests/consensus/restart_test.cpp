// A validator that crashes at any record of its journal comes back and never contradicts itself;
// the cluster checks every signature it makes against all it ever made.
#include "tests/testkit/consensus/cluster.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::consensus;
using namespace datapact::consensus::test;
using namespace std::chrono_literals;

namespace {

/// Runs `count` validators to height 3 while validator 0 crashes at the `record`-th record, before
/// or after it is durable, and comes back after `away`. False when it never got to that record.
bool crash_at(std::size_t count, std::size_t record, bool before, std::chrono::milliseconds away) {
  Cluster cluster(count);
  std::size_t seen = 0;
  bool crashed = false;
  const auto trigger = [&](std::size_t node, const VotePoint&) {
    if (node != 0 || crashed || seen++ != record) return false;
    crashed = true;
    return true;
  };
  (before ? cluster.crashes_before : cluster.crashes_after) = trigger;
  const auto end = cluster.now() + 20s;
  while (!crashed && cluster.now() < end && cluster.blocks(0).size() < 3) {
    if (!cluster.run_one()) break;
  }
  if (!crashed) return false;
  if (away > 0ms) cluster.run_for(away);
  cluster.restart(0);
  // Who was away may be left behind, as blocks are not fetched here; the last one goes on.
  const std::size_t watched = count - 1;
  const auto late = cluster.now() + 200s;
  while (cluster.blocks(watched).size() < 3 && cluster.now() < late && cluster.run_one()) {
  }
  CAPTURE(record);
  CAPTURE(before);
  CHECK(cluster.blocks(watched).size() >= 3);
  return true;
}

}  // namespace

TEST_SUITE("consensus/restart") {
  TEST_CASE("one validator restarted at each record goes on with the very same votes") {
    for (const bool before : {true, false}) {
      std::size_t records = 0;
      while (crash_at(1, records, before, 0ms)) ++records;
      CHECK(records == 9);  // Three heights of proposal, prepare, commit.
    }
  }

  TEST_CASE("one of four validators restarted at each record never signs a second digest") {
    for (const bool before : {true, false}) {
      for (const auto away : {0ms, 100ms, 3000ms}) {
        std::size_t records = 0;
        while (crash_at(4, records, before, away)) ++records;
        CHECK(records >= 7);  // It proposes one of three heights.
      }
    }
  }

  TEST_CASE("all validators restarted after they prepared still decide the prepared block") {
    Cluster cluster(4);
    std::size_t commits = 0;
    cluster.loses = [](std::size_t, std::size_t, const Message& message) {
      return code_of(message) == MessageCode::kCommit && round_of(message) == Round{};
    };
    cluster.crashes_after = [&](std::size_t, const VotePoint& point) {
      return point.code == MessageCode::kCommit && point.round == Round{} && ++commits <= 4;
    };
    while (commits < 4 && cluster.run_one()) {
    }
    REQUIRE(commits == 4);
    cluster.crashes_after = nullptr;
    for (std::size_t node = 0; node < 4; ++node) cluster.restart(node);
    REQUIRE(cluster.run_to(1, 60s));
    CHECK(cluster.rounds(0).front() == Round{1});
    CHECK(cluster.index_of(cluster.blocks(0).front()->header.coinbase) == 0);
  }

  TEST_CASE("a validator without its journal sees its own earlier vote and stops signing") {
    Cluster cluster(4);
    // It votes, is wiped, and hears its own vote from a peer.
    while (cluster.journal(2).empty()) REQUIRE(cluster.run_one());
    const auto earlier = decode_entry(cluster.journal(2).front(), kDomain);
    REQUIRE(earlier.has_value());
    Engine amnesiac(Timing{}, cluster.signer(2).address(), {});
    const auto validators = addresses_of(make_signers(4));
    CHECK_FALSE(amnesiac
                    .step(HeadChanged{Height{}, kDomain.genesis_hash, UnixMillis{1'000'000},
                                      Address{}, validators, true},
                          cluster.now())
                    .empty());
    const auto effects = amnesiac.step(MessageReceived{earlier->message, 1}, cluster.now());
    REQUIRE(effects.size() == 1);
    CHECK(std::holds_alternative<StoppedSigning>(effects[0]));
  }
}

#include "node/verification_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <string>

using namespace datapact;
using namespace datapact::node;

namespace {

const p2p::NodeId kAlice{{1}};
const p2p::NodeId kBob{{2}};

VerificationLimits limits_of(const LaneLimits& each) {
  VerificationLimits limits;
  limits.lanes.fill(each);
  return limits;
}

/// One thread, held at a gate, so that what is posted waits.
struct Held {
  VerificationPool pool;
  std::promise<void> started;
  std::promise<void> gate;
  std::string order;

  explicit Held(const LaneLimits& each) : pool(1, limits_of(each)) {
    REQUIRE(pool.try_post({Lane::kBlocks, 0, std::nullopt, [this] {
                             started.set_value();
                             gate.get_future().wait();
                           }}));
    started.get_future().wait();
  }
  bool post(Lane lane, std::size_t bytes, std::optional<p2p::NodeId> peer = std::nullopt) {
    return pool.try_post(
        {lane, bytes, peer, [this, lane] { order += std::string(to_string(lane)) + " "; }});
  }
  void finish() {
    gate.set_value();
    pool.stop();
  }
};

}  // namespace

TEST_SUITE("node/verification_pool") {
  TEST_CASE("a full lane refuses, and stopping runs what was taken") {
    Held held({.jobs_max = 2, .bytes_max = 100, .peer_jobs_max = 2, .peer_bytes_max = 100});
    CHECK(held.post(Lane::kGossip, 1));
    CHECK(held.post(Lane::kGossip, 1));
    CHECK_FALSE(held.post(Lane::kGossip, 1));
    held.finish();
    CHECK(held.order == "gossip gossip ");
    CHECK_FALSE(held.post(Lane::kGossip, 1));
  }
  TEST_CASE("votes go before blocks and blocks before transactions, each with room of its own") {
    Held held({.jobs_max = 2, .bytes_max = 100, .peer_jobs_max = 2, .peer_bytes_max = 100});
    CHECK(held.post(Lane::kGossip, 100));
    CHECK(held.post(Lane::kBlocks, 100));
    CHECK(held.post(Lane::kConsensus, 100));
    CHECK_FALSE(held.post(Lane::kConsensus, 1));
    held.finish();
    CHECK(held.order == "consensus blocks gossip ");
  }
  TEST_CASE("a few large messages cannot fill the memory that many small ones may") {
    Held held({.jobs_max = 1'000, .bytes_max = 100, .peer_jobs_max = 1'000, .peer_bytes_max = 100});
    CHECK(held.post(Lane::kConsensus, 60));
    CHECK_FALSE(held.post(Lane::kConsensus, 60));
    CHECK(held.post(Lane::kConsensus, 40));
    held.finish();
  }
  TEST_CASE("a peer that floods displaces nobody else's votes") {
    Held held({.jobs_max = 10, .bytes_max = 100, .peer_jobs_max = 2, .peer_bytes_max = 50});
    CHECK(held.post(Lane::kConsensus, 1, kAlice));
    CHECK(held.post(Lane::kConsensus, 1, kAlice));
    CHECK_FALSE(held.post(Lane::kConsensus, 1, kAlice));
    CHECK(held.post(Lane::kConsensus, 50, kBob));
    CHECK_FALSE(held.post(Lane::kConsensus, 1, kBob));
    // In another lane they have room again, and what has run makes room.
    CHECK(held.post(Lane::kGossip, 50, kAlice));
    held.finish();
  }
  TEST_CASE("what waits and what was dropped is counted by lane, and what has run waits no more") {
    Held held({.jobs_max = 10, .bytes_max = 100, .peer_jobs_max = 10, .peer_bytes_max = 50});
    CHECK(held.post(Lane::kGossip, 50, kAlice));
    CHECK_FALSE(held.post(Lane::kGossip, 1, kAlice));
    const auto before = held.pool.counts();
    const auto gossip = static_cast<std::size_t>(Lane::kGossip);
    CHECK(before.at(gossip).jobs == 1);
    CHECK(before.at(gossip).bytes == 50);
    CHECK(before.at(gossip).dropped == 1);
    held.finish();
    for (const auto& lane : held.pool.counts()) CHECK(lane.jobs == 0);
  }
}

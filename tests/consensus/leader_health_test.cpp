#include "consensus/leader_health.hpp"

#include "consensus/params.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::consensus;

namespace {
const Address kLeader{{1}};
const Address kOther{{2}};
const chain::ValidatorSet kSet{kLeader, kOther};
}  // namespace

TEST_SUITE("consensus/leader_health") {
  TEST_CASE("nobody is doubted without a reason") {
    LeaderHealth health;
    CHECK_FALSE(health.is_doubtful(kLeader));
    health.turn_ended(kLeader, true);
    CHECK_FALSE(health.is_doubtful(kLeader));
  }
  TEST_CASE("a proposer is doubted while disconnected, and not once it is back") {
    LeaderHealth health;
    health.disconnected(kLeader);
    CHECK(health.is_doubtful(kLeader));
    CHECK_FALSE(health.is_doubtful(kOther));
    health.connected(kLeader);
    CHECK_FALSE(health.is_doubtful(kLeader));
  }
  TEST_CASE("a proposer whose return nobody noticed is doubted no more once it is heard") {
    LeaderHealth health;
    health.disconnected(kLeader);
    health.heard(kLeader);
    CHECK_FALSE(health.is_doubtful(kLeader));
  }
  TEST_CASE("a proposer is doubted after its last turns were missed, until one is used") {
    LeaderHealth health;
    for (std::uint32_t i = 0; i < kMissedTurnsMax; ++i) {
      CHECK_FALSE(health.is_doubtful(kLeader));
      health.turn_ended(kLeader, false);
    }
    CHECK(health.is_doubtful(kLeader));
    health.turn_ended(kLeader, true);
    CHECK_FALSE(health.is_doubtful(kLeader));
  }
  TEST_CASE("who was skipped long enough gets one more try, and is doubted again if it fails") {
    LeaderHealth health;
    for (std::uint32_t i = 0; i < kMissedTurnsMax; ++i) health.turn_ended(kLeader, false);
    for (std::uint32_t i = 0; i < kSkippedTurnsMax; ++i) {
      CHECK(health.is_doubtful(kLeader));
      health.turn_ended(kLeader, false);
    }
    CHECK_FALSE(health.is_doubtful(kLeader));
    health.turn_ended(kLeader, false);
    CHECK(health.is_doubtful(kLeader));
  }
  TEST_CASE("a validator that is silent for some heights is doubted until it is heard") {
    LeaderHealth health;
    for (std::uint32_t i = 0; i <= kSilentHeightsMax; ++i) {
      CHECK_FALSE(health.is_doubtful(kLeader));
      health.height_ended(kSet);
      health.heard(kOther);
    }
    CHECK(health.is_doubtful(kLeader));
    CHECK_FALSE(health.is_doubtful(kOther));
    health.heard(kLeader);
    CHECK_FALSE(health.is_doubtful(kLeader));
  }
  TEST_CASE("who leaves the set is forgotten") {
    LeaderHealth health;
    health.disconnected(kLeader);
    health.keep_only({kOther});
    CHECK_FALSE(health.is_doubtful(kLeader));
  }
}

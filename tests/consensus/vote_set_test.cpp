#include "consensus/vote_set.hpp"

#include "consensus/round_changes.hpp"
#include "tests/testkit/consensus/world.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::consensus;
using namespace datapact::consensus::test;

namespace {
const Hash256 kOne{{1}};
const Hash256 kTwo{{2}};
Prepare prepare_by(TestSigner& signer, const Hash256& digest) {
  return signed_as<Prepare>(signer, PreparePayload{Height{1}, Round{}, digest});
}
RoundChange wish_by(TestSigner& signer, std::uint32_t round) {
  return signed_as<RoundChange>(signer,
                                RoundChangeDraft{{Height{1}, Round{round}, {}}, nullptr, {}});
}
}  // namespace

TEST_SUITE("consensus/vote_set") {
  TEST_CASE("an author counts once, however often the vote arrives") {
    auto signers = make_signers(2);
    VoteSet<Prepare> votes;
    CHECK(votes.add(prepare_by(signers[0], kOne)) == Added::kNew);
    CHECK(votes.add(prepare_by(signers[0], kOne)) == Added::kDuplicate);
    CHECK(votes.count(kOne) == 1);
    CHECK(votes.add(prepare_by(signers[1], kOne)) == Added::kNew);
    CHECK(votes.count(kOne) == 2);
    CHECK(votes.matching(kOne).size() == 2);
  }
  TEST_CASE("a second digest by one author is a conflict and the first vote stays") {
    auto signers = make_signers(1);
    VoteSet<Prepare> votes;
    votes.add(prepare_by(signers[0], kOne));
    CHECK(votes.add(prepare_by(signers[0], kTwo)) == Added::kConflict);
    CHECK(votes.count(kTwo) == 0);
    REQUIRE(votes.by(signers[0].address()) != nullptr);
    CHECK(votes.by(signers[0].address())->payload().digest == kOne);
  }
  TEST_CASE("round changes count for the highest round of their author") {
    auto signers = make_signers(3);
    RoundChanges wishes;
    CHECK(wishes.add(wish_by(signers[0], 1)) == Added::kNew);
    CHECK(wishes.add(wish_by(signers[0], 3)) == Added::kNew);
    CHECK(wishes.add(wish_by(signers[0], 2)) == Added::kDuplicate);
    CHECK(wishes.for_round(Round{1}).empty());
    CHECK(wishes.for_round(Round{3}).size() == 1);
    CHECK_FALSE(wishes.smallest_above(Round{0}, 2).has_value());
    CHECK(wishes.add(wish_by(signers[1], 2)) == Added::kNew);
    CHECK(wishes.smallest_above(Round{0}, 2) == Round{2});
    CHECK_FALSE(wishes.smallest_above(Round{2}, 2).has_value());
  }
}

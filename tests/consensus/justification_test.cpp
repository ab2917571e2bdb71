// The justification matrix of QBFT.md section 14.
#include "consensus/justification.hpp"

#include "consensus/params.hpp"
#include "tests/testkit/consensus/world.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::consensus;
using namespace datapact::consensus::test;

namespace {

using Error = JustificationError;

struct Case {
  std::vector<TestSigner> signers = make_signers(5);  // The fifth is no validator.
  HeightContext at;
  BlockPtr block;

  Case() {
    auto validators = addresses_of(signers);
    validators.pop_back();
    at = {Height{1}, kDomain.genesis_hash, Address{}, validators};
    block = make_block({.at = at, .coinbase = at.proposer(Round{})});
  }
  TestSigner& proposer(Round round) {
    for (auto& s : signers) {
      if (s.address() == at.proposer(round)) return s;
    }
    return signers[0];
  }
  PreparedPoint point(std::uint32_t round, const BlockPtr& of) {
    return {Round{round}, digest_of_block(of, Round{round})};
  }
  std::vector<Prepare> prepares(const PreparedPoint& p, std::size_t count, Height height) {
    std::vector<Prepare> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(signed_as<Prepare>(signers[i], PreparePayload{height, p.round, p.digest}));
    }
    return out;
  }
  std::vector<Prepare> prepares(const PreparedPoint& p, std::size_t count) {
    return prepares(p, count, at.height);
  }
  Authored<RoundChangePayload> wish(std::size_t by, std::uint32_t round,
                                    std::optional<PreparedPoint> p = std::nullopt) {
    return signed_as<RoundChange>(signers[by],
                                  RoundChangeDraft{{at.height, Round{round}, p}, nullptr, {}})
        .vote;
  }
  std::vector<Authored<RoundChangePayload>> wishes(std::uint32_t round, std::size_t count) {
    std::vector<Authored<RoundChangePayload>> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) out.push_back(wish(i, round));
    return out;
  }
  Proposal propose(std::uint32_t round, const BlockPtr& of,
                   std::vector<Authored<RoundChangePayload>> round_changes,
                   std::vector<Prepare> certificate) {
    return signed_as<Proposal>(
        proposer(Round{round}),
        ProposalDraft{{at.height, Round{round}, digest_of_block(of, Round{round})},
                      of,
                      std::move(round_changes),
                      std::move(certificate)});
  }
  BlockPtr fresh(std::uint32_t round) {
    return make_block({.at = at, .coinbase = at.proposer(Round{round}), .round = Round{round}});
  }
};

bool passes(const Result<void, Error>& result) { return result.has_value(); }
Error error_of(const Result<void, Error>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error();
}

}  // namespace

TEST_SUITE("consensus/justification") {
  TEST_CASE("round 0 needs the proposer of the height and no justification") {
    Case c;
    CHECK(passes(check_proposal(c.propose(0, c.block, {}, {}), c.at)));
    SUBCASE("parts where none belong") {
      CHECK(error_of(check_proposal(c.propose(0, c.block, c.wishes(1, 3), {}), c.at)) ==
            Error::kUnexpectedParts);
    }
    SUBCASE("another validator") {
      auto& other = c.proposer(Round{1});
      const auto proposal = signed_as<Proposal>(
          other, ProposalDraft{
                     {c.at.height, Round{}, digest_of_block(c.block, Round{})}, c.block, {}, {}});
      CHECK(error_of(check_proposal(proposal, c.at)) == Error::kWrongProposer);
    }
    SUBCASE("another coinbase") {
      const auto foreign = make_block({.at = c.at, .coinbase = c.at.proposer(Round{1})});
      CHECK(error_of(check_proposal(c.propose(0, foreign, {}, {}), c.at)) == Error::kWrongCoinbase);
    }
    SUBCASE("a block on another parent") {
      auto elsewhere = c.at;
      elsewhere.parent_hash = BlockHash{{9}};
      const auto foreign = make_block({.at = elsewhere, .coinbase = c.at.proposer(Round{})});
      CHECK(error_of(check_proposal(c.propose(0, foreign, {}, {}), c.at)) == Error::kWrongBlock);
    }
    SUBCASE("a block stamped with another round") {
      CHECK(error_of(check_proposal(c.propose(0, c.fresh(1), {}, {}), c.at)) == Error::kWrongBlock);
    }
    SUBCASE("a block with seals") {
      auto sealed = std::make_shared<chain::Block>(*c.block);
      sealed->header =
          *chain::with_seals(c.block->header, Round{}, {*c.signers[0].sign(Hash256{})});
      CHECK(error_of(check_proposal(c.propose(0, sealed, {}, {}), c.at)) == Error::kMalformedBlock);
    }
    SUBCASE("another height") {
      const auto proposal = signed_as<Proposal>(
          c.proposer(Round{}),
          ProposalDraft{{Height{2}, Round{}, digest_of_block(c.block, Round{})}, c.block, {}, {}});
      CHECK(error_of(check_proposal(proposal, c.at)) == Error::kWrongHeight);
    }
  }

  TEST_CASE("a later round needs a quorum of distinct round changes for exactly that round") {
    Case c;
    CHECK(passes(check_proposal(c.propose(1, c.fresh(1), c.wishes(1, 3), {}), c.at)));
    CHECK(passes(check_proposal(c.propose(1, c.fresh(1), c.wishes(1, 4), {}), c.at)));
    SUBCASE("none") {
      CHECK(error_of(check_proposal(c.propose(1, c.fresh(1), {}, {}), c.at)) ==
            Error::kTooFewRoundChanges);
    }
    SUBCASE("one too few") {
      CHECK(error_of(check_proposal(c.propose(1, c.fresh(1), c.wishes(1, 2), {}), c.at)) ==
            Error::kTooFewRoundChanges);
    }
    SUBCASE("one author twice") {
      auto wishes = c.wishes(1, 2);
      wishes.push_back(wishes[0]);
      CHECK(error_of(check_proposal(c.propose(1, c.fresh(1), wishes, {}), c.at)) ==
            Error::kDuplicateAuthor);
    }
    SUBCASE("a stranger") {
      auto wishes = c.wishes(1, 2);
      wishes.push_back(c.wish(4, 1));
      CHECK(error_of(check_proposal(c.propose(1, c.fresh(1), wishes, {}), c.at)) ==
            Error::kForeignAuthor);
    }
    SUBCASE("for another round") {
      auto wishes = c.wishes(1, 2);
      wishes.push_back(c.wish(2, 2));
      CHECK(error_of(check_proposal(c.propose(1, c.fresh(1), wishes, {}), c.at)) ==
            Error::kWrongRound);
    }
    SUBCASE("a fresh block by the proposer of another round") {
      CHECK(error_of(check_proposal(c.propose(1, restamp(c.block, Round{1}), c.wishes(1, 3), {}),
                                    c.at)) == Error::kWrongCoinbase);
    }
    SUBCASE("prepares though nobody prepared") {
      CHECK(error_of(check_proposal(
                c.propose(1, c.fresh(1), c.wishes(1, 3), c.prepares(c.point(0, c.block), 3)),
                c.at)) == Error::kUnexpectedParts);
    }
  }

  TEST_CASE("a prepared block must be proposed again, with its certificate") {
    Case c;
    const auto p0 = c.point(0, c.block);
    auto wishes = c.wishes(2, 2);
    wishes.push_back(c.wish(2, 2, p0));
    const auto again = restamp(c.block, Round{2});
    CHECK(passes(check_proposal(c.propose(2, again, wishes, c.prepares(p0, 3)), c.at)));
    SUBCASE("another block instead") {
      CHECK(error_of(check_proposal(c.propose(2, c.fresh(2), wishes, c.prepares(p0, 3)), c.at)) ==
            Error::kWrongPreparedDigest);
    }
    SUBCASE("too few prepares") {
      CHECK(error_of(check_proposal(c.propose(2, again, wishes, c.prepares(p0, 2)), c.at)) ==
            Error::kTooFewPrepares);
    }
    SUBCASE("one prepare twice") {
      auto prepares = c.prepares(p0, 2);
      prepares.push_back(prepares[0]);
      CHECK(error_of(check_proposal(c.propose(2, again, wishes, prepares), c.at)) ==
            Error::kDuplicateAuthor);
    }
    SUBCASE("prepares of another round") {
      const PreparedPoint other{Round{1}, p0.digest};
      CHECK(error_of(check_proposal(c.propose(2, again, wishes, c.prepares(other, 3)), c.at)) ==
            Error::kWrongRound);
    }
    SUBCASE("prepares of another height") {
      CHECK(error_of(check_proposal(c.propose(2, again, wishes, c.prepares(p0, 3, Height{2})),
                                    c.at)) == Error::kWrongHeight);
    }
    SUBCASE("prepares for another digest") {
      const PreparedPoint other{Round{0}, Hash256{{5}}};
      CHECK(error_of(check_proposal(c.propose(2, again, wishes, c.prepares(other, 3)), c.at)) ==
            Error::kWrongPreparedDigest);
    }
    SUBCASE("the higher of two prepared rounds binds") {
      const auto later = c.fresh(1);
      const auto p1 = c.point(1, later);
      wishes[0] = c.wish(0, 2, p1);
      CHECK(error_of(check_proposal(c.propose(2, again, wishes, c.prepares(p0, 3)), c.at)) ==
            Error::kWrongPreparedDigest);
      CHECK(passes(
          check_proposal(c.propose(2, restamp(later, Round{2}), wishes, c.prepares(p1, 3)), c.at)));
    }
    SUBCASE("two digests for one prepared round") {
      wishes[0] = c.wish(0, 2, PreparedPoint{Round{0}, Hash256{{5}}});
      CHECK(error_of(check_proposal(c.propose(2, again, wishes, c.prepares(p0, 3)), c.at)) ==
            Error::kConflictingPrepared);
    }
  }

  TEST_CASE("a round change is for this height, a later round and below the cap") {
    Case c;
    CHECK(passes(check_round_change(c.wish(0, 1), c.at)));
    CHECK(passes(check_round_change(c.wish(0, kRoundMax.raw()), c.at)));
    CHECK(error_of(check_round_change(c.wish(0, 0), c.at)) == Error::kWrongRound);
    CHECK(error_of(check_round_change(c.wish(0, kRoundMax.raw() + 1), c.at)) == Error::kWrongRound);
    CHECK(error_of(check_round_change(c.wish(4, 1), c.at)) == Error::kForeignAuthor);
    CHECK(error_of(check_round_change(c.wish(0, 1, c.point(1, c.block)), c.at)) ==
          Error::kPreparedNotBelow);
    auto elsewhere = c.at;
    elsewhere.height = Height{2};
    CHECK(error_of(check_round_change(c.wish(0, 1), elsewhere)) == Error::kWrongHeight);
  }

  TEST_CASE("a round change that claims a prepared block carries it and its certificate") {
    Case c;
    const auto p = c.point(0, c.block);
    const auto message = [&](BlockPtr block, std::vector<Prepare> prepares,
                             std::optional<PreparedPoint> claim) {
      return signed_as<RoundChange>(
          c.signers[0],
          RoundChangeDraft{{c.at.height, Round{1}, claim}, std::move(block), std::move(prepares)});
    };
    CHECK(passes(check_round_change(message(c.block, c.prepares(p, 3), p), c.at)));
    CHECK(error_of(check_round_change(message(nullptr, c.prepares(p, 3), p), c.at)) ==
          Error::kWrongPreparedDigest);
    CHECK(error_of(check_round_change(message(c.fresh(0), c.prepares(p, 2), p), c.at)) ==
          Error::kTooFewPrepares);
    CHECK(error_of(check_round_change(message(nullptr, c.prepares(p, 3), std::nullopt), c.at)) ==
          Error::kUnexpectedParts);
  }
}

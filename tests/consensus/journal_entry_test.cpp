#include "consensus/journal_entry.hpp"

#include "consensus/message_codec.hpp"
#include "consensus/proposal_body.hpp"
#include "tests/testkit/consensus/world.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::consensus;
using namespace datapact::consensus::test;

TEST_SUITE("consensus/journal_entry") {
  TEST_CASE("a vote comes back with its context, and no damaged record does") {
    auto signers = make_signers(2);
    const auto at = first_height(signers);
    const auto block = make_block({.at = at, .coinbase = at.proposer(Round{})});
    const auto digest = digest_of_block(block, Round{});
    const auto proposal =
        signed_as<Proposal>(signers[0], ProposalDraft{{at.height, Round{}, digest}, block, {}, {}});
    const auto prepare = signed_as<Prepare>(signers[1], PreparePayload{at.height, Round{}, digest});
    const auto commit = signed_as<Commit>(signers[1], CommitDraft{at.height, Round{}, digest});

    SUBCASE("a prepare with the proposal it is for") {
      const auto entry = make_entry({prepare, proposal, {}});
      CHECK(entry.code == MessageCode::kPrepare);
      CHECK(entry.digest == digest);
      const auto back = decode_entry(entry, kDomain);
      REQUIRE(back.has_value());
      REQUIRE(back->proposal.has_value());
      CHECK(encode_message(*back->proposal) == encode_message(proposal));
      for (std::size_t size = 0; size < entry.payload.size(); ++size) {
        auto cut = entry;
        cut.payload.resize(size);
        CHECK_FALSE(decode_entry(cut, kDomain).has_value());
      }
    }
    SUBCASE("a proposal without its block is no record: a restart could not propose it again") {
      const auto back = decode_entry(make_entry({without_transactions(proposal), {}, {}}), kDomain);
      REQUIRE_FALSE(back.has_value());
      CHECK(back.error() == MessageError::kMalformed);
    }
    SUBCASE("a commit with its certificate") {
      const auto back = decode_entry(make_entry({commit, {}, {prepare}}), kDomain);
      REQUIRE(back.has_value());
      CHECK(back->prepares == std::vector<Prepare>{prepare});
      CHECK_FALSE(back->proposal.has_value());
    }
    SUBCASE("a record whose index differs from its message") {
      auto entry = make_entry({commit, {}, {prepare}});
      entry.round = Round{1};
      const auto back = decode_entry(entry, kDomain);
      REQUIRE_FALSE(back.has_value());
      CHECK(back.error() == MessageError::kWrongDigest);
    }
  }
}

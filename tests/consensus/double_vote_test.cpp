#include "consensus/double_vote.hpp"

#include "base/rlp.hpp"
#include "consensus/message_codec.hpp"
#include "tests/testkit/consensus/world.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::consensus;
using namespace datapact::consensus::test;

namespace {

Prepare prepare(TestSigner& by, std::uint64_t height, std::uint32_t round, std::uint8_t digest) {
  return signed_as<Prepare>(by, PreparePayload{Height{height}, Round{round}, Hash256{{digest}}});
}

/// A proof of any two votes, also of those that make_double_vote refuses.
Bytes forge(std::uint64_t code, const Prepare& first, const Prepare& second) {
  rlp::Encoder out;
  out.integer(code);
  for (const auto& vote : {first, second}) {
    rlp::Encoder part;
    part.raw(encode(vote.payload())).string(crypto::to_bytes(vote.signature()));
    out.list(part);
  }
  return out.as_list();
}

DoubleVoteError error_of(const Bytes& proof) {
  const auto vote = decode_double_vote(proof, kDomain);
  REQUIRE_FALSE(vote.has_value());
  return vote.error();
}

}  // namespace

TEST_SUITE("consensus/double_vote") {
  TEST_CASE("a proof of each kind of vote verifies, and no truncated one does") {
    auto signers = make_signers(4);
    const auto at = first_height(signers);
    auto& by = signers[0];
    const auto block = make_block({.at = at, .coinbase = by.address()});
    const auto other = make_block({.at = at, .coinbase = by.address(), .salt = 1});
    const auto propose = [&](const BlockPtr& b) {
      return signed_as<Proposal>(
          by, ProposalDraft{{at.height, Round{}, digest_of_block(b, Round{})}, b, {}, {}});
    };
    const auto wish = [&](std::optional<PreparedPoint> prepared) {
      return signed_as<RoundChange>(by,
                                    RoundChangeDraft{{at.height, Round{2}, prepared}, nullptr, {}});
    };
    const auto commit = [&](std::uint8_t digest) {
      return signed_as<Commit>(by, CommitDraft{at.height, Round{}, Hash256{{digest}}});
    };
    const std::vector<std::pair<Message, Message>> pairs{
        {propose(block), propose(other)},
        {prepare(by, 1, 0, 1), prepare(by, 1, 0, 2)},
        {commit(1), commit(2)},
        {wish(std::nullopt), wish(PreparedPoint{Round{}, Hash256{{1}}})},
    };
    for (const auto& [first, second] : pairs) {
      const auto made = make_double_vote(first, second);
      REQUIRE(made.has_value());
      const auto back = decode_double_vote(made->proof, kDomain);
      REQUIRE(back.has_value());
      CHECK(*back == *made);
      CHECK(back->author == by.address());
      for (std::size_t size = 0; size < made->proof.size(); ++size) {
        CHECK_FALSE(decode_double_vote(ByteView{made->proof}.first(size), kDomain).has_value());
      }
    }
  }
  TEST_CASE("votes that do not contradict each other are no proof") {
    auto signers = make_signers(2);
    CHECK_FALSE(make_double_vote(prepare(signers[0], 1, 0, 1), prepare(signers[0], 1, 0, 1)));
    CHECK_FALSE(make_double_vote(prepare(signers[0], 1, 0, 1), prepare(signers[0], 1, 1, 2)));
    CHECK_FALSE(make_double_vote(prepare(signers[0], 1, 0, 1), prepare(signers[1], 1, 0, 2)));
  }
  TEST_CASE("a forged proof is refused with the reason") {
    auto signers = make_signers(2);
    const auto first = prepare(signers[0], 1, 0, 1);
    CHECK(error_of({}) == DoubleVoteError::kMalformed);
    CHECK(error_of(forge(0x77, first, first)) == DoubleVoteError::kUnknownCode);
    CHECK(error_of(forge(0x13, first, first)) == DoubleVoteError::kNoContradiction);
    CHECK(error_of(forge(0x13, first, prepare(signers[0], 2, 0, 2))) ==
          DoubleVoteError::kTwoPoints);
    CHECK(error_of(forge(0x13, first, prepare(signers[1], 1, 0, 2))) ==
          DoubleVoteError::kTwoAuthors);
    auto proof = make_double_vote(first, prepare(signers[0], 1, 0, 2))->proof;
    // The first byte of the last signature's s: above half the order.
    proof[proof.size() - 33] = 0xff;
    CHECK(error_of(proof) == DoubleVoteError::kBadSignature);
  }
  TEST_CASE("the log keeps one proof for a vote and a bounded number for an author") {
    auto signers = make_signers(2);
    DoubleVoteLog log;
    CHECK(log.add(prepare(signers[0], 1, 0, 1), prepare(signers[0], 1, 0, 2)) != nullptr);
    CHECK(log.add(prepare(signers[0], 1, 0, 1), prepare(signers[0], 1, 0, 3)) == nullptr);
    for (std::uint64_t height = 2; height < 100; ++height) {
      const auto* proof =
          log.add(prepare(signers[0], height, 0, 1), prepare(signers[0], height, 0, 2));
      CHECK((proof != nullptr) == (height <= DoubleVoteLog::kPerAuthorMax));
    }
    CHECK(log.add(prepare(signers[1], 1, 0, 1), prepare(signers[1], 1, 0, 2)) != nullptr);
    CHECK(log.all().size() == DoubleVoteLog::kPerAuthorMax + 1);
  }
}

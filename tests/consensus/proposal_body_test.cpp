#include "consensus/proposal_body.hpp"

#include "base/rlp.hpp"
#include "consensus/message_codec.hpp"
#include "consensus/params.hpp"
#include "tests/testkit/consensus/world.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::consensus;
using namespace datapact::consensus::test;

namespace {

const ProposalBody kBody{Height{9}, Round{2}, {TxnHash{{1}}, TxnHash{{2}}, TxnHash{{3}}}};

Proposal make_proposal() {
  auto signers = make_signers(4);
  const auto at = first_height(signers);
  const auto block = make_block({.at = at, .coinbase = at.proposer(Round{})});
  return signed_as<Proposal>(
      signers[0],
      ProposalDraft{{at.height, Round{}, digest_of_block(block, Round{})}, block, {}, {}});
}

MessageError body_error_of(ByteView bytes, std::size_t txns_max = 3) {
  const auto body = decode_body(bytes, txns_max);
  REQUIRE_FALSE(body.has_value());
  return body.error();
}

Bytes body_envelope(std::uint64_t version, std::uint64_t code) {
  rlp::Encoder content;
  content.integer(std::uint64_t{9}).integer(std::uint64_t{2}).list(ByteView{});
  return rlp::Encoder{}.integer(version).integer(code).list(content).as_list();
}

}  // namespace

TEST_SUITE("consensus/proposal_body") {
  TEST_CASE("a body survives encoding, and says where it belongs before it is decoded") {
    const auto bytes = encode_body(kBody);
    CHECK(decode_body(bytes, 3) == kBody);
    const auto point = peek_message(bytes);
    REQUIRE(point.has_value());
    CHECK(point->code == MessageCode::kProposalBody);
    CHECK(point->height == kBody.height);
    CHECK(point->round == kBody.round);
    const ProposalBody none{Height{1}, Round{}, {}};
    CHECK(decode_body(encode_body(none), 0) == none);
  }
  TEST_CASE("every truncated prefix of a body is rejected") {
    const auto bytes = encode_body(kBody);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK(body_error_of(ByteView{bytes}.first(size)) == MessageError::kMalformed);
    }
  }
  TEST_CASE("each fault of a body has its name") {
    CHECK(body_error_of(encode_body(kBody), 2) == MessageError::kTooManyParts);
    CHECK(body_error_of(body_envelope(kProtocolVersion + 1, 0x16)) == MessageError::kWrongVersion);
    CHECK(body_error_of(body_envelope(kProtocolVersion, 0x13)) == MessageError::kUnknownCode);
    auto longer = encode_body(kBody);
    longer.push_back(0);
    CHECK(body_error_of(longer) == MessageError::kMalformed);
  }
  TEST_CASE("a list holds no more transactions than its block has gas for") {
    CHECK(body_txns_max(Gas{60'000'000}) == 2'857);
    CHECK(body_txns_max(Gas{20'999}) == 0);
  }
  TEST_CASE("a proposal is the same after it was taken apart and put together") {
    const auto proposal = make_proposal();
    const auto bare = without_transactions(proposal);
    CHECK(digest_of(Message{bare}) == digest_of(Message{proposal}));
    CHECK(code_of(Message{bare}) == MessageCode::kProposal);
    CHECK(body_of(*proposal.block, Round{}).txns ==
          std::vector{chain::hash_of(proposal.block->transactions[0])});
    const auto whole = with_transactions(bare, proposal.block->transactions);
    REQUIRE(whole.has_value());
    CHECK(encode_message(*whole) == encode_message(proposal));
  }
  TEST_CASE("nothing but a header's own transactions can be put under it") {
    const auto bare = without_transactions(make_proposal());
    CHECK(with_transactions(bare, {}).error() == MessageError::kWrongBody);
    auto twice = make_proposal().block->transactions;
    twice.push_back(twice.front());
    CHECK(with_transactions(bare, twice).error() == MessageError::kWrongBody);
  }
}

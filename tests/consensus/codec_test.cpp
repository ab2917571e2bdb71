#include "base/rlp.hpp"
#include "consensus/message_codec.hpp"
#include "consensus/params.hpp"
#include "consensus/proposal_body.hpp"
#include "consensus/signed_part.hpp"
#include "tests/testkit/consensus/world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

using namespace datapact;
using namespace datapact::consensus;
using namespace datapact::consensus::test;

namespace {

/// One message of every kind with every part it can have.
struct Samples {
  std::vector<TestSigner> signers = make_signers(4);
  HeightContext at = first_height(signers);
  BlockPtr block = make_block({.at = at, .coinbase = at.proposer(Round{})});
  PreparedPoint prepared{Round{}, digest_of_block(block, Round{})};
  std::vector<Prepare> certificate() {
    std::vector<Prepare> out;
    out.reserve(signers.size());
    for (auto& s : signers) {
      out.push_back(
          signed_as<Prepare>(s, PreparePayload{at.height, prepared.round, prepared.digest}));
    }
    return out;
  }
  RoundChange round_change(TestSigner& signer) {
    return signed_as<RoundChange>(
        signer, RoundChangeDraft{{at.height, Round{1}, prepared}, block, certificate()});
  }
  Proposal proposal() {
    const auto stamped = restamp(block, Round{1});
    std::vector<Authored<RoundChangePayload>> wishes;
    wishes.reserve(signers.size());
    for (auto& s : signers) wishes.push_back(round_change(s).vote);
    return signed_as<Proposal>(
        signers[1], ProposalDraft{{at.height, Round{1}, digest_of_block(stamped, Round{1})},
                                  stamped,
                                  wishes,
                                  certificate()});
  }
  std::vector<Message> all() {
    return {proposal(),
            without_transactions(proposal()),
            signed_as<Prepare>(signers[0], PreparePayload{at.height, Round{2}, Hash256{{7}}}),
            signed_as<Commit>(signers[0], CommitDraft{at.height, Round{2}, Hash256{{7}}}),
            round_change(signers[0]),
            signed_as<RoundChange>(signers[0],
                                   RoundChangeDraft{{at.height, Round{9}, {}}, nullptr, {}})};
  }
};

MessageError error_of(ByteView bytes) {
  const auto message = decode_message(bytes, kDomain);
  REQUIRE_FALSE(message.has_value());
  return message.error();
}

Bytes envelope(std::uint64_t version, std::uint64_t code, ByteView content) {
  rlp::Encoder out;
  out.integer(version).integer(code).raw(content);
  return out.as_list();
}

/// [payload, signature] of a prepare.
Bytes prepare_content(const PreparePayload& payload, const crypto::Signature& signature) {
  rlp::Encoder out;
  out.raw(encode(payload)).string(crypto::to_bytes(signature));
  return out.as_list();
}

}  // namespace

TEST_SUITE("consensus/message_codec") {
  TEST_CASE("the parts of a message that is not wanted are not recovered") {
    Samples samples;
    const auto spoiled = samples.proposal();
    // Parts by the validators, of a message by one that the judge refuses: were they looked at, the
    // forged one would be the error.
    auto bytes = encode_message(Message{spoiled});
    const auto part = encode_signed(spoiled.prepares.back());
    const auto at = std::ranges::search(bytes, part).begin();
    REQUIRE(at != bytes.end());
    // Inside r and s.
    std::fill_n(at + static_cast<std::ptrdiff_t>(part.size()) - 40, 32, std::uint8_t{0xff});
    REQUIRE(error_of(bytes) != MessageError::kUnwanted);
    std::vector<MessageClaim> claims;
    const auto refused = decode_message(bytes, kDomain, [&](const MessageClaim& claim) {
      claims.push_back(claim);
      return Result<void, MessageError>{fail(MessageError::kForeignAuthor)};
    });
    CHECK(refused.error() == MessageError::kForeignAuthor);
    REQUIRE(claims.size() == 1);
    CHECK(claims[0].author == spoiled.vote.author());
    CHECK(claims[0].parts == 4);
    CHECK(claims[0].point.height == samples.at.height);
    CHECK(claims[0].point.round == Round{1});
    CHECK(claims[0].point.code == MessageCode::kProposal);
  }
  TEST_CASE("no part of a message is longer than what the bound of a whole message counts for it") {
    const RoundChangePayload widest{
        Height{std::numeric_limits<std::uint64_t>::max()},
        Round{std::numeric_limits<std::uint32_t>::max()},
        PreparedPoint{Round{std::numeric_limits<std::uint32_t>::max()}, Hash256{{0xff}}}};
    // Payload, signature of 65 bytes, the list around them.
    CHECK(encode(widest).size() + 67 + 3 <= kPartBytesMax);
  }
  TEST_CASE("every message survives encoding and keeps its author") {
    Samples samples;
    for (const auto& message : samples.all()) {
      const auto bytes = encode_message(message);
      const auto back = decode_message(bytes, kDomain);
      REQUIRE(back.has_value());
      CHECK(encode_message(*back) == bytes);
      CHECK(author_of(*back) == author_of(message));
      CHECK(height_of(*back) == height_of(message));
      CHECK(digest_of(*back) == digest_of(message));
      const auto point = peek_message(bytes);
      REQUIRE(point.has_value());
      CHECK(point->code == code_of(message));
      CHECK(point->height == height_of(message));
      CHECK(point->round == round_of(message));
    }
  }
  TEST_CASE("every truncated prefix is rejected") {
    Samples samples;
    for (const auto& message : samples.all()) {
      const auto bytes = encode_message(message);
      // Long messages are cut at every seventh place: each cut costs signature recoveries.
      const std::size_t step = bytes.size() > 400 ? 7 : 1;
      for (std::size_t size = 0; size < bytes.size(); size += step) {
        CHECK_FALSE(decode_message(ByteView{bytes}.first(size), kDomain).has_value());
        CHECK_FALSE(peek_message(ByteView{bytes}.first(size)).has_value());
      }
    }
  }
  TEST_CASE("a vote for one network has no author on another") {
    Samples samples;
    const auto message = samples.all()[2];
    const auto bytes = encode_message(message);
    for (const auto& domain :
         {Domain{ChainId{1}, kDomain.genesis_hash}, Domain{kDomain.chain_id, BlockHash{{9}}}}) {
      const auto foreign = decode_message(bytes, domain);
      // Recovery gives some other key or none: never the author's.
      CHECK((!foreign.has_value() || author_of(*foreign) != author_of(message)));
    }
  }
  TEST_CASE("each fault has its name") {
    Samples samples;
    auto& signer = samples.signers[0];
    const PreparePayload payload{Height{1}, Round{}, Hash256{{1}}};
    const auto good = *signer.sign(signing_hash(payload, kDomain));
    SUBCASE("malformed") { CHECK(error_of(Bytes{0xc0}) == MessageError::kMalformed); }
    SUBCASE("another version") {
      CHECK(error_of(envelope(2, 0x13, prepare_content(payload, good))) ==
            MessageError::kWrongVersion);
    }
    SUBCASE("an unknown code") {
      for (const std::uint64_t code : {0x11U, 0x17U}) {
        CHECK(error_of(envelope(1, code, prepare_content(payload, good))) ==
              MessageError::kUnknownCode);
      }
    }
    SUBCASE("a list of transactions is no vote") {
      CHECK(error_of(encode_body(body_of(*samples.block, Round{}))) == MessageError::kUnknownCode);
    }
    SUBCASE("high s") {
      auto high = good;
      high.s = crypto::kSecp256k1Order - high.s;
      high.y_parity ^= 1;
      CHECK(error_of(envelope(1, 0x13, prepare_content(payload, high))) == MessageError::kHighS);
    }
    SUBCASE("no key recovers") {
      auto bad = good;
      bad.r = uint256{};
      CHECK(error_of(envelope(1, 0x13, prepare_content(payload, bad))) ==
            MessageError::kInvalidSignature);
    }
    SUBCASE("a seal by another validator") {
      const CommitPayload commit{Height{1}, Round{}, Hash256{{1}},
                                 *samples.signers[1].sign(Hash256{{1}})};
      rlp::Encoder content;
      content.raw(encode(commit))
          .string(crypto::to_bytes(*signer.sign(signing_hash(commit, kDomain))));
      CHECK(error_of(envelope(1, 0x14, content.as_list())) == MessageError::kForeignSeal);
    }
    SUBCASE("too many parts") {
      const auto one = samples.certificate()[0];
      const std::vector<Prepare> many(kPartsMax + 1, one);
      const auto message = signed_as<RoundChange>(
          signer, RoundChangeDraft{{Height{1}, Round{1}, samples.prepared}, samples.block, many});
      CHECK(error_of(encode_message(message)) == MessageError::kTooManyParts);
    }
    SUBCASE("a block that is not the signed one") {
      const auto message = signed_as<Proposal>(
          signer, ProposalDraft{{Height{1}, Round{}, Hash256{{1}}}, samples.block, {}, {}});
      CHECK(error_of(encode_message(message)) == MessageError::kWrongDigest);
    }
    SUBCASE("a header that is not the signed one") {
      auto bare = without_transactions(samples.proposal());
      bare.header.gas_used = Gas{77};
      CHECK(error_of(encode_message(bare)) == MessageError::kWrongDigest);
    }
    SUBCASE("neither a block nor a header") {
      rlp::Encoder content;
      content.raw(encode_signed(samples.proposal().vote)).list(ByteView{}).list(ByteView{});
      CHECK(error_of(envelope(1, 0x12, content.list(ByteView{}).as_list())) ==
            MessageError::kMalformed);
    }
    SUBCASE("a body that is not the header's") {
      auto swapped = std::make_shared<chain::Block>(*samples.block);
      swapped->transactions.clear();
      const auto message = signed_as<Proposal>(
          signer, ProposalDraft{{Height{1}, Round{}, samples.prepared.digest}, swapped, {}, {}});
      CHECK(error_of(encode_message(message)) == MessageError::kWrongBody);
    }
  }
  TEST_CASE("every error has words of its own") {
    for (int i = 0; i <= static_cast<int>(MessageError::kWrongBody); ++i) {
      CHECK(to_string(static_cast<MessageError>(i)) != "unknown");
    }
  }
}

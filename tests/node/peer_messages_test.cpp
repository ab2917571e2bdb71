#include "node/peer_messages.hpp"

#include "node/block_server.hpp"
#include "node/fetched_block.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::node;

namespace {

testkit::GovernedChain& chain_of_three() {
  static testkit::GovernedChain chain;
  while (chain.ledger().head()->height < Height{3}) INVARIANT(chain.extend({}).has_value());
  return chain;
}
Bytes encoded_block(std::uint64_t height) {
  return chain::encode(chain_of_three().ledger().block(Height{height})->block);
}

template <class Decode>
void refuses_prefixes(const Bytes& bytes, Decode decode) {
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode(ByteView{bytes}.first(size)).has_value());
  }
}

}  // namespace

TEST_SUITE("node/peer_messages") {
  TEST_CASE("a head comes back as it was, and no prefix of it does") {
    const HeadStatus head{Height{300}, BlockHash{{1, 2, 3}}};
    const auto bytes = encode(head);
    const auto decoded = decode_head(bytes);
    REQUIRE(decoded.has_value());
    CHECK(*decoded == head);
    refuses_prefixes(bytes, [](ByteView b) { return decode_head(b); });
    CHECK(decode_head(concat({bytes, Bytes{0}})).error() == PeerMessageError::kMalformed);
  }

  TEST_CASE("a time comes back as it was, and is no other question") {
    const UnixMillis time{1'800'000'000'123};
    const auto bytes = encode_time(time);
    CHECK(*decode_time(bytes) == time);
    refuses_prefixes(bytes, [](ByteView b) { return decode_time(b); });
    CHECK(decode_time(concat({bytes, Bytes{0}})).error() == PeerMessageError::kMalformed);
    CHECK(decode_time(encode_time(UnixMillis{std::int64_t{1} << 54})).error() ==
          PeerMessageError::kNoTime);
    CHECK(is_time_request(encode_time_request()));
    CHECK_FALSE(is_time_request(encode(BlocksRequest{Height{1}, 1})));
    CHECK_FALSE(decode_blocks_request(encode_time_request()).has_value());
  }

  TEST_CASE("a question for a proposal comes back as it was, and is no other question") {
    const Hash256 digest{{4, 5, 6}};
    const auto bytes = encode_proposal_request(digest);
    CHECK(decode_proposal_request(bytes) == digest);
    refuses_prefixes(bytes, [](ByteView b) { return decode_proposal_request(b); });
    CHECK_FALSE(decode_proposal_request(concat({bytes, Bytes{0}})).has_value());
    CHECK_FALSE(decode_proposal_request(encode_time_request()).has_value());
    CHECK_FALSE(decode_proposal_request(encode(BlocksRequest{Height{1}, 1})).has_value());
    CHECK_FALSE(decode_proposal_request(encode(HeadStatus{Height{1}, {}})).has_value());
    CHECK_FALSE(decode_blocks_request(bytes).has_value());
    CHECK_FALSE(is_time_request(bytes));
  }

  TEST_CASE("a question for blocks comes back as it was, unless it asks for none or too many") {
    const BlocksRequest request{Height{7}, kBlocksPerAnswerMax};
    const auto bytes = encode(request);
    const auto decoded = decode_blocks_request(bytes);
    REQUIRE(decoded.has_value());
    CHECK(*decoded == request);
    refuses_prefixes(bytes, [](ByteView b) { return decode_blocks_request(b); });
    for (const std::uint64_t count : {std::uint64_t{0}, std::uint64_t{kBlocksPerAnswerMax + 1}}) {
      CHECK(decode_blocks_request(encode(BlocksRequest{Height{7}, count})).error() ==
            PeerMessageError::kTooMany);
    }
  }

  TEST_CASE("blocks come back as they were, and no prefix of them does") {
    const auto bytes = encode_blocks({encoded_block(1), encoded_block(2)});
    const auto decoded = decode_blocks(bytes);
    REQUIRE(decoded.has_value());
    REQUIRE(decoded->size() == 2);
    CHECK(chain::encode(decoded->at(1).block) == encoded_block(2));
    CHECK(decoded->at(1).bytes == encoded_block(2).size());
    refuses_prefixes(bytes, [](ByteView b) { return decode_blocks(b); });
  }

  TEST_CASE("blocks out of order and too many blocks are refused") {
    CHECK(decode_blocks(encode_blocks({encoded_block(1), encoded_block(3)})).error() ==
          PeerMessageError::kNotAChain);
    std::vector<Bytes> many;
    auto block = chain_of_three().ledger().block(Height{1})->block;
    for (std::size_t i = 0; i <= kBlocksPerAnswerMax; ++i) {
      many.push_back(chain::encode(block));
      block.header.height = next(block.header.height);
    }
    CHECK(decode_blocks(encode_blocks(many)).error() == PeerMessageError::kTooMany);
    many.pop_back();
    CHECK(decode_blocks(encode_blocks(many)).has_value());
  }

  TEST_CASE("a node serves what it has, from the first block asked for") {
    const auto& ledger = chain_of_three().ledger();
    const auto served = serve_blocks(ledger, {Height{2}, 10});
    REQUIRE(served.has_value());
    CHECK(decode_blocks(*served)->size() == 2);
    CHECK(decode_blocks(*serve_blocks(ledger, {Height{1}, 1}))->size() == 1);
    CHECK_FALSE(serve_blocks(ledger, {Height{4}, 1}).has_value());
    CHECK_FALSE(serve_blocks(ledger, {Height{0}, 1}).has_value());
  }
}

TEST_SUITE("node/fetched_block") {
  TEST_CASE("a sealed block passes with its name and the validators it names") {
    const auto stored = *chain_of_three().ledger().block(Height{2});
    const auto fetched = FetchedBlock::check(stored.block, 99);
    REQUIRE(fetched.has_value());
    CHECK(fetched->hash() == stored.hash);
    CHECK(fetched->validators() == chain::ValidatorSet{testkit::address_of(1)});
    CHECK(fetched->bytes() == 99);
  }

  TEST_CASE("another body, missing seals and an unreadable extraData are refused") {
    const auto good = chain_of_three().ledger().block(Height{2})->block;
    auto other_body = good;
    other_body.withdrawals.emplace_back();
    CHECK(FetchedBlock::check(other_body, 0).error() == FetchError::kWrongBody);
    auto unsealed = good;
    unsealed.header = *chain::with_seals(good.header, Round{0}, {});
    CHECK(FetchedBlock::check(unsealed, 0).error() == FetchError::kInvalidSeals);
    auto changed = good;
    changed.header.state_root.raw()[0] ^= 1;
    CHECK(FetchedBlock::check(changed, 0).error() == FetchError::kInvalidSeals);
    auto garbled = good;
    garbled.header.extra_data.pop_back();
    CHECK(FetchedBlock::check(garbled, 0).error() == FetchError::kInvalidSeals);
    auto nobody = good;
    nobody.header.extra_data = chain::encode(chain::QbftExtra{});
    CHECK(FetchedBlock::check(nobody, 0).error() == FetchError::kInvalidSeals);
  }
}

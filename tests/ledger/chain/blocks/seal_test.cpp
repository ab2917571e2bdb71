#include "ledger/chain/seal.hpp"

#include "base/hex.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace datapact;
using namespace datapact::chain;
using namespace datapact::testkit;

namespace {

ValidatorSet four() {
  ValidatorSet set{address_of(1), address_of(2), address_of(3), address_of(4)};
  std::ranges::sort(set);
  return set;
}

BlockHeader header_of(const ValidatorSet& set) {
  BlockHeader header;
  header.height = Height{5};
  header.extra_data = encode(QbftExtra{vanity_of(UnixMillis{1234}), set, {}, {}});
  return header;
}

Result<void, SealError> verify(std::vector<std::uint8_t> signers, Round round = Round{2}) {
  const BlockHeader header = header_of(four());
  const Hash256 digest = *seal_hash(header, round);
  std::vector<crypto::Signature> seals;
  seals.reserve(signers.size());
  for (const std::uint8_t signer : signers) {
    seals.push_back(crypto::sign(digest, key_of(signer)));
  }
  return verify_seals(*with_seals(header, round, seals), four());
}

}  // namespace

TEST_SUITE("chain/seal") {
  TEST_CASE("genesis extra data of Besu's form round-trips byte for byte") {
    Bytes besu = *from_hex(
        "f87aa00000000000000000000000000000000000000000000000000000000000000000"
        "f854");
    for (const Address& validator : four()) {
      besu.push_back(0x94);
      append(besu, validator.view());
    }
    append(besu, Bytes{0xc0, 0x80, 0xc0});
    const auto extra = decode_extra(besu);
    REQUIRE(extra.has_value());
    CHECK(extra->validators == four());
    CHECK(encode(*extra) == besu);
    const auto contract_mode =
        from_hex("e5a00000000000000000000000000000000000000000000000000000000000000000c0c080c0");
    REQUIRE(decode_extra(*contract_mode).has_value());
    CHECK(encode(*decode_extra(*contract_mode)) == *contract_mode);
  }

  TEST_CASE("every truncated prefix of extra data is refused") {
    const Bytes whole = header_of(four()).extra_data;
    for (std::size_t n = 0; n < whole.size(); ++n) {
      CHECK(decode_extra(ByteView{whole}.first(n)).error() == SealError::kMalformedExtra);
    }
  }

  TEST_CASE("a vote and unsorted validators are refused") {
    const auto vote = from_hex(
        "e7a00000000000000000000000000000000000000000000000000000000000000000c0c281ff80c0");
    CHECK(decode_extra(*vote).error() == SealError::kVotePresent);
    ValidatorSet unsorted = four();
    std::swap(unsorted[0], unsorted[1]);
    CHECK(decode_extra(encode(QbftExtra{{}, unsorted, {}, {}})).error() ==
          SealError::kUnsortedValidators);
  }

  TEST_CASE("a header cannot name validators or carry seals without end") {
    ValidatorSet most(kValidatorsMax);
    for (std::size_t i = 0; i < most.size(); ++i) store_be(most[i].data(), std::uint32_t(i));
    const std::vector<crypto::Signature> seals(kValidatorsMax, crypto::sign({}, key_of(1)));
    CHECK(decode_extra(encode(QbftExtra{{}, most, {}, seals})).has_value());
    ValidatorSet more = most;
    more.emplace_back(std::array<std::uint8_t, 20>{0xff});
    CHECK(decode_extra(encode(QbftExtra{{}, more, {}, seals})).error() ==
          SealError::kTooManyValidators);
    auto more_seals = seals;
    more_seals.push_back(seals[0]);
    CHECK(decode_extra(encode(QbftExtra{{}, most, {}, more_seals})).error() ==
          SealError::kTooManySeals);
  }

  TEST_CASE("the block hash ignores round and seals, the seal hash only seals") {
    const BlockHeader plain = header_of(four());
    const BlockHeader sealed = *with_seals(plain, Round{3}, {crypto::sign(Hash256{}, key_of(1))});
    CHECK(*chain_hash(plain) == *chain_hash(sealed));
    CHECK(block_hash(plain, Profile::kConsortium) == *chain_hash(plain));
    CHECK(*seal_hash(sealed) == *seal_hash(plain, Round{3}));
    CHECK(*seal_hash(sealed) != *seal_hash(plain));
    CHECK(block_hash(sealed, Profile::kEthereum) != block_hash(plain, Profile::kEthereum));
  }

  TEST_CASE("quorums for one to twenty validators") {
    const std::size_t quorums[]{1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9, 10, 10, 11, 12, 12, 13, 14};
    const std::size_t faults[]{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6};
    for (std::size_t n = 1; n <= 20; ++n) {
      CHECK(quorum(n) == quorums[n - 1]);
      CHECK(faults_max(n) == faults[n - 1]);
      CHECK(quorum(n) == (2 * n - 1) / 3 + 1);
    }
  }

  TEST_CASE("proposers rotate, and a removed one is succeeded by the next address") {
    const ValidatorSet set = four();
    CHECK(proposer(set, set[0], Round{0}) == set[1]);
    CHECK(proposer(set, set[3], Round{0}) == set[0]);
    CHECK(proposer(set, set[1], Round{2}) == set[0]);
    CHECK(proposer(set, Address{}, Round{0}) == set[0]);
    CHECK(proposer(set, Address{}, Round{1}) == set[1]);
    const ValidatorSet without{set[0], set[2], set[3]};
    CHECK(proposer(without, set[1], Round{0}) == set[2]);
    const ValidatorSet low{set[0], set[1]};
    CHECK(proposer(low, set[3], Round{0}) == set[0]);
    CHECK(proposer(low, set[3], Round{3}) == set[1]);
  }

  TEST_CASE("a quorum of distinct validators makes a header final") {
    CHECK(verify({1, 2, 3}).has_value());
    CHECK(verify({4, 3, 2, 1}).has_value());
    CHECK(verify({1, 2}).error() == SealError::kTooFewSeals);
    CHECK(verify({1, 2, 2}).error() == SealError::kDuplicateSeal);
    CHECK(verify({1, 2, 3, 9}).error() == SealError::kForeignSeal);
    CHECK(verify({}).error() == SealError::kTooFewSeals);
  }

  TEST_CASE("a seal is a signature with low s, and the header names the set in force") {
    const BlockHeader header = header_of(four());
    crypto::Signature high = crypto::sign(*seal_hash(header), key_of(1));
    high.s = crypto::kSecp256k1Order - high.s;
    CHECK(verify_seals(*with_seals(header, Round{0}, {high}), four()).error() ==
          SealError::kInvalidSeal);
    CHECK(verify_seals(header, {address_of(1)}).error() == SealError::kWrongValidators);
    BlockHeader broken = header;
    broken.extra_data = {};
    CHECK(verify_seals(broken, four()).error() == SealError::kMalformedExtra);
    CHECK_FALSE(to_string(SealError::kInvalidSeal).empty());
  }

  TEST_CASE("the vanity carries milliseconds behind 24 zero bytes") {
    CHECK(time_from_vanity(vanity_of(UnixMillis{1'700'000'000'123})) ==
          UnixMillis{1'700'000'000'123});
    Hash256 vanity = vanity_of(UnixMillis{1});
    vanity.raw()[23] = 1;
    CHECK_FALSE(time_from_vanity(vanity).has_value());
  }

  TEST_CASE("the validator history answers with the set in force") {
    ValidatorHistory history{{address_of(1)}};
    history.record(Height{10}, {address_of(2)});
    history.record(Height{20}, {address_of(2)});
    CHECK(history.at(Height{0}) == ValidatorSet{address_of(1)});
    CHECK(history.at(Height{9}) == ValidatorSet{address_of(1)});
    CHECK(history.at(Height{10}) == ValidatorSet{address_of(2)});
    CHECK(history.at(Height{99}) == ValidatorSet{address_of(2)});
  }
}

#include "ledger/chain/transaction.hpp"

#include "base/hex.hpp"
#include "ledger/chain/block.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::chain;
using namespace datapact::testkit;

namespace {

Transaction sample(TxnType type) {
  Transaction txn;
  txn.type = type;
  txn.chain_id = ChainId{2026};
  txn.nonce = Nonce{7};
  txn.max_fee_per_gas = uint256{9};
  txn.max_priority_fee_per_gas = type <= TxnType::kAccessList ? uint256{9} : uint256{2};
  txn.gas_limit = Gas{90'000};
  txn.to = address_of(3);
  txn.value = Wei{uint256{5}};
  txn.data = {1, 2, 3};
  if (type != TxnType::kLegacy) txn.access_list = {{address_of(4), {Hash256{}}}};
  if (type == TxnType::kBlob) txn.blob_hashes = {Hash256{}};
  if (type == TxnType::kSetCode) {
    txn.authorizations = {
        {uint256{1}, address_of(4), Nonce{1}, uint256{1}, uint256{2}, uint256{3}}};
  }
  sign(txn, key_of(2));
  return txn;
}

constexpr TxnType kTypes[]{TxnType::kLegacy, TxnType::kAccessList, TxnType::kDynamicFee,
                           TxnType::kBlob, TxnType::kSetCode};

}  // namespace

TEST_SUITE("chain/transaction") {
  TEST_CASE("every type round-trips and recovers its sender") {
    for (const TxnType type : kTypes) {
      const Transaction txn = sample(type);
      const Bytes encoded = encode(txn);
      const auto decoded = decode_transaction(encoded);
      REQUIRE(decoded.has_value());
      CHECK(encode(*decoded) == encoded);
      const auto recovered = RecoveredTxn::recover(*decoded);
      REQUIRE(recovered.has_value());
      CHECK(recovered->sender() == address_of(2));
      CHECK(recovered->hash() == hash_of(txn));
    }
  }

  TEST_CASE("every truncated prefix of a transaction is refused") {
    for (const TxnType type : kTypes) {
      const Bytes encoded = encode(sample(type));
      for (std::size_t n = 0; n < encoded.size(); ++n) {
        CHECK_FALSE(decode_transaction(ByteView{encoded}.first(n)).has_value());
      }
    }
  }

  TEST_CASE("the example of EIP-155 has its hash and its sender") {
    const auto raw = from_hex(
        "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a0"
        "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb70330"
        "4b3800ccf555c9f3dc64214b297fb1966a3b6d83");
    const auto txn = decode_transaction(*raw);
    REQUIRE(txn.has_value());
    CHECK(to_hex(signing_hash(*txn).view()) ==
          "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
    CHECK(to_hex(RecoveredTxn::recover(*txn)->sender().view()) ==
          "9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
  }

  TEST_CASE("each error has an input that gives it") {
    CHECK(decode_transaction({}).error() == TxnError::kMalformed);
    CHECK(decode_transaction(Bytes{0x05, 0xc0}).error() == TxnError::kUnknownType);
    Transaction high = sample(TxnType::kDynamicFee);
    high.signature.s = crypto::kSecp256k1Order - high.signature.s;
    CHECK(RecoveredTxn::recover(high).error() == TxnError::kHighS);
    Transaction zero = sample(TxnType::kDynamicFee);
    zero.signature.r = uint256{};
    CHECK(RecoveredTxn::recover(zero).error() == TxnError::kInvalidSignature);
    Transaction parity = sample(TxnType::kDynamicFee);
    parity.signature.y_parity = 2;
    CHECK(decode_transaction(encode(parity)).error() == TxnError::kInvalidV);
    for (const TxnError error : {TxnError::kMalformed, TxnError::kUnknownType, TxnError::kHighS,
                                 TxnError::kInvalidSignature, TxnError::kInvalidV}) {
      CHECK_FALSE(to_string(error).empty());
    }
  }

  TEST_CASE("blocks and receipts round-trip and refuse every truncated prefix") {
    GovernedChain chain;
    const auto built = chain.build({signed_txn({})});
    const Bytes block = encode(built->block->block);
    REQUIRE(decode_block(block).has_value());
    CHECK(encode(*decode_block(block)) == block);
    for (std::size_t n = 0; n < block.size(); ++n) {
      CHECK_FALSE(decode_block(ByteView{block}.first(n)).has_value());
    }
    Receipt receipt = built->block->receipts.at(0);
    receipt.logs = {{address_of(2), {Hash256{}}, {1, 2}}};
    receipt.bloom = bloom_of(receipt.logs);
    CHECK(may_contain(receipt.bloom, address_of(2).view()));
    CHECK_FALSE(may_contain(receipt.bloom, address_of(3).view()));
    const Bytes encoded = encode(receipt);
    REQUIRE(decode_receipt(encoded).has_value());
    CHECK(encode(*decode_receipt(encoded)) == encoded);
    for (std::size_t n = 0; n < encoded.size(); ++n) {
      CHECK_FALSE(decode_receipt(ByteView{encoded}.first(n)).has_value());
    }
  }
}

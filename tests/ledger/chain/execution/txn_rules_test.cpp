#include "ledger/chain/txn_rules.hpp"

#include "ledger/chain/protocol_params.hpp"
#include "tests/testkit/execution_world.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace datapact::chain {
namespace {

using testkit::ExecutionWorld;

constexpr std::uint64_t kMaxNonce = std::numeric_limits<std::uint64_t>::max();

/// What the executor says to a transfer that was changed, in a world that may be changed too.
TxnRejection rejection(const std::function<void(Transaction&)>& change,
                       vm::Revision revision = vm::Revision::kPrague, ExecutionWorld world = {}) {
  Transaction txn = ExecutionWorld::transfer();
  change(txn);
  BlockContext block = ExecutionWorld::context();
  block.revision = revision;
  const auto outcome = world.execute(txn, block);
  REQUIRE_FALSE(outcome.ok());
  CHECK(world.state().diff().empty());
  return outcome.error();
}

void as_blob(Transaction& txn) {
  txn.type = TxnType::kBlob;
  txn.max_fee_per_blob_gas = 1;
  Hash256 hash;
  hash.raw()[0] = kVersionedHashKzg;
  txn.blob_hashes = {hash};
}

void as_set_code(Transaction& txn) {
  txn.type = TxnType::kSetCode;
  txn.authorizations.resize(1);
}

}  // namespace

TEST_SUITE("chain/txn_rules") {
  TEST_CASE("each broken rule has its own rejection and changes nothing") {
    using enum TxnRejection;
    CHECK(rejection(as_set_code, vm::Revision::kCancun) == kTypeNotSupported);
    CHECK(rejection([](auto& txn) { txn.chain_id = ChainId{2}; }) == kWrongChainId);
    CHECK(rejection([](auto& txn) { txn.gas_limit = Gas{30'000'001}; }) == kGasLimitAboveBlock);
    CHECK(rejection([](auto& txn) { txn.gas_limit = Gas{(1U << 24U) + 1}; },
                    vm::Revision::kOsaka) == kGasLimitAboveCap);
    CHECK(rejection([](auto& txn) { txn.gas_limit = Gas{20'999}; }) == kIntrinsicGas);
    CHECK(rejection([](auto& txn) {
            txn.data = Bytes(1000, 1);
            txn.gas_limit = Gas{60'000};
          }) == kFloorGas);
    CHECK(rejection([](auto& txn) {
            txn.to.reset();
            txn.data = Bytes(kInitCodeBytesMax + 1);
            txn.gas_limit = Gas{10'000'000};
          }) == kInitCodeTooLarge);
    CHECK(rejection([](auto& txn) { txn.max_priority_fee_per_gas = 11; }) == kTipAboveFeeCap);
    CHECK(rejection([](auto& txn) { txn.max_fee_per_gas = 6; }) == kFeeCapBelowBaseFee);
    CHECK(rejection([](auto& txn) { txn.nonce = Nonce{1}; }) == kNonceTooHigh);
    CHECK(rejection([](auto& txn) { txn.nonce = Nonce{kMaxNonce}; }) == kNonceMax);
    CHECK(rejection([](auto& txn) { txn.value = Wei{uint256{testkit::kFunds}}; }) ==
          kInsufficientFunds);
    CHECK(rejection([](auto& txn) { txn.value = Wei{uint256::max()}; }) == kInsufficientFunds);
    CHECK(rejection([](auto& txn) { txn.max_fee_per_gas = uint256::max(); }) == kInsufficientFunds);
    CHECK(rejection([](auto& txn) {
            as_blob(txn);
            txn.to.reset();
          }) == kCreateNotAllowed);
    CHECK(rejection([](auto& txn) {
            as_set_code(txn);
            txn.to.reset();
          }) == kCreateNotAllowed);
    CHECK(rejection([](auto& txn) { txn.type = TxnType::kBlob; }) == kNoBlobs);
    CHECK(rejection([](auto& txn) {
            as_blob(txn);
            txn.blob_hashes.resize(10, txn.blob_hashes[0]);
          }) == kTooManyBlobs);
    CHECK(rejection([](auto& txn) {
            as_blob(txn);
            txn.blob_hashes[0].raw()[0] = 2;
          }) == kBlobHashVersion);
    CHECK(rejection([](auto& txn) {
            as_blob(txn);
            txn.max_fee_per_blob_gas = 0;
          }) == kBlobFeeCapBelowBaseFee);
    CHECK(rejection([](auto& txn) { txn.type = TxnType::kSetCode; }) == kNoAuthorizations);
  }

  TEST_CASE("a used nonce is too low") {
    ExecutionWorld world;
    world.account(testkit::kSender, 3, testkit::kFunds);
    CHECK(rejection([](auto& txn) { txn.nonce = Nonce{2}; }, vm::Revision::kPrague,
                    std::move(world)) == TxnRejection::kNonceTooLow);
  }

  TEST_CASE("an account with code sends nothing, unless the code is a designator (EIP-3607)") {
    ExecutionWorld world;
    world.contract(testkit::kSender, "00");
    CHECK(rejection([](auto& txn) { txn.nonce = Nonce{1}; }, vm::Revision::kPrague,
                    std::move(world)) == TxnRejection::kSenderHasCode);
    ExecutionWorld delegated;
    delegated.contract(testkit::kSender, "ef0100" + std::string(40, '1'));
    CHECK(rejection([](auto& txn) { txn.nonce = Nonce{1}; }, vm::Revision::kPrague,
                    std::move(delegated)) == TxnRejection::kInsufficientFunds);
  }

  TEST_CASE("before EIP-7702 an account with a designator's bytes sends nothing either") {
    ExecutionWorld delegated;
    delegated.contract(testkit::kSender, "ef0100" + std::string(40, '1'));
    CHECK(rejection([](auto& txn) { txn.nonce = Nonce{1}; }, vm::Revision::kCancun,
                    std::move(delegated)) == TxnRejection::kSenderHasCode);
  }

  TEST_CASE("what earlier transactions took of the block's blobs is gone") {
    ExecutionWorld world;
    Transaction txn = ExecutionWorld::transfer();
    as_blob(txn);
    Executor executor{ExecutionWorld::context()};
    const auto verdict =
        executor.validate(world.state(), RecoveredTxn::assume_sender(txn, testkit::kSender),
                          Gas{30'000'000}, Gas{kBlobGas - 1});
    REQUIRE_FALSE(verdict.ok());
    CHECK(verdict.error() == TxnRejection::kTooManyBlobs);
  }

  TEST_CASE("intrinsic gas counts data, creation, access list and authorizations") {
    Transaction txn = ExecutionWorld::transfer();
    CHECK(intrinsic_gas(txn, vm::Revision::kPrague).intrinsic == 21'000);
    txn.data = {0, 0, 1};
    CHECK(intrinsic_gas(txn, vm::Revision::kPrague).intrinsic == 21'000 + 8 + 16);
    CHECK(intrinsic_gas(txn, vm::Revision::kPrague).floor == 21'000 + 60);
    CHECK(intrinsic_gas(txn, vm::Revision::kCancun).floor == 0);
    txn.access_list = {{testkit::kReceiver, {Hash256{}, Hash256{}}}};
    CHECK(intrinsic_gas(txn, vm::Revision::kPrague).intrinsic == 21'024 + 2'400 + 3'800);
    txn.authorizations.resize(2);
    CHECK(intrinsic_gas(txn, vm::Revision::kPrague).intrinsic == 27'224 + 50'000);
    txn.to.reset();
    CHECK(intrinsic_gas(txn, vm::Revision::kPrague).intrinsic == 77'224 + 32'000 + 2);
  }

  TEST_CASE("the blob base fee grows with the excess, slower under EIP-7691") {
    CHECK(blob_base_fee(Gas{0}, kCancunBlobs) == uint256{1});
    CHECK(blob_base_fee(Gas{2'314'057}, kCancunBlobs) == uint256{1});
    CHECK(blob_base_fee(Gas{2'314'058}, kCancunBlobs) == uint256{2});
    CHECK(blob_base_fee(Gas{10 * 1024 * 1024}, kCancunBlobs) == uint256{23});
    CHECK(blob_base_fee(Gas{10 * 1024 * 1024}, kPragueBlobs) == uint256{8});
  }

  TEST_CASE("rejections are worded as wallets expect them") {
    CHECK(to_string(TxnRejection::kNonceTooLow) == "nonce too low");
    CHECK(to_string(TxnRejection::kInsufficientFunds) ==
          "insufficient funds for gas * price + value");
    for (int i = 0; i <= static_cast<int>(TxnRejection::kNoAuthorizations); ++i) {
      CHECK_FALSE(to_string(static_cast<TxnRejection>(i)).empty());
    }
  }
}

}  // namespace datapact::chain

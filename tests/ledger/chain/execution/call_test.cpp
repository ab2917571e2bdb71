#include "ledger/chain/eip3155_tracer.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "tests/testkit/execution_world.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

using testkit::ExecutionWorld;
using testkit::kContract;
using testkit::kSender;

CallRequest request() {
  CallRequest out;
  out.from = kSender;
  out.to = kContract;
  out.gas_limit = Gas{100'000};
  return out;
}

CallRequest blob_request(const uint256& fee_cap) {
  CallRequest out = request();
  out.blob_hashes.emplace_back().raw()[0] = kVersionedHashKzg;
  out.max_fee_per_blob_gas = fee_cap;
  return out;
}

}  // namespace

TEST_SUITE("chain/call") {
  TEST_CASE("a call answers with output and gas, free of charge whatever the base fee") {
    ExecutionWorld world;
    // mstore8(0, 0x2a); return(0, 1)
    world.contract(kContract, "602a60005360016000f3");
    Executor executor{ExecutionWorld::context()};
    const auto outcome = executor.call(world.state(), request());
    REQUIRE(outcome.ok());
    CHECK(outcome->status == vm::Status::kSuccess);
    CHECK(outcome->output == Bytes{0x2a});
    CHECK(outcome->gas_used == Gas{21'018});
    CHECK(world.state().balance(kSender) == Wei{uint256{testkit::kFunds}});
  }

  TEST_CASE("a call looks neither at the nonce nor at the code of its sender") {
    ExecutionWorld world;
    world.contract(kContract, "00");
    Executor executor{ExecutionWorld::context()};
    CallRequest from_contract = request();
    from_contract.from = kContract;
    CHECK(executor.call(world.state(), from_contract).ok());
  }

  TEST_CASE("a call that creates answers with the address and the code's logs") {
    ExecutionWorld world;
    Executor executor{ExecutionWorld::context()};
    CallRequest creation = request();
    creation.to.reset();
    creation.data = testkit::unhex("60006000a0");
    const auto outcome = executor.call(world.state(), creation);
    REQUIRE(outcome.ok());
    CHECK(outcome->contract_address);
    CHECK(outcome->logs.size() == 1);
  }

  TEST_CASE(
      "a call that creates answers with the code to be deployed, one that reverts with its data") {
    ExecutionWorld world;
    Executor executor{ExecutionWorld::context()};
    CallRequest creation = request();
    creation.to.reset();
    // mstore8(0, 0x2a); return(0, 1)
    creation.data = testkit::unhex("602a60005360016000f3");
    const auto outcome = executor.call(world.state(), creation);
    REQUIRE(outcome.ok());
    CHECK(outcome->output == Bytes{0x2a});
    creation.data = testkit::unhex("602b60005360016000fd");
    CHECK(executor.call(world.state(), creation)->output == Bytes{0x2b});
  }

  TEST_CASE("a call is rejected for gas, init code and funds") {
    ExecutionWorld world;
    Executor executor{ExecutionWorld::context()};
    const auto rejection = [&](const CallRequest& it) {
      const auto outcome = executor.call(world.state(), it);
      REQUIRE_FALSE(outcome.ok());
      return outcome.error();
    };
    CallRequest poor = request();
    poor.value = Wei{uint256{testkit::kFunds + 1}};
    CHECK(rejection(poor) == TxnRejection::kInsufficientFunds);
    CallRequest pricey = request();
    pricey.gas_price = testkit::kFunds;
    CHECK(rejection(pricey) == TxnRejection::kInsufficientFunds);
    CallRequest low = request();
    low.gas_limit = Gas{20'999};
    CHECK(rejection(low) == TxnRejection::kIntrinsicGas);
    CallRequest floor = request();
    floor.data = Bytes(1000, 1);
    floor.gas_limit = Gas{60'000};
    CHECK(rejection(floor) == TxnRejection::kFloorGas);
    CallRequest large = request();
    large.to.reset();
    large.data = Bytes(50'000);
    CHECK(rejection(large) == TxnRejection::kInitCodeTooLarge);
  }

  TEST_CASE("a call with blobs keeps the rules of a transaction with blobs") {
    ExecutionWorld world;
    BlockContext context = ExecutionWorld::context();
    context.block.blob_base_fee = 2;
    const auto rejection = [&](auto change, vm::Revision revision = vm::Revision::kPrague) {
      CallRequest it = blob_request(2);
      change(it);
      context.revision = revision;
      Executor executor{context};
      const auto outcome = executor.call(world.state(), it);
      REQUIRE_FALSE(outcome.ok());
      return outcome.error();
    };
    CHECK(rejection([](auto& it) { it.to.reset(); }) == TxnRejection::kCreateNotAllowed);
    CHECK(rejection([](auto& it) { it.blob_hashes[0].raw()[0] = 2; }) ==
          TxnRejection::kBlobHashVersion);
    CHECK(rejection([](auto& it) { it.blob_hashes.resize(7, it.blob_hashes[0]); },
                    vm::Revision::kOsaka) == TxnRejection::kTooManyBlobs);
    CHECK(rejection([](auto& it) { it.max_fee_per_blob_gas = 1; }) ==
          TxnRejection::kBlobFeeCapBelowBaseFee);
    CHECK(rejection([](auto& it) { it.max_fee_per_blob_gas = testkit::kFunds; }) ==
          TxnRejection::kInsufficientFunds);
  }

  TEST_CASE("a call with blobs pays the block's blob fee, and sees and pays none without a cap") {
    constexpr std::uint64_t kBlobFee = 2;
    const auto seen = [&](const uint256& cap) {
      ExecutionWorld world;
      // mstore(0, blobbasefee); mstore(32, balance(caller)); return(0, 64)
      world.contract(kContract, "4a5f52333160205260405ff3");
      BlockContext context = ExecutionWorld::context();
      context.block.blob_base_fee = kBlobFee;
      Executor executor{context};
      const auto outcome = executor.call(world.state(), blob_request(cap));
      REQUIRE(outcome.ok());
      REQUIRE(outcome->output.size() == 64);
      const ByteView words{outcome->output};
      return std::pair{uint256::load_be(words.data()), uint256::load_be(words.data() + 32)};
    };
    CHECK(seen(3) == std::pair{uint256{kBlobFee}, uint256{testkit::kFunds - kBlobFee * kBlobGas}});
    CHECK(seen(0) == std::pair{uint256{}, uint256{testkit::kFunds}});
  }

  TEST_CASE("a call that offers a fee must reach the base fee, and sees none when it offers none") {
    ExecutionWorld world;
    world.contract(kContract, "485f5260205ff3");  // mstore(0, basefee); return(0, 32)
    Executor executor{ExecutionWorld::context()};
    const auto base_fee = [&](const uint256& gas_price) {
      CallRequest it = request();
      it.gas_price = gas_price;
      return executor.call(world.state(), it);
    };
    CHECK(uint256::load_be(base_fee(7)->output.data()) == uint256{7});
    CHECK(uint256::load_be(base_fee(0)->output.data()) == uint256{});
    CHECK(base_fee(6).error() == TxnRejection::kFeeCapBelowBaseFee);
  }

  TEST_CASE("a call with authorizations needs a recipient and a revision that has them") {
    ExecutionWorld world;
    CallRequest it = request();
    it.authorizations.emplace_back();
    BlockContext context = ExecutionWorld::context();
    context.revision = vm::Revision::kCancun;
    CHECK(Executor{context}.call(world.state(), it).error() == TxnRejection::kTypeNotSupported);
    it.to.reset();
    CHECK(Executor{ExecutionWorld::context()}.call(world.state(), it).error() ==
          TxnRejection::kCreateNotAllowed);
  }

  TEST_CASE("before EIP-7702 a designator's bytes are invalid code and delegate to nobody") {
    ExecutionWorld world;
    world.contract(kContract, "ef0100" + std::string(40, '1'));
    BlockContext context = ExecutionWorld::context();
    const auto status = [&](vm::Revision revision) {
      context.revision = revision;
      Executor executor{context};
      return executor.call(world.state(), request())->status;
    };
    CHECK(status(vm::Revision::kCancun) == vm::Status::kUndefinedInstruction);
    CHECK(status(vm::Revision::kPrague) == vm::Status::kSuccess);
  }

  TEST_CASE("a gas limit of 2^64 - 1 is as good as unlimited") {
    ExecutionWorld world;
    world.contract(kContract, "00");
    Executor executor{ExecutionWorld::context()};
    CallRequest greedy = request();
    greedy.gas_limit = Gas{std::numeric_limits<std::uint64_t>::max()};
    const auto outcome = executor.call(world.state(), greedy);
    REQUIRE(outcome.ok());
    CHECK(outcome->gas_used == Gas{21'000});
  }

  TEST_CASE("a trace has a line for each instruction and one for the end (EIP-3155)") {
    ExecutionWorld world;
    world.contract(kContract, "600a600b0100");
    std::vector<std::string> lines;
    Eip3155Tracer tracer{[&](std::string_view line) { lines.emplace_back(line); }};
    Executor executor{ExecutionWorld::context(), &tracer};
    REQUIRE(executor.call(world.state(), request()).ok());
    REQUIRE(lines.size() == 5);
    CHECK(lines[2] ==
          R"({"pc":4,"op":1,"gas":"0x13492","memSize":0,"stack":["0xa","0xb"],"depth":1,)"
          R"("refund":0,"opName":"ADD"})");
    CHECK(lines[4].find("gasLeft") != std::string::npos);
  }
}

}  // namespace datapact::chain

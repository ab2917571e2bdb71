#include "ledger/chain/eip3155_tracer.hpp"
#include "ledger/chain/execution.hpp"
#include "tests/testkit/execution_world.hpp"

#include <doctest/doctest.h>

#include <string>
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

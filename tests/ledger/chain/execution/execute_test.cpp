#include "ledger/chain/contract_address.hpp"
#include "ledger/chain/execution.hpp"
#include "tests/testkit/execution_world.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace datapact::chain {
namespace {

using testkit::ExecutionWorld;
using testkit::kContract;
using testkit::kSender;

Transaction call_contract() {
  Transaction txn = ExecutionWorld::transfer();
  txn.to = kContract;
  txn.value = Wei{};
  return txn;
}

}  // namespace

TEST_SUITE("chain/execution") {
  TEST_CASE("a transfer moves value and pays base fee to nobody, tip to the coinbase") {
    ExecutionWorld world;
    const auto outcome = world.execute(ExecutionWorld::transfer());
    REQUIRE(outcome.ok());
    CHECK(outcome->receipt.success);
    CHECK(outcome->receipt.gas_used == Gas{21'000});
    CHECK(outcome->receipt.effective_gas_price == uint256{8});
    const state::State& state = world.state();
    CHECK(state.balance(testkit::kReceiver) == Wei{uint256{5}});
    CHECK(state.balance(testkit::kCoinbase) == Wei{uint256{21'000}});
    CHECK(state.balance(kSender) == Wei{uint256{testkit::kFunds - 5 - 8 * 21'000}});
    CHECK(state.nonce(kSender) == Nonce{1});
  }

  TEST_CASE("without a base fee nobody loses anything when the price is zero") {
    ExecutionWorld world;
    BlockContext block = ExecutionWorld::context();
    block.block.base_fee = 0;
    Transaction txn = ExecutionWorld::transfer();
    txn.max_fee_per_gas = txn.max_priority_fee_per_gas = 0;
    REQUIRE(world.execute(txn, block).ok());
    CHECK(world.state().balance(kSender) == Wei{uint256{testkit::kFunds - 5}});
    CHECK_FALSE(world.state().account(testkit::kCoinbase));
  }

  TEST_CASE("a revert undoes state and logs, keeps the nonce and the fee, and returns its data") {
    ExecutionWorld world;
    // sstore(0, 1); log0(0, 0); mstore8(0, 0xaa); revert(0, 1)
    world.contract(kContract,
                   "6001600055"
                   "60006000a0"
                   "60aa600053"
                   "60016000fd");
    const auto outcome = world.execute(call_contract());
    REQUIRE(outcome.ok());
    CHECK_FALSE(outcome->receipt.success);
    CHECK(outcome->status == vm::Status::kRevert);
    CHECK(outcome->output == Bytes{0xaa});
    CHECK(outcome->receipt.logs.empty());
    CHECK(outcome->receipt.gas_used < Gas{100'000});
    CHECK(world.state().storage(kContract, 0) == uint256{});
    CHECK(world.state().nonce(kSender) == Nonce{1});
  }

  TEST_CASE("a failure that is no revert takes the whole gas limit") {
    ExecutionWorld world;
    world.contract(kContract, "fe");
    const auto outcome = world.execute(call_contract());
    REQUIRE(outcome.ok());
    CHECK(outcome->status == vm::Status::kInvalidInstruction);
    CHECK(outcome->receipt.gas_used == Gas{100'000});
  }

  TEST_CASE("logs are in the receipt and in its bloom") {
    ExecutionWorld world;
    world.contract(kContract, "60ff60006000a1");
    const auto outcome = world.execute(call_contract());
    REQUIRE(outcome.ok());
    REQUIRE(outcome->receipt.logs.size() == 1);
    CHECK(outcome->receipt.logs[0].address == kContract);
    CHECK(outcome->receipt.logs[0].topics == std::vector{to_hash256(uint256{0xff})});
    CHECK(may_contain(outcome->receipt.bloom, kContract.view()));
  }

  TEST_CASE("clearing a slot refunds at most a fifth of the gas (EIP-3529)") {
    ExecutionWorld world;
    // sstore(0, calldatasize)
    world.contract(kContract, "36600055");
    Transaction set = call_contract();
    set.data = {1};
    REQUIRE(world.execute(set).ok());
    Transaction clear = call_contract();
    clear.nonce = Nonce{1};
    const auto outcome = world.execute(clear);
    REQUIRE(outcome.ok());
    const std::uint64_t spent = 21'000 + 5 + 2'100 + 2'900;
    CHECK(outcome->receipt.gas_used == Gas{spent - 4'800});
  }

  TEST_CASE("call data has a floor under the gas used (EIP-7623)") {
    ExecutionWorld world;
    Transaction txn = ExecutionWorld::transfer();
    txn.data = Bytes(1000, 1);
    const auto prague = world.execute(txn);
    REQUIRE(prague.ok());
    CHECK(prague->receipt.gas_used == Gas{21'000 + 40'000});
    ExecutionWorld earlier;
    BlockContext block = ExecutionWorld::context();
    block.revision = vm::Revision::kCancun;
    const auto cancun = earlier.execute(txn, block);
    REQUIRE(cancun.ok());
    CHECK(cancun->receipt.gas_used == Gas{21'000 + 16'000});
  }

  TEST_CASE("a creation deploys what its init code returns, at the address of sender and nonce") {
    ExecutionWorld world;
    Transaction txn = ExecutionWorld::transfer();
    txn.to.reset();
    // mstore8(0, 0x5b); return(0, 1)
    txn.data = testkit::unhex("605b60005360016000f3");
    const auto outcome = world.execute(txn);
    REQUIRE(outcome.ok());
    REQUIRE(outcome->receipt.success);
    const Address address = create_address(kSender, Nonce{0});
    CHECK(outcome->receipt.contract_address == address);
    CHECK(*world.state().code(address) == Bytes{0x5b});
    CHECK(world.state().nonce(address) == Nonce{1});
    CHECK(world.state().balance(address) == Wei{uint256{5}});
  }

  TEST_CASE("code that begins with 0xef, is too large or cannot be paid for is not deployed") {
    const auto status_of = [](std::string_view init_code, std::uint64_t gas) {
      ExecutionWorld world;
      Transaction txn = ExecutionWorld::transfer();
      txn.to.reset();
      txn.gas_limit = Gas{gas};
      txn.data = testkit::unhex(init_code);
      const auto outcome = world.execute(txn);
      REQUIRE(outcome.ok());
      CHECK_FALSE(outcome->receipt.contract_address);
      CHECK_FALSE(world.state().account(create_address(kSender, Nonce{0})));
      CHECK(outcome->receipt.gas_used == Gas{gas});
      return outcome->status;
    };
    CHECK(status_of("60ef60005360016000f3", 100'000) == vm::Status::kInvalidCode);
    CHECK(status_of("6160016000f3", 10'000'000) == vm::Status::kCodeTooLarge);
    CHECK(status_of("6110006000f3", 100'000) == vm::Status::kOutOfGas);
  }

  TEST_CASE("a creator whose nonce is the largest creates nothing and keeps its gas (EIP-2681)") {
    ExecutionWorld world;
    // create(0, 0, 0); sstore(0, its result)
    world.contract(kContract, "600060006000f0600055");
    world.state().set_nonce(kContract, Nonce{std::numeric_limits<std::uint64_t>::max()});
    const auto outcome = world.execute(call_contract());
    REQUIRE(outcome.ok());
    CHECK(outcome->receipt.success);
    CHECK(world.state().storage(kContract, 0) == uint256{});
    CHECK(outcome->receipt.gas_used == Gas{21'000 + 3 * 4 + 32'000 + 2200});
  }

  TEST_CASE("nothing is deployed over an account in use (EIP-684)") {
    ExecutionWorld world;
    world.account(create_address(kSender, Nonce{0}), 1, 0);
    Transaction txn = ExecutionWorld::transfer();
    txn.to.reset();
    const auto outcome = world.execute(txn);
    REQUIRE(outcome.ok());
    CHECK(outcome->status == vm::Status::kCreateCollision);
    CHECK(outcome->receipt.gas_used == Gas{100'000});
  }

  TEST_CASE("addresses of contracts follow the specifications' examples") {
    const auto deployer = testkit::unhex_as<Address>("6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
    CHECK(create_address(deployer, Nonce{0}) ==
          testkit::unhex_as<Address>("cd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"));
    CHECK(create_address(deployer, Nonce{1}) ==
          testkit::unhex_as<Address>("343c43a37d37dff08ae8c4a11544c718abb4fcf8"));
    CHECK(create2_address(Address{}, Hash256{}, Bytes{0}) ==
          testkit::unhex_as<Address>("4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38"));
  }

  TEST_CASE("a precompile that genesis leaves out is an account without code") {
    Transaction txn = call_contract();
    txn.to = state::address_no(0x03);
    txn.data = Bytes{'a', 'b', 'c'};
    ExecutionWorld with_it;
    const auto hashed = with_it.execute(txn);
    REQUIRE(hashed.ok());
    CHECK(hashed->output.size() == 32);
    CHECK(hashed->receipt.gas_used == Gas{21'000 + 3 * 16 + 600 + 120});

    BlockContext block = ExecutionWorld::context();
    block.precompiles = vm::PrecompileSet::range(0x01, 0x02);
    ExecutionWorld without_it;
    const auto called = without_it.execute(txn, block);
    REQUIRE(called.ok());
    CHECK(called->receipt.success);
    CHECK(called->output.empty());
    // The floor of EIP-7623: ten gas for each of four tokens a byte.
    CHECK(called->receipt.gas_used == Gas{21'000 + 3 * 40});
  }

  TEST_CASE("a precompile the chain has and this build lacks is named") {
    ExecutionWorld world;
    BlockContext block = ExecutionWorld::context();
    block.precompiles.insert(0x12);
    Transaction txn = call_contract();
    txn.to = state::address_no(0x12);
    const auto outcome = world.execute(txn, block);
    REQUIRE(outcome.ok());
    CHECK(outcome->missing_precompile == state::address_no(0x12));
    CHECK_FALSE(outcome->receipt.success);
  }

  TEST_CASE("a blob transaction pays for its blobs whatever happens") {
    ExecutionWorld world;
    Transaction txn = ExecutionWorld::transfer();
    txn.type = TxnType::kBlob;
    txn.max_fee_per_blob_gas = 3;
    txn.blob_hashes.resize(1);
    txn.blob_hashes[0].raw()[0] = 1;
    const auto outcome = world.execute(txn);
    REQUIRE(outcome.ok());
    CHECK(outcome->blob_gas_used == Gas{131'072});
    CHECK(world.state().balance(kSender) ==
          Wei{uint256{testkit::kFunds - 5 - 8 * 21'000 - 131'072}});
  }
}

}  // namespace datapact::chain

#include "ledger/chain/execution.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "tests/testkit/execution_world.hpp"

#include <doctest/doctest.h>

namespace datapact::chain {
namespace {

using testkit::ExecutionWorld;

// sstore(0, calldataload(0)); sstore(1, caller)
constexpr std::string_view kStoreInputAndCaller = "60003560005533600155";

const Hash256 kRoot = to_hash256(uint256{0xbeac});
const Hash256 kParent = to_hash256(uint256{0xfa7e4});

}  // namespace

TEST_SUITE("chain/system_call") {
  TEST_CASE("a block begins with the beacon root and the parent's hash (EIP-4788, EIP-2935)") {
    ExecutionWorld world;
    world.contract(kBeaconRootsAddress, kStoreInputAndCaller);
    world.contract(kBlockHashHistoryAddress, kStoreInputAndCaller);
    Executor executor{ExecutionWorld::context()};
    executor.begin_block(world.state(), kRoot, kParent);
    CHECK(world.state().storage(kBeaconRootsAddress, 0) == to_uint256(kRoot));
    CHECK(world.state().storage(kBlockHashHistoryAddress, 0) == to_uint256(kParent));
    CHECK(world.state().storage(kBeaconRootsAddress, 1) == to_uint256(kSystemAddress));
    CHECK_FALSE(world.state().account(kSystemAddress));
  }

  TEST_CASE("the history of block hashes begins with Prague") {
    ExecutionWorld world;
    world.contract(kBlockHashHistoryAddress, kStoreInputAndCaller);
    BlockContext block = ExecutionWorld::context();
    block.revision = vm::Revision::kCancun;
    Executor executor{block};
    executor.begin_block(world.state(), kRoot, kParent);
    CHECK(world.state().storage(kBlockHashHistoryAddress, 0) == uint256{});
  }

  TEST_CASE("contracts that are missing or fail change nothing") {
    ExecutionWorld world;
    world.contract(kBeaconRootsAddress, "6001600055fe");
    Executor executor{ExecutionWorld::context()};
    executor.begin_block(world.state(), kRoot, kParent);
    CHECK(world.state().diff().empty());
    CHECK_FALSE(executor.system_call(world.state(), kBeaconRootsAddress, {}));
    CHECK_FALSE(executor.system_call(world.state(), kBlockHashHistoryAddress, {}));
  }

  TEST_CASE("BLOCKHASH asks for ancestors through the context") {
    ExecutionWorld world;
    // sstore(0, blockhash(4)); sstore(1, blockhash(5))
    world.contract(testkit::kContract, "600440600055600540600155");
    Transaction txn = ExecutionWorld::transfer();
    txn.to = testkit::kContract;
    REQUIRE(world.execute(txn).ok());
    CHECK(world.state().storage(testkit::kContract, 0) == uint256{4});
    CHECK(world.state().storage(testkit::kContract, 1) == uint256{});
  }
}

}  // namespace datapact::chain

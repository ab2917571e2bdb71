// The Ethereum profile (EVM.md section 4): blobs and their schedule, withdrawals, sizes, requests.
#include "base/task_runner.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/genesis_fields.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/requests.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/memory_state.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

constexpr std::uint64_t kOsakaTime = 1'000;
constexpr Address kAlice{std::array<std::uint8_t, 20>{0xaa}};
constexpr Address kBob{std::array<std::uint8_t, 20>{0xbb}};

GenesisConfig rules(bool has_osaka) {
  GenesisConfig out;
  out.chain_id = ChainId{1};
  out.cancun_time = 0;
  if (has_osaka) {
    out.prague_time = 0;
    out.osaka_time = 0;
  }
  return out;
}

/// A Cancun chain of one block with nothing in its state.
struct World {
  GenesisConfig config = rules(false);
  state::MemoryState state;
  BlockHeader genesis;
  AncestorHashes ancestors = [](Height) { return BlockHash{}; };

  World() {
    genesis.gas_limit = Gas{30'000'000};
    genesis.base_fee_per_gas = 1'000;
    genesis.state_root = state.root();
  }

  ParentState parent() {
    return {genesis, block_hash(genesis, config.profile), state, state, ancestors};
  }
  Block empty_block() {
    const auto built = BlockBuilder{config}.build(parent(), {kAlice, UnixMillis{12'000}, {}, {}});
    REQUIRE(built.has_value());
    return built->block->block;
  }
  Result<std::shared_ptr<const ExecutedBlock>, BlockError> execute(Block block) {
    return execute_block(parent(), std::move(block), config);
  }
};

json::Value parse(const std::string& text) { return *json::parse(text); }

/// What genesis_blobs says to a `config` whose revisions begin at 0, 0 and kOsakaTime.
Result<std::vector<BlobScheduleEntry>, GenesisError> schedule_of(const std::string& config) {
  GenesisConfig times = rules(true);
  times.osaka_time = kOsakaTime;
  return read_blob_schedule(parse(config), times);
}

}  // namespace

TEST_SUITE("chain/ethereum_profile") {
  TEST_CASE("revisions begin at their times") {
    GenesisConfig config = rules(false);
    config.prague_time = 10;
    config.osaka_time = 20;
    CHECK(revision_at(config, 9) == vm::Revision::kCancun);
    CHECK(revision_at(config, 10) == vm::Revision::kPrague);
    CHECK(revision_at(config, 20) == vm::Revision::kOsaka);
  }

  TEST_CASE("a blob schedule changes parameters without a revision (EIP-7892)") {
    GenesisConfig config = rules(true);
    CHECK(blobs_at(config, 5) == kPragueBlobs);
    const auto schedule = schedule_of(R"({"bpo1Time":2000,"bpo2Time":3000,"blobSchedule":{
        "bpo1":{"target":10,"max":15,"baseFeeUpdateFraction":8346193},
        "bpo2":{"target":14,"max":21,"baseFeeUpdateFraction":11684671}}})");
    REQUIRE(schedule.has_value());
    config.blob_schedule = *schedule;
    CHECK(blobs_at(config, 1'999) == kPragueBlobs);
    CHECK(blobs_at(config, 2'000).max == 15);
    CHECK(blob_gas_max(config, 3'000) == Gas{21 * kBlobGas});
  }

  TEST_CASE("a wrong blob schedule is named by its member") {
    const auto field = [](const std::string& config) {
      const auto schedule = schedule_of(config);
      REQUIRE_FALSE(schedule.has_value());
      return schedule.error().field;
    };
    const auto with = [](const std::string& params) {
      return R"({"blobSchedule":{"osaka":)" + params + "}}";
    };
    CHECK(field(R"({"blobSchedule":{"berlin":{}}})") == "config.blobSchedule.berlin");
    CHECK(field(R"({"blobSchedule":7})") == "config.blobSchedule");
    CHECK(field(R"({"bpo1Time":2000})") == "config.blobSchedule.bpo1");
    CHECK(field(with("7")) == "config.blobSchedule.osaka");
    CHECK(field(with(R"({"max":9,"baseFeeUpdateFraction":5007716})")) ==
          "config.blobSchedule.osaka.target");
    CHECK(field(with(R"({"target":1,"max":0,"baseFeeUpdateFraction":5007716})")) ==
          "config.blobSchedule.osaka.max");
    CHECK(field(with(R"({"target":10,"max":9,"baseFeeUpdateFraction":5007716})")) ==
          "config.blobSchedule.osaka.target");
    CHECK(field(with(R"({"target":6,"max":9,"baseFeeUpdateFraction":1})")) ==
          "config.blobSchedule.osaka.baseFeeUpdateFraction");
    CHECK(field(R"({"bpo1Time":999,"blobSchedule":{
        "bpo1":{"target":6,"max":9,"baseFeeUpdateFraction":5007716}}})") == "config.bpo1Time");
  }

  TEST_CASE("cheap blobs beside dear gas only raise the excess (EIP-7918)") {
    BlockHeader parent;
    parent.blob_gas_used = Gas{6 * kBlobGas};
    parent.excess_blob_gas = Gas{kBlobGas};
    parent.base_fee_per_gas = 17;  // 8192 * 17 is just above a blob's 131072 gas at 1 wei
    const Gas grown{kBlobGas + 6 * kBlobGas * 3 / 9};
    CHECK(next_excess_blob_gas(parent, rules(true), 12) == grown);
    parent.base_fee_per_gas = 16;
    CHECK(next_excess_blob_gas(parent, rules(true), 12) == Gas{kBlobGas});
    CHECK(next_excess_blob_gas(parent, rules(false), 12) == Gas{4 * kBlobGas});
    parent.blob_gas_used = {};
    CHECK(next_excess_blob_gas(parent, rules(true), 12) == Gas{});
  }

  TEST_CASE("the first excess is bounded, so that the price of blobs is soon computed") {
    const auto genesis_with = [](const std::string& excess) {
      return load_genesis(parse(R"({"config":{"chainId":1,"cancunTime":0,"precompiles":[]},
          "gasLimit":"0x1c9c380","alloc":{},"excessBlobGas":")" +
                                excess + "\"}"));
    };
    CHECK(genesis_with("333847700").has_value());
    CHECK(genesis_with("333847701").error().field == "excessBlobGas");
  }

  TEST_CASE("a member of geth's genesis that is null counts as absent") {
    const auto genesis = load_genesis(parse(R"({"config":{"chainId":1,"cancunTime":0},
        "gasLimit":"0x1c9c380","alloc":{},"excessBlobGas":null,"blobGasUsed":null})"));
    REQUIRE(genesis.has_value());
    CHECK(genesis->header.blob_gas_used == Gas{});
  }

  TEST_CASE("a withdrawal of nothing leaves no empty account behind (EIP-4895)") {
    World world;
    Block block = world.empty_block();
    block.withdrawals = {{0, 0, kAlice, 0}, {1, 0, kBob, 7}};
    block.header.withdrawals_root = withdrawals_root(block.withdrawals);
    const auto refused = world.execute(block);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().field == "stateRoot");
    state::StateDiff expected;
    expected.accounts[kBob].account =
        state::Account{Nonce{}, Wei{uint256{7'000'000'000}}, state::kEmptyCodeHash};
    block.header.state_root = state::MemoryState{expected}.root();
    CHECK(world.execute(block).has_value());
  }

  TEST_CASE("a gas limit that the VM cannot count is refused") {
    World world;
    world.genesis.gas_limit = Gas{std::numeric_limits<std::uint64_t>::max() / 2};
    Block block = world.empty_block();
    block.header.gas_limit = Gas{block.header.gas_limit.raw() + 1};
    CHECK(world.execute(block).error().code == BlockErrorCode::kGasLimit);
  }

  TEST_CASE("a block above 8 MiB is refused from Osaka on (EIP-7934)") {
    World world;
    Block block = world.empty_block();
    block.withdrawals.resize(1);
    Transaction txn;
    txn.data.resize(8U << 20U);
    block.transactions = {std::move(txn)};
    block.header.requests_hash = kEmptyRequestsHash;
    world.config = rules(true);
    block.header.excess_blob_gas = next_excess_blob_gas(world.genesis, world.config, 12);
    CHECK(world.execute(std::move(block)).error().code == BlockErrorCode::kTooLarge);
  }

  TEST_CASE("without the request contracts a block of Prague is invalid (EIP-7002, EIP-7251)") {
    World world;
    Block block = world.empty_block();
    world.config = rules(true);
    block.header.requests_hash = kEmptyRequestsHash;
    CHECK(world.execute(std::move(block)).error().code == BlockErrorCode::kSystemContract);
  }

  TEST_CASE("deposits are read from the logs of genesis's deposit contract (EIP-6110)") {
    Receipt receipt;
    Log log;
    log.address = kAlice;
    log.topics = {crypto::keccak256(as_bytes("DepositEvent(bytes,bytes,bytes,bytes,bytes)"))};
    receipt.logs = {log};
    CHECK(deposit_requests({receipt}, kDepositContract) == Bytes{});
    CHECK_FALSE(deposit_requests({receipt}, kAlice).has_value());
  }
}

}  // namespace datapact::chain

#include "ledger/chain/block_execution.hpp"

#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/state/memory_state.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

using namespace datapact;
using namespace datapact::chain;
using namespace datapact::testkit;

namespace {

/// The code with which a built block fails after `change`.
BlockErrorCode code_after(const std::function<void(Block&)>& change) {
  GovernedChain chain;
  Block block = chain.build({signed_txn({})})->block->block;
  change(block);
  const auto executed = chain.execute(block);
  REQUIRE_FALSE(executed.has_value());
  CAPTURE(to_string(executed.error()));
  CHECK_FALSE(to_string(executed.error().code).empty());
  CHECK_FALSE(executed.error().field.empty());
  return executed.error().code;
}

void change_extra(Block& block, const std::function<void(QbftExtra&)>& change) {
  auto extra = decode_extra(block.header.extra_data);
  REQUIRE(extra.has_value());
  change(*extra);
  block.header.extra_data = encode(*extra);
}

void replace_body(Block& block, const std::vector<TxnPtr>& txns) {
  block.transactions.clear();
  for (const TxnPtr& txn : txns) block.transactions.push_back(txn->txn());
  block.header.transactions_root = transactions_root(block.transactions);
}

struct Senders final : SenderSource {
  std::map<TxnHash, Address> known;
  mutable std::size_t asked = 0;
  std::optional<Address> sender_of(const TxnHash& hash) const override {
    ++asked;
    const auto found = known.find(hash);
    return found == known.end() ? std::nullopt : std::optional(found->second);
  }
};

const Address kFairExchange = contracts::predeploy_address(contracts::ContractId::kFairExchange);

}  // namespace

TEST_SUITE("chain/block_execution") {
  TEST_CASE("what the builder makes, execute_block accepts with the same hash and state") {
    GovernedChain chain;
    const auto built = chain.build({signed_txn({}), signed_txn({.from = 4})});
    REQUIRE(built.has_value());
    CHECK(built->skipped.empty());
    CHECK(built->block->block.transactions.size() == 2);
    const auto executed = chain.execute(built->block->block);
    REQUIRE(executed.has_value());
    CHECK((*executed)->hash == built->block->hash);
    CHECK((*executed)->diff.accounts == built->block->diff.accounts);
    CHECK((*executed)->receipts == built->block->receipts);
    CHECK((*executed)->senders == std::vector{address_of(2), address_of(4)});
  }

  TEST_CASE("remembered senders and threads change nothing about a block's execution") {
    GovernedChain chain;
    const auto built = chain.build({signed_txn({}), signed_txn({.from = 4})});
    REQUIRE(built.has_value());
    const auto& block = built->block->block;
    Senders senders;
    senders.known.emplace(hash_of(block.transactions[0]), address_of(2));
    SequentialRunner runner;
    const auto executed = chain.execute(block, {.runner = &runner, .senders = &senders});
    REQUIRE(executed.has_value());
    CHECK((*executed)->hash == built->block->hash);
    CHECK((*executed)->senders == std::vector{address_of(2), address_of(4)});
    CHECK(senders.asked == 2);
  }

  TEST_CASE("the signature of a transaction whose sender is remembered is not looked at again") {
    Transaction txn = signed_txn({})->txn();
    txn.signature.s = uint256{};
    Senders senders;
    CHECK(RecoveredTxn::recover(txn, &senders).error() == TxnError::kInvalidSignature);
    senders.known.emplace(hash_of(txn), address_of(7));
    const auto recovered = RecoveredTxn::recover(txn, &senders);
    REQUIRE(recovered.has_value());
    CHECK(recovered->sender() == address_of(7));
    CHECK(recovered->hash() == hash_of(txn));
  }

  TEST_CASE("an empty block advances the state by the system contracts alone") {
    GovernedChain chain;
    const auto built = chain.build({});
    REQUIRE(built.has_value());
    CHECK(built->block->block.header.gas_used == Gas{0});
    CHECK(chain.execute(built->block->block).has_value());
  }

  TEST_CASE("the builder skips unfit candidates with the reason and keeps the rest") {
    GovernedChain chain;
    const auto built = chain.build({signed_txn({.from = 9}), signed_txn({}),
                                    signed_txn({.from = 3, .gas = 100'000, .to = std::nullopt})});
    REQUIRE(built.has_value());
    CHECK(built->block->block.transactions.size() == 1);
    REQUIRE(built->skipped.size() == 2);
    CHECK(built->skipped[0].error.code == BlockErrorCode::kPermission);
    CHECK(built->skipped[1].error.code == BlockErrorCode::kPermission);
  }

  TEST_CASE("a candidate that lacks room is left out without being called unfit") {
    GovernedChain chain;
    const auto built = chain.build(
        {signed_txn({.from = 4, .gas = kSmallQuota}), signed_txn({.from = 4, .nonce = 1})});
    REQUIRE(built.has_value());
    CHECK(built->block->block.transactions.size() == 1);
    CHECK(built->skipped.empty());
  }

  TEST_CASE("the builder fills a block up to what one message between nodes can carry") {
    GovernedChain chain;
    // Zeros cost 10 gas a byte: dispute calls and two quotas pay for more than the limit.
    constexpr std::size_t kDataBytes = 350'000;
    std::vector<TxnPtr> candidates;
    for (std::uint64_t i = 0; i < 14; ++i) {
      const std::uint8_t from = i < 4 ? 9 : 2;
      candidates.push_back(signed_txn({.from = from,
                                       .nonce = from == 9 ? i : i - 4,
                                       .gas = 3'600'000,
                                       .to = from == 9 ? kFairExchange : Address{},
                                       .value = 0,
                                       .data = Bytes(kDataBytes)}));
    }
    const auto built = chain.build(candidates);
    REQUIRE(built.has_value());
    CHECK(built->skipped.empty());
    const auto& block = built->block->block;
    CHECK(block.transactions.size() == kConsortiumBlockBytesMax / kDataBytes);
    CHECK(block_bytes(block, Profile::kConsortium) <= kConsortiumBlockBytesMax);
    CHECK(chain.execute(block).has_value());
  }

  TEST_CASE("a block that no message between nodes can carry is refused") {
    CHECK(code_after([](Block& b) { b.transactions[0].data.resize(kConsortiumBlockBytesMax); }) ==
          BlockErrorCode::kTooLarge);
  }

  TEST_CASE("a block weighs the same with and without its seals") {
    GovernedChain chain;
    Block block = chain.build({signed_txn({})})->block->block;
    const auto bare = block_bytes(block, Profile::kConsortium);
    block.header =
        *with_seals(block.header, Round{300},
                    std::vector<crypto::Signature>(kValidatorsMax, crypto::sign({}, key_of(1))));
    CHECK(block_bytes(block, Profile::kConsortium) == bare);
    CHECK(encode(block).size() < bare + kSealsBytesMax);
  }

  TEST_CASE("the builder stops when it is out of time") {
    GovernedChain chain;
    const auto built = chain.on_head([&](const ParentState& parent) {
      BuildRequest request{
          address_of(1), earliest_time(parent.header, chain.config()), {signed_txn({})}, [] {
            return true;
          }};
      return BlockBuilder{chain.config()}.build(parent, request);
    });
    REQUIRE(built.has_value());
    CHECK(built->block->block.transactions.empty());
  }

  TEST_CASE("a block that does not follow its parent is refused") {
    CHECK(code_after([](Block& b) { b.header.parent_hash = {}; }) == BlockErrorCode::kWrongParent);
    CHECK(code_after([](Block& b) { b.header.height = Height{2}; }) ==
          BlockErrorCode::kWrongParent);
  }

  TEST_CASE("gas limit and gas used keep their bounds") {
    CHECK(code_after([](Block& b) { b.header.gas_limit = Gas{120'000'000}; }) ==
          BlockErrorCode::kGasLimit);
    CHECK(code_after([](Block& b) { b.header.gas_used = Gas{60'000'001}; }) ==
          BlockErrorCode::kGasUsedAboveLimit);
  }

  TEST_CASE("the time is at least a period after the parent and its seconds are the floor") {
    CHECK(code_after([](Block& b) {
            change_extra(b,
                         [](QbftExtra& e) { e.vanity = vanity_of(UnixMillis{1'700'000'000'249}); });
          }) == BlockErrorCode::kTimestamp);
    CHECK(code_after([](Block& b) { ++b.header.timestamp_seconds; }) == BlockErrorCode::kTimestamp);
  }

  TEST_CASE("constant fields are constant") {
    const std::vector<std::function<void(Block&)>> changes{
        [](Block& b) { b.header.difficulty = uint256{2}; },
        [](Block& b) { b.header.mix_hash = {}; },
        [](Block& b) { b.header.ommers_hash = {}; },
        [](Block& b) { b.header.nonce.raw()[0] = 1; },
        [](Block& b) { b.header.withdrawals_root = {}; },
        [](Block& b) { b.header.blob_gas_used = Gas{131'072}; },
        [](Block& b) { b.header.excess_blob_gas = Gas{1}; },
        [](Block& b) { b.header.parent_beacon_block_root.raw()[0] = 1; }};
    for (const auto& change : changes) CHECK(code_after(change) == BlockErrorCode::kConstantField);
    CHECK(code_after([](Block& b) { b.header.base_fee_per_gas = uint256{1}; }) ==
          BlockErrorCode::kBaseFee);
    CHECK(code_after([](Block& b) { b.header.requests_hash.reset(); }) ==
          BlockErrorCode::kForkField);
  }

  TEST_CASE("extra data names the validators in force and the proposer is one of them") {
    CHECK(code_after([](Block& b) { b.header.extra_data = {0xc0}; }) == BlockErrorCode::kExtraData);
    CHECK(code_after([](Block& b) {
            change_extra(b, [](QbftExtra& e) { e.validators = {address_of(7)}; });
          }) == BlockErrorCode::kExtraData);
    CHECK(code_after([](Block& b) {
            change_extra(b, [](QbftExtra& e) { e.vanity.raw()[0] = 1; });
          }) == BlockErrorCode::kExtraData);
    CHECK(code_after([](Block& b) { b.header.coinbase = address_of(7); }) ==
          BlockErrorCode::kForeignCoinbase);
  }

  TEST_CASE("the body hashes to the header's root") {
    CHECK(code_after([](Block& b) { b.transactions.clear(); }) == BlockErrorCode::kBody);
  }

  TEST_CASE("bad transactions make the block invalid") {
    CHECK(code_after([](Block& b) {
            b.transactions[0].signature.r = uint256{};
            b.header.transactions_root = transactions_root(b.transactions);
          }) == BlockErrorCode::kInvalidSignature);
    CHECK(code_after([](Block& b) { replace_body(b, {signed_txn({.nonce = 3})}); }) ==
          BlockErrorCode::kInvalidTransaction);
    CHECK(code_after([](Block& b) {
            Transaction txn = b.transactions[0];
            txn.type = TxnType::kBlob;
            txn.blob_hashes.resize(1);
            sign(txn, key_of(2));
            b.transactions[0] = txn;
            b.header.transactions_root = transactions_root(b.transactions);
          }) == BlockErrorCode::kForbiddenType);
  }

  TEST_CASE("a stranger's and a suspended account's transactions make the block invalid") {
    for (const std::uint8_t from : {std::uint8_t{9}, std::uint8_t{5}}) {
      CHECK(code_after([&](Block& b) { replace_body(b, {signed_txn({.from = from})}); }) ==
            BlockErrorCode::kPermission);
    }
  }

  TEST_CASE("a stranger may call a dispute contract") {
    GovernedChain chain;
    const auto built =
        chain.build({signed_txn({.from = 9, .gas = 100'000, .to = kFairExchange, .value = 0})});
    REQUIRE(built.has_value());
    CHECK(built->skipped.empty());
    CHECK(built->block->block.transactions.size() == 1);
  }

  TEST_CASE(
      "a complaint that reverts counts all the same: against the disputes' share, then quota") {
    const auto complaint = [](std::uint8_t from, std::uint64_t nonce, std::uint64_t gas) {
      const auto* function =
          contracts::contract(contracts::ContractId::kFairExchange).abi.function("complainKey");
      REQUIRE(function != nullptr);
      // 30 words of zeros: about a deal that never was.
      Bytes data(4 + 30 * 32);
      store_be(data.data(), function->selector());
      return signed_txn({.from = from,
                         .nonce = nonce,
                         .gas = gas,
                         .to = kFairExchange,
                         .value = 0,
                         .data = std::move(data)});
    };
    GovernedChain chain;
    const std::uint64_t quarter = chain.build({})->block->block.header.gas_limit.raw() / 4;
    const auto built = chain.build({complaint(9, 0, quarter - 20'000), complaint(4, 0, kSmallQuota),
                                    complaint(4, 1, 100'000), complaint(2, 0, 100'000)});
    REQUIRE(built.has_value());
    CHECK(built->skipped.empty());
    CHECK(built->block->senders == std::vector{address_of(9), address_of(4), address_of(2)});
    for (const Receipt& receipt : built->block->receipts) CHECK_FALSE(receipt.success);
    CHECK(code_after([&](Block& b) {
            replace_body(b, {complaint(9, 0, quarter), complaint(4, 0, kSmallQuota),
                             complaint(4, 1, 100'000)});
          }) == BlockErrorCode::kQuota);
  }

  TEST_CASE("an organisation above its quota makes the block invalid") {
    CHECK(code_after([](Block& b) {
            replace_body(b, {signed_txn({.from = 4, .gas = kSmallQuota + 1})});
          }) == BlockErrorCode::kQuota);
  }

  TEST_CASE("results that differ from the header are named") {
    const std::vector<std::function<void(Block&)>> changes{
        [](Block& b) { b.header.state_root = {}; }, [](Block& b) { b.header.receipts_root = {}; },
        [](Block& b) { b.header.bloom.raw()[0] = 1; },
        [](Block& b) { b.header.gas_used = Gas{21'001}; },
        [](Block& b) { b.header.requests_hash = Hash256{}; }};
    for (const auto& change : changes) CHECK(code_after(change) == BlockErrorCode::kResult);
  }

  TEST_CASE("Governance's slots are read as its constructor wrote them") {
    GovernedChain chain;
    const auto view = chain.ledger().view_at(Height{0});
    const GovernanceView governance{*view};
    CHECK(governance.exists());
    CHECK(governance.validators() == ValidatorSet{address_of(1)});
    CHECK(governance.validators_hash() == validators_hash({address_of(1)}));
    CHECK(governance.permission(address_of(2)).may_create());
    CHECK_FALSE(governance.permission(address_of(3)).may_create());
    CHECK(governance.permission(address_of(3)).may_send());
    CHECK(governance.permission(address_of(5)).is_suspended);
    CHECK_FALSE(governance.permission(address_of(9)).is_known());
    CHECK(governance.gas_quota(OrganisationId{2}) == Gas{kSmallQuota});
    CHECK(governance.is_dispute_contract(kFairExchange));
    CHECK_FALSE(governance.is_dispute_contract(kGovernanceAddress));
  }

  TEST_CASE("an Ethereum chain without the contracts that answer requests makes no block") {
    const auto genesis = load_genesis(*json::parse(
        R"({"config":{"chainId":1,"cancunTime":0,"pragueTime":0},"gasLimit":"0x1c9c380",)"
        R"("difficulty":"0x0","timestamp":"0x1","alloc":{}})"));
    REQUIRE(genesis.has_value());
    const state::MemoryState state{genesis->alloc};
    const AncestorHashes none = [](Height) { return BlockHash{}; };
    BuildRequest request;
    request.time = earliest_time(genesis->header, genesis->config);
    const auto built = BlockBuilder{genesis->config}.build(
        {genesis->header, genesis->hash, state, state, none}, request);
    REQUIRE_FALSE(built.has_value());
    CHECK(built.error().code == BlockErrorCode::kSystemContract);
    CHECK(built.error().field == "requestsHash");
  }
}

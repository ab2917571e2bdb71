#include "ledger/txpool/pool.hpp"

#include "crypto/keccak.hpp"
#include "ledger/state/overlay_view.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::txpool;
using namespace datapact::testkit;

namespace {

const Address kFairExchange = contracts::predeploy_address(contracts::ContractId::kFairExchange);

struct World {
  explicit World(PoolLimits limits = {}) : pool(chain.config(), limits) {}
  GovernedChain chain;
  Pool pool;
  std::shared_ptr<const store::LedgerView> view = chain.ledger().view_at(Height{0});

  PoolHead head() const { return head_with(vm::Revision::kPrague); }
  PoolHead head_with(vm::Revision revision) const {
    return {*view, uint256{}, Gas{60'000'000}, {revision, vm::precompiles_of(revision)}};
  }
  Result<AdmittedTxn, PoolError> admit(const chain::TxnPtr& txn, std::int64_t ms = 0) {
    auto admitted = pool.admit(txn, head(), UnixMillis{ms});
    if (!admitted.has_value()) CHECK_FALSE(to_string(admitted.error()).empty());
    return admitted;
  }
  Result<AdmittedTxn, PoolError> admit(const TxnSpec& spec, std::int64_t ms = 0) {
    return admit(signed_txn(spec), ms);
  }
  PoolError refused(const TxnSpec& spec) {
    const auto admitted = admit(spec);
    REQUIRE_FALSE(admitted.has_value());
    return admitted.error();
  }
  PoolError refused_after(void (*change)(chain::Transaction&)) {
    chain::Transaction txn = signed_txn({.gas = 100'000})->txn();
    change(txn);
    chain::sign(txn, key_of(2));
    const auto admitted =
        admit(std::make_shared<const chain::RecoveredTxn>(*chain::RecoveredTxn::recover(txn)));
    REQUIRE_FALSE(admitted.has_value());
    return admitted.error();
  }
  std::vector<Address> selected_senders(Gas gas) {
    std::vector<Address> out;
    for (const auto& txn : pool.select(gas, *view)) out.push_back(txn->sender());
    return out;
  }
};

}  // namespace

TEST_SUITE("txpool/pool") {
  TEST_CASE("an admitted transaction is held once and found by hash") {
    World world;
    const auto txn = signed_txn({});
    REQUIRE(world.admit(txn).has_value());
    CHECK(world.pool.find(txn->hash())->sender() == address_of(2));
    CHECK(world.admit(txn).error() == PoolError::kAlreadyKnown);
    CHECK(to_string(PoolError::kAlreadyKnown) == "already known");
    CHECK(world.pool.has_executable(*world.view));
  }

  TEST_CASE("strangers, suspended accounts and accounts without DEPLOY are refused by name") {
    World world;
    CHECK(world.refused({.from = 9}) == PoolError::kStranger);
    CHECK(world.refused({.from = 5}) == PoolError::kSuspended);
    CHECK(world.refused({.from = 6}) == PoolError::kMayNotSend);
    CHECK(world.refused({.from = 3, .gas = 100'000, .to = std::nullopt}) ==
          PoolError::kMayNotDeploy);
    CHECK(world.admit({.from = 9, .gas = 50'000, .to = kFairExchange, .value = 0}).has_value());
  }

  TEST_CASE("what can never run is refused with the words clients match") {
    World world;
    using chain::Transaction;
    CHECK(world.refused({.nonce = 256}) == PoolError::kNonceGap);
    CHECK(world.refused({.value = 2'000'000'000}) == PoolError::kInsufficientFunds);
    CHECK(world.refused({.gas = 20'999}) == PoolError::kIntrinsicGas);
    CHECK(world.refused({.gas = 60'000'001}) == PoolError::kGasLimit);
    CHECK(world.refused({.from = 4, .gas = kSmallQuota + 1}) == PoolError::kQuota);
    CHECK(world.refused_after([](Transaction& t) { t.chain_id = ChainId{1}; }) ==
          PoolError::kWrongChain);
    CHECK(world.refused_after([](Transaction& t) {
      t.type = chain::TxnType::kLegacy;
      t.chain_id.reset();
    }) == PoolError::kUnprotected);
    CHECK(world.refused_after([](Transaction& t) {
      t.type = chain::TxnType::kBlob;
      t.blob_hashes.resize(1);
    }) == PoolError::kForbiddenType);
    CHECK(world.refused_after([](Transaction& t) { t.max_priority_fee_per_gas = uint256{1}; }) ==
          PoolError::kTipAboveFee);
    CHECK(world.refused_after([](Transaction& t) { t.type = chain::TxnType::kSetCode; }) ==
          PoolError::kEmptyAuthorizations);
    CHECK(world.refused_after([](Transaction& t) {
      t.to.reset();
      t.gas_limit = Gas{5'000'000};
      t.data.resize(49'153);
    }) == PoolError::kInitCodeTooLarge);
    CHECK(world.refused_after([](Transaction& t) {
      t.type = chain::TxnType::kSetCode;
      t.authorizations.resize(1);
      t.to.reset();
    }) == PoolError::kNoDestination);
    CHECK(world.refused({.nonce = ~0ULL}) == PoolError::kNonceOverflow);
    CHECK(to_string(PoolError::kInsufficientFunds) == "insufficient funds for gas * price + value");
    CHECK(to_string(PoolError::kNonceTooLow) == "nonce too low");
  }

  TEST_CASE("a replacement takes its place, at most once a second with free gas") {
    World world;
    REQUIRE(world.admit(TxnSpec{}).has_value());
    CHECK(world.admit({.value = 2}, 999).error() == PoolError::kReplacedTooSoon);
    REQUIRE(world.admit({.value = 2}, 1'000).has_value());
    CHECK(world.pool.size() == 1);
    CHECK(world.pool.select(Gas{60'000'000}, *world.view).at(0)->txn().value == Wei{uint256{2}});
  }

  TEST_CASE(
      "where gas has a price, a replacement bids a tenth more and nobody less than the base") {
    World world;
    chain::GenesisConfig priced = world.chain.config();
    priced.zero_base_fee = false;
    Pool pool{priced, {}};
    PoolHead head = world.head();
    head.base_fee = uint256{100};
    const auto offer = [&](std::uint64_t fee) {
      chain::Transaction txn = signed_txn({})->txn();
      txn.max_fee_per_gas = txn.max_priority_fee_per_gas = uint256{fee};
      chain::sign(txn, key_of(2));
      return pool.admit(
          std::make_shared<const chain::RecoveredTxn>(*chain::RecoveredTxn::recover(txn)), head,
          UnixMillis{0});
    };
    CHECK(offer(99).error() == PoolError::kFeeBelowBase);
    REQUIRE(offer(100).has_value());
    CHECK(offer(109).error() == PoolError::kUnderpriced);
    CHECK(offer(110).has_value());
    CHECK(pool.size() == 1);
  }

  TEST_CASE("an account with code sends nothing (EIP-3607)") {
    World world;
    const Bytes code{0x00};
    state::StateDiff diff;
    auto account = *world.view->account(address_of(2));
    account.code_hash = crypto::keccak256(code);
    diff.accounts[address_of(2)].account = account;
    diff.codes[account.code_hash] = std::make_shared<const Bytes>(code);
    const state::OverlayView with_code{*world.view, diff};
    const PoolHead head{with_code, uint256{}, Gas{60'000'000}, world.head().rules};
    CHECK(world.pool.admit(signed_txn({}), head, UnixMillis{0}).error() ==
          PoolError::kSenderHasCode);
  }

  TEST_CASE("nonces run in order and wait behind a gap") {
    World world;
    REQUIRE(world.admit({.nonce = 2}).has_value());
    REQUIRE(world.admit({.nonce = 0}).has_value());
    CHECK(world.pool.pending_nonce(address_of(2), *world.view) == Nonce{1});
    const auto counts = world.pool.counts(*world.view);
    CHECK(counts.pending == 1);
    CHECK(counts.queued == 1);
    CHECK(world.selected_senders(Gas{60'000'000}).size() == 1);
    REQUIRE(world.admit({.nonce = 1}).has_value());
    CHECK(world.pool.pending_nonce(address_of(2), *world.view) == Nonce{3});
    CHECK(world.selected_senders(Gas{60'000'000}).size() == 3);
    CHECK(world.pool.content(*world.view).at(0).pending.size() == 3);
  }

  TEST_CASE("organisations take turns however many one of them sends") {
    World world;
    for (std::uint64_t i = 0; i < 20; ++i) REQUIRE(world.admit({.nonce = i}).has_value());
    REQUIRE(world.admit({.from = 4}).has_value());
    REQUIRE(world.admit({.from = 4, .nonce = 1}).has_value());
    const auto senders = world.selected_senders(Gas{4 * 21'000});
    CHECK(senders == std::vector{address_of(2), address_of(4), address_of(2), address_of(4)});
  }

  TEST_CASE("an organisation gets no more than its quota in one block") {
    World world;
    for (std::uint64_t i = 0; i < 3; ++i) {
      REQUIRE(world.admit({.from = 4, .nonce = i, .gas = 400'000}).has_value());
    }
    CHECK(world.selected_senders(Gas{60'000'000}).size() == 2);
  }

  TEST_CASE("dispute calls go first, up to a quarter of the gas") {
    World world;
    for (std::uint64_t i = 0; i < 4; ++i) REQUIRE(world.admit({.nonce = i, .gas = 50'000}));
    for (std::uint64_t i = 0; i < 2; ++i) {
      REQUIRE(world.admit({.from = 9, .nonce = i, .gas = 50'000, .to = kFairExchange, .value = 0}));
    }
    const auto senders = world.selected_senders(Gas{200'000});
    REQUIRE(senders.size() >= 2);
    CHECK(senders[0] == address_of(9));
    CHECK(senders[1] == address_of(2));
  }

  TEST_CASE("after a block, what it used is gone, by whichever node it came") {
    World world;
    const auto txn = signed_txn({});
    REQUIRE(world.admit(txn).has_value());
    REQUIRE(world.admit({.nonce = 1}).has_value());
    REQUIRE(world.chain.extend({txn}).has_value());
    world.view = world.chain.ledger().view_at(Height{1});
    world.pool.on_head(*world.view, {txn->hash()});
    CHECK(world.pool.size() == 1);
    REQUIRE(world.chain.extend({signed_txn({.nonce = 1, .value = 5})}).has_value());
    world.view = world.chain.ledger().view_at(Height{2});
    world.pool.on_head(*world.view, {signed_txn({.nonce = 1, .value = 5})->hash()});
    CHECK(world.pool.size() == 0);
    CHECK(world.refused({}) == PoolError::kNonceTooLow);
  }

  TEST_CASE("every bound holds") {
    World sender{{.txns_per_sender_max = 1}};
    REQUIRE(sender.admit(TxnSpec{}).has_value());
    CHECK(sender.refused({.nonce = 1}) == PoolError::kSenderFull);
    World organisation{{.txns_per_organisation_max = 1}};
    REQUIRE(organisation.admit(TxnSpec{}).has_value());
    CHECK(organisation.refused({.from = 3}) == PoolError::kOrganisationFull);
    World size{{.txn_bytes_max = 50}};
    CHECK(size.refused({}) == PoolError::kTooLarge);
    World whole{{.txns_max = 1}};
    REQUIRE(whole.admit(TxnSpec{}).has_value());
    CHECK(whole.refused({.from = 4}) == PoolError::kPoolFull);
    CHECK(whole.admit({.from = 4}, 60'000).has_value());
    CHECK(whole.pool.size() == 1);
  }

  TEST_CASE("a dropped transaction leaves nothing behind") {
    World world;
    const auto txn = signed_txn({});
    REQUIRE(world.admit(txn).has_value());
    world.pool.drop(txn->hash());
    CHECK(world.pool.size() == 0);
    CHECK_FALSE(world.pool.has_executable(*world.view));
    REQUIRE(world.admit(txn).has_value());
  }
}

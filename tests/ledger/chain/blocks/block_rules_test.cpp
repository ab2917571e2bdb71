// Which rules a block has: genesis's, until a step of Governance's schedule takes effect.
#include "ledger/chain/block_rules.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/state/overlay_view.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

using namespace datapact;
using namespace datapact::chain;
using namespace datapact::testkit;

namespace {

constexpr std::uint64_t kCancun = 1;
constexpr std::uint64_t kPrague = 2;
constexpr std::uint64_t kOsaka = 3;

const uint256 kPragueSet = precompile_bits(vm::precompiles_of(vm::Revision::kPrague));
const uint256 kOsakaSet = precompile_bits(vm::precompiles_of(vm::Revision::kOsaka));

/// The same chain with Cancun from the start.
Genesis cancun_genesis() {
  auto document = build_consortium_genesis(governed_params());
  REQUIRE(document.has_value());
  json::Value config = json::Object{};
  for (const auto& [name, value] : *document->find("config")->as_object()) {
    if (name != "pragueTime" && name != "precompiles") config.set(name, value);
  }
  document->set(
      "extraData",
      to_hex0x(ByteView{encode(QbftExtra{config_hash(config), {address_of(1)}, {}, {}})}));
  document->set("config", std::move(config));
  auto genesis = load_genesis(*document);
  REQUIRE(genesis.has_value());
  return *std::move(genesis);
}

GovernedChain cancun_chain() {
  return GovernedChain{store::make_memory_store(), {}, cancun_genesis()};
}

void extend(GovernedChain& chain, const std::vector<TxnPtr>& txns) {
  REQUIRE(chain.extend(txns).has_value());
  REQUIRE(chain.ledger().block(chain.ledger().head()->height)->block.transactions.size() ==
          txns.size());
}

std::vector<Receipt> head_receipts(GovernedChain& chain) {
  return *chain.ledger().receipts(chain.ledger().head()->height);
}

/// Whether a creation that needs CLZ succeeds in a block of its own.
bool has_clz(GovernedChain& chain, std::uint64_t nonce) {
  extend(chain, {clz_txn(nonce)});
  return head_receipts(chain).front().success;
}

Result<BlockRules, StepError> rules_of_height(GovernedChain& chain, std::uint64_t height) {
  const auto view = chain.ledger().view_at(chain.ledger().head()->height);
  return rules_at({Height{height}, 0}, *view, chain.config());
}

/// After the step was scheduled for height 3 and a block went by.
struct Scheduled {
  GovernedChain chain;
  explicit Scheduled(const StepSpec& step) {
    extend(chain, {schedule_txn(0, step)});
    REQUIRE(head_receipts(chain).front().success);
    extend(chain, {});
  }
  StepError fault() {
    const auto rules = rules_of_height(chain, 3);
    REQUIRE_FALSE(rules.has_value());
    CHECK_FALSE(to_string(rules.error().fault).empty());
    CHECK(rules.error().step.height == Height{3});
    return rules.error();
  }
};

}  // namespace

TEST_SUITE("chain/block_rules") {
  TEST_CASE(
      "a scheduled revision begins at its height, for whoever makes the chain or follows it") {
    GovernedChain chain;
    extend(chain, {schedule_txn(0, {.height = 4})});
    CHECK_FALSE(has_clz(chain, 1));
    CHECK_FALSE(has_clz(chain, 2));
    CHECK(has_clz(chain, 3));
    CHECK(has_clz(chain, 4));
    GovernedChain other;
    for (std::uint64_t height = 1; height <= 5; ++height) {
      const auto executed = other.execute(chain.ledger().block(Height{height})->block);
      REQUIRE(executed.has_value());
      REQUIRE(other.ledger().commit(other.seal(*executed)).has_value());
    }
    CHECK(other.ledger().head()->hash == chain.ledger().head()->hash);
    CHECK(other.ledger().head()->header.state_root == chain.ledger().head()->header.state_root);
  }

  TEST_CASE("without a step genesis's rules hold at every height") {
    GovernedChain chain;
    const BlockRules expected{vm::Revision::kPrague, vm::precompiles_of(vm::Revision::kPrague)};
    CHECK(*rules_of_height(chain, 1) == expected);
    CHECK(*rules_of_height(chain, 1'000'000'000) == expected);
  }

  TEST_CASE("every height keeps its rules in every later state") {
    GovernedChain chain;
    extend(chain, {schedule_txn(0, {.height = 3, .revision = kPrague, .precompiles = 0}),
                   schedule_txn(1, {.height = 5, .revision = kOsaka, .precompiles = kOsakaSet})});
    for (int blocks = 0; blocks < 5; ++blocks) {
      const auto prague = vm::precompiles_of(vm::Revision::kPrague);
      const auto osaka = vm::precompiles_of(vm::Revision::kOsaka);
      CHECK(*rules_of_height(chain, 2) == BlockRules{vm::Revision::kPrague, prague});
      CHECK(*rules_of_height(chain, 3) == BlockRules{vm::Revision::kPrague, {}});
      CHECK(*rules_of_height(chain, 4) == BlockRules{vm::Revision::kPrague, {}});
      CHECK(*rules_of_height(chain, 5) == BlockRules{vm::Revision::kOsaka, osaka});
      CHECK(*rules_of_height(chain, 6) == BlockRules{vm::Revision::kOsaka, osaka});
      extend(chain, {});
    }
  }

  TEST_CASE("a step's precompiles take the place of those before, alone or with a revision") {
    GovernedChain chain;
    // A call of SHA-256 by transaction costs gas only where it is a precompile.
    const auto sha256_gas = [&](std::uint64_t nonce) {
      extend(
          chain,
          {signed_txn({.nonce = nonce, .gas = 50'000, .to = to_address(uint256{2}), .value = 0})});
      return head_receipts(chain).front().gas_used;
    };
    const uint256 without_sha256 = kPragueSet ^ uint256 { 2 };
    extend(chain,
           {schedule_txn(0, {.height = 3, .revision = kPrague, .precompiles = without_sha256})});
    CHECK(sha256_gas(1) == Gas{21'060});
    CHECK(sha256_gas(2) == Gas{21'000});
  }

  TEST_CASE("from Cancun to Prague the header gains its requests hash, and calls their floor") {
    GovernedChain chain = cancun_chain();
    REQUIRE_FALSE(chain.genesis().header.requests_hash.has_value());
    extend(chain, {schedule_txn(0, {.height = 3, .revision = kPrague, .precompiles = kPragueSet})});
    const TxnSpec heavy{.nonce = 1, .gas = 100'000, .to = address_of(4), .data = Bytes(1'000, 1)};
    extend(chain, {signed_txn(heavy)});
    CHECK_FALSE(chain.ledger().head()->header.requests_hash.has_value());
    CHECK(head_receipts(chain).front().gas_used == Gas{21'000 + 16'000});
    TxnSpec again = heavy;
    again.nonce = 2;
    extend(chain, {signed_txn(again)});
    CHECK(chain.ledger().head()->header.requests_hash == kEmptyRequestsHash);
    CHECK(head_receipts(chain).front().gas_used == Gas{21'000 + 40'000});
  }

  TEST_CASE("a header with the fields of the rules before is refused at the height of a step") {
    GovernedChain chain = cancun_chain();
    extend(chain, {schedule_txn(0, {.height = 2, .revision = kPrague, .precompiles = kPragueSet})});
    Block block = chain.build({})->block->block;
    block.header.requests_hash.reset();
    CHECK(chain.execute(block).error().code == BlockErrorCode::kForkField);
  }

  TEST_CASE("what new rules forbid is not built into a block, and refused in one") {
    GovernedChain chain;
    extend(chain, {schedule_txn(0, {.height = 3})});
    const auto large = [](std::uint64_t nonce) {
      return signed_txn({.nonce = nonce, .gas = (1U << 24U) + 1});
    };
    extend(chain, {large(1)});
    const auto built = chain.build({large(2)});
    REQUIRE(built.has_value());
    CHECK(built->block->block.transactions.empty());
    REQUIRE(built->skipped.size() == 1);
    CHECK(built->skipped.front().error.code == BlockErrorCode::kInvalidTransaction);
    Block block = built->block->block;
    block.transactions = {large(2)->txn()};
    block.header.transactions_root = transactions_root(block.transactions);
    CHECK(chain.execute(block).error().code == BlockErrorCode::kInvalidTransaction);
  }

  TEST_CASE("a revision this build does not know is neither built nor executed, and named") {
    Scheduled world{{.height = 4, .revision = 7}};
    const Block third = world.chain.build({})->block->block;
    const auto executed = world.chain.execute(third);
    REQUIRE(executed.has_value());
    REQUIRE(world.chain.ledger().commit(world.chain.seal(*executed)).has_value());
    const auto built = world.chain.build({});
    REQUIRE_FALSE(built.has_value());
    CHECK(built.error().code == BlockErrorCode::kUnknownRules);
    CHECK_FALSE(to_string(built.error().code).empty());
    CHECK(to_string(built.error()) ==
          "Governance.schedule: expected rules this node has, got the protocol step of height 4: "
          "revision 7 is not known, only 1 (Cancun) to 3 (Osaka)");
    CHECK(world.chain.execute(third).error().code == BlockErrorCode::kUnknownRules);
  }

  TEST_CASE("a step is refused for its revision or for one of its precompiles") {
    SUBCASE("an unknown revision") {
      for (const std::uint64_t number : std::array<std::uint64_t, 3>{0, 4, 0xffff'ffff}) {
        CHECK(Scheduled{{.height = 3, .revision = number}}.fault().fault ==
              StepFault::kUnknownRevision);
      }
    }
    SUBCASE("a revision older than genesis's") {
      const auto error = Scheduled{{.height = 3, .revision = kCancun}}.fault();
      CHECK(error.fault == StepFault::kOlderRevision);
      CHECK(error.reason == "revision 1 (Cancun) is older than 2 (Prague), which it would replace");
    }
    SUBCASE("a precompile that nobody has") {
      const auto error =
          Scheduled{{.height = 3, .precompiles = kOsakaSet | (uint256{1} << 0x11U)}}.fault();
      CHECK(error.fault == StepFault::kUnknownPrecompile);
      CHECK(error.reason == "precompile 0x12 is not known");
    }
  }

  TEST_CASE("a revision older than that of the step before it is refused") {
    GovernedChain chain;
    extend(chain, {schedule_txn(0, {.height = 2}),
                   schedule_txn(1, {.height = 3, .revision = kPrague, .precompiles = kPragueSet})});
    CHECK(rules_of_height(chain, 2).has_value());
    const auto rules = rules_of_height(chain, 3);
    REQUIRE_FALSE(rules.has_value());
    CHECK(rules.error().fault == StepFault::kOlderRevision);
  }

  TEST_CASE("a length that no contract wrote costs no more than the steps that are read") {
    GovernedChain chain;
    const auto view = chain.ledger().view_at(Height{0});
    state::StateDiff diff;
    diff.accounts[kGovernanceAddress].account = view->account(kGovernanceAddress);
    diff.accounts[kGovernanceAddress].storage[uint256{6}] = ~uint256{};
    const state::OverlayView endless{*view, diff};
    const GovernanceView governance{endless};
    CHECK(governance.schedule_length() == kScheduleStepsMax);
    // Every step is zero: revision 0 from height 0 on.
    CHECK(rules_at({Height{1}, 0}, endless, chain.config()).error().fault ==
          StepFault::kUnknownRevision);
  }

  TEST_CASE("an Ethereum chain has rules by time, whatever lies at Governance's address") {
    GovernedChain chain;
    extend(chain, {schedule_txn(0, {.height = 2, .revision = 7})});
    const auto view = chain.ledger().view_at(Height{1});
    GenesisConfig config;
    config.cancun_time = 0;
    config.prague_time = 100;
    CHECK(rules_at({Height{9}, 99}, *view, config)->revision == vm::Revision::kCancun);
    CHECK(rules_at({Height{2}, 100}, *view, config)->revision == vm::Revision::kPrague);
  }

  TEST_CASE("revisions have their numbers, and precompiles their bits") {
    CHECK(revision_number(vm::Revision::kCancun) == kCancun);
    CHECK(revision_number(vm::Revision::kPrague) == kPrague);
    CHECK(revision_number(vm::Revision::kOsaka) == kOsaka);
    for (const auto revision :
         {vm::Revision::kCancun, vm::Revision::kPrague, vm::Revision::kOsaka}) {
      CHECK(revision_of_number(revision_number(revision)) == revision);
      const auto set = vm::precompiles_of(revision);
      CHECK(precompiles_of_bits(precompile_bits(set)) == set);
    }
    CHECK_FALSE(revision_of_number(0).has_value());
    CHECK_FALSE(revision_of_number(4).has_value());
    CHECK(kPragueSet == uint256{0x1ffff});
    CHECK(kOsakaSet == (uint256{0x1ffff} | (uint256{1} << 255U)));
    CHECK(precompiles_of_bits(uint256{1}) == vm::PrecompileSet::range(1, 1));
  }

  TEST_CASE("rules are described for people") {
    CHECK(describe({vm::Revision::kOsaka, vm::precompiles_of(vm::Revision::kOsaka)}) ==
          "Osaka, precompiles 0x01-0x11,0x100");
    CHECK(describe({vm::Revision::kCancun, vm::PrecompileSet::range(2, 2)}) ==
          "Cancun, precompiles 0x02");
    CHECK(describe({vm::Revision::kPrague, {}}) == "Prague, precompiles none");
  }
}

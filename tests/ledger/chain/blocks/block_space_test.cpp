#include "ledger/chain/block_space.hpp"

#include "ledger/chain/governance_view.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

using namespace datapact;           // NOLINT(google-build-using-namespace)
using namespace datapact::chain;    // NOLINT(google-build-using-namespace)
using namespace datapact::testkit;  // NOLINT(google-build-using-namespace)

namespace {

const Address kFairExchange = contracts::predeploy_address(contracts::ContractId::kFairExchange);

struct World {
  GovernedChain chain;
  std::shared_ptr<const store::LedgerView> view = chain.ledger().view_at(Height{0});
  GovernanceView governance{*view};

  [[nodiscard]] SpaceRefusal refused(const TxnSpec& spec) const {
    const auto permission = check_permission(governance, *signed_txn(spec));
    REQUIRE_FALSE(permission.has_value());
    CHECK_FALSE(to_string(permission.error()).empty());
    return permission.error();
  }
};

}  // namespace

TEST_SUITE("chain/block_space") {
  TEST_CASE("who may not send is told why") {
    const World world;
    CHECK(world.refused({.from = 9}) == SpaceRefusal::kStranger);
    CHECK(world.refused({.from = 5}) == SpaceRefusal::kSuspended);
    CHECK(world.refused({.from = 6}) == SpaceRefusal::kMayNotSend);
    CHECK(world.refused({.from = 3, .to = std::nullopt}) == SpaceRefusal::kMayNotDeploy);
    CHECK(check_permission(world.governance, *signed_txn({.from = 4})) == OrganisationId{2});
  }

  TEST_CASE("a quota is what an organisation's gas limits add up to, and others keep theirs") {
    const World world;
    BlockSpace space{world.governance, Gas{60'000'000}};
    const auto half = signed_txn({.from = 4, .gas = kSmallQuota / 2});
    for (int i = 0; i < 2; ++i) {
      REQUIRE(space.check(*half).has_value());
      space.take(*half);
    }
    CHECK(space.check(*signed_txn({.from = 4})).error() == SpaceRefusal::kQuota);
    CHECK(space.check(*signed_txn({.from = 2})).has_value());
  }

  TEST_CASE("dispute calls need no quota up to a quarter of the block, then they count") {
    const World world;
    BlockSpace space{world.governance, Gas{4 * 2 * kSmallQuota}};
    const auto dispute = signed_txn({.from = 4, .gas = 2 * kSmallQuota, .to = kFairExchange});
    REQUIRE(space.check(*dispute).has_value());
    space.take(*dispute);
    CHECK(space.check(*dispute).error() == SpaceRefusal::kQuota);
    CHECK(space.check(*signed_txn({.from = 4, .gas = kSmallQuota})).has_value());
  }
}

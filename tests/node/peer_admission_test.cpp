#include "node/peer_admission.hpp"

#include "contracts/catalogue.hpp"
#include "ledger/state/memory_state.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::node;
using p2p::Grant;

namespace {

const p2p::NodeId kNode{{7}};

/// Organisation 2's administrator (key 4) lists kNode with `flags`.
void list_node(testkit::GovernedChain& chain, std::uint64_t nonce, std::uint64_t flags) {
  const auto& governance = contracts::contract(contracts::ContractId::kGovernance);
  testkit::TxnSpec spec{.from = 4, .nonce = nonce, .gas = 200'000};
  spec.to = contracts::predeploy_address(contracts::ContractId::kGovernance);
  spec.value = 0;
  spec.data = contracts::encode_call(*governance.abi.function("setNodeKey"),
                                     {Hash256{kNode.raw()}, std::uint64_t{2}, flags});
  REQUIRE(chain.extend({testkit::signed_txn(spec)}).has_value());
}

Grant grant(testkit::GovernedChain& chain, bool is_pinned, bool may_be_behind) {
  const auto view = chain.ledger().view_at(chain.ledger().head()->height);
  return grant_for(kNode, *view, is_pinned, may_be_behind);
}

}  // namespace

TEST_SUITE("node/peer_admission") {
  TEST_CASE("whom Governance lists may join, until its organisation takes the key back") {
    testkit::GovernedChain chain;
    CHECK(grant(chain, false, false) == Grant::kNone);
    list_node(chain, 0, 1);
    CHECK(grant(chain, false, false) == Grant::kFull);
    list_node(chain, 1, 0);
    CHECK(grant(chain, false, false) == Grant::kNone);
  }

  TEST_CASE("a configured peer that is not listed brings blocks to a node that may be behind") {
    testkit::GovernedChain chain;
    CHECK(grant(chain, true, true) == Grant::kSyncOnly);
    CHECK(grant(chain, true, false) == Grant::kNone);
    list_node(chain, 0, 1);
    CHECK(grant(chain, true, true) == Grant::kFull);
  }

  TEST_CASE("on a chain without Governance the configuration says who belongs") {
    const state::MemoryState nothing;
    CHECK(grant_for(kNode, nothing, true, false) == Grant::kFull);
    CHECK(grant_for(kNode, nothing, false, true) == Grant::kNone);
  }
}

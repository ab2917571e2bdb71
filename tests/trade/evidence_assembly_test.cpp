#include "tests/testkit/trade/evidence_desk.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace datapact;           // NOLINT(google-build-using-namespace)
using namespace datapact::testkit;  // NOLINT(google-build-using-namespace)

namespace {

/// Heights at which the epoch grows, by bisection, and how often it asked.
struct Found {
  std::vector<std::uint64_t> heights;
  int asked = 0;
};
Found find(const std::map<std::uint64_t, std::uint64_t>& epoch_from, std::uint64_t to) {
  Found out;
  const auto heights = trade::find_changes(
      Height{}, Height{to}, [&](Height height) -> trade::EvidenceResult<uint256> {
        ++out.asked;
        const auto after = epoch_from.upper_bound(height.raw());
        return uint256{after == epoch_from.begin() ? 0 : std::prev(after)->second};
      });
  REQUIRE(heights.has_value());
  for (const auto height : *heights) out.heights.push_back(height.raw());
  return out;
}

using Heights = std::vector<std::uint64_t>;

}  // namespace

TEST_SUITE("trade/evidence_assembly") {
  TEST_CASE("changes of the validators are found by bisection") {
    CHECK(find({}, 1'000'000).heights.empty());
    CHECK(find({{1, 1}}, 1).heights == Heights{1});
    CHECK(find({{1, 1}, {2, 2}, {3, 5}, {1'000'000, 6}}, 1'000'000).heights ==
          Heights{1, 2, 3, 1'000'000});
    const auto found = find({{500'000, 1}}, 1'000'000);
    CHECK(found.heights == Heights{500'000});
    CHECK(found.asked < 25);
  }

  TEST_CASE("a node whose epochs fall is not believed") {
    // Says 0 at genesis, 1 at the head, 0 in between, and 0 at the head when asked again.
    int asked = 0;
    const auto heights =
        trade::find_changes(Height{}, Height{0}, [&](Height) -> trade::EvidenceResult<uint256> {
          return uint256{static_cast<std::uint64_t>(asked++)};
        });
    REQUIRE_FALSE(heights.has_value());
    CHECK(heights.error().name == "node");
  }

  TEST_CASE("a deal that was never locked has no evidence") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    LedgerEvidenceSource source(chain);
    const auto bundle = trade::assemble_evidence(source, sale.deal());
    REQUIRE_FALSE(bundle.has_value());
    CHECK(bundle.error().name == trade::kNotLocked);
  }

  TEST_CASE("a version that is not registered has no evidence") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    auto deal = sale.deal();
    deal.terms.rest.version = Hash256{{1}};
    LedgerEvidenceSource source(chain);
    const auto bundle = trade::assemble_evidence(source, deal);
    REQUIRE_FALSE(bundle.has_value());
    CHECK(bundle.error().name == "publish");
  }

  TEST_CASE("a source that fails at any answer ends the assembly with its failure") {
    SaleChain chain({.validators = 4});
    GovernedSale sale(chain);
    sale.prepare();
    chain.remove_validator(0);
    sale.lock();
    int answers = 0;
    for (;; ++answers) {
      LedgerEvidenceSource source(chain);
      source.answers_left = answers;
      const auto bundle = trade::assemble_evidence(source, sale.deal());
      if (bundle) break;
      CAPTURE(answers);
      CHECK(bundle.error().name == "node");
    }
    CHECK(answers > 20);
  }

  TEST_CASE("a raw block that cannot be used is refused") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    const auto raw = *LedgerEvidenceSource(chain).block(chain.head());
    const auto txn = chain.ledger().block(chain.head())->txn_hashes[0];
    const auto try_step = [&](const trade::RawBlock& block, const TxnHash& hash) {
      const auto step = trade::step_document(trade::StepKind::kSettle, block, hash);
      return step ? "ok" : step.error().reason;
    };
    CHECK(try_step(raw, txn) == "ok");
    CHECK(try_step({{0xc0}, raw.receipts}, txn) == "the node's block does not decode");
    const std::string missing = "the node's block does not hold the transaction";
    CHECK(try_step(raw, TxnHash{{1}}) == missing);
    CHECK(try_step({raw.block, {}}, txn) == missing);
    CHECK(try_step({raw.block, {Bytes{}}}, txn) == missing);
  }
}

#include "base/hex.hpp"
#include "tests/testkit/trade/evidence_desk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace datapact;           // NOLINT(google-build-using-namespace)
using namespace datapact::testkit;  // NOLINT(google-build-using-namespace)
using trade::DealStatus;

namespace {

trade::EvidenceReport proved(const json::Value& bundle, const SaleChain& chain) {
  auto report = trade::verify_evidence(bundle, chain.genesis().hash);
  if (!report) FAIL(report.error().name << ": " << report.error().reason);
  return *std::move(report);
}

std::vector<std::string> names(const std::vector<trade::ProvenStep>& steps) {
  std::vector<std::string> out;
  out.reserve(steps.size());
  for (const auto& step : steps) out.push_back(step.name);
  return out;
}

using Names = std::vector<std::string>;

std::string source_text(const std::string& path) {
  std::ifstream file(DATAPACT_SOURCE_DIR "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Of the chain in the kept bundles.
const BlockHash kKeptGenesis = *fixed_from_hex<BlockHash>(
    "0x5a7b654af88e26516e990600fdca2a6920c4c0ed1e89496055899a28fc780b71");

}  // namespace

TEST_SUITE("trade/evidence") {
  TEST_CASE("a sale on one validator is proved from the genesis hash alone") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    const auto report = proved(evidence_of(chain, sale), chain);
    CHECK(report.status == DealStatus::kSettled);
    CHECK(report.deal == sale.id());
    CHECK(report.header == sale.deal().header);
    CHECK(report.terms.judged == sale.deal().terms.judged);
    CHECK(report.terms.rest == sale.deal().terms.rest);
    CHECK(report.chain_id == ChainId{2026});
    CHECK(report.height == chain.head());
    CHECK(report.attested_at_lock);
    CHECK_FALSE(report.revoked_at_lock);
    CHECK(names(report.steps) == Names{"publish", "lock", "reveal", "settle"});
    CHECK(report.steps[1].sender == address_of(SaleParty::kBuyer));
    CHECK(report.steps[2].sender == address_of(SaleParty::kProvider));
    CHECK(report.steps[3].height == chain.head());
    CHECK(report.steps[3].block == *chain.ledger().hash_at(chain.head()));
  }

  TEST_CASE("a sale on four validators is proved") {
    SaleChain chain({.validators = 4});
    GovernedSale sale(chain);
    sale.run();
    CHECK(proved(evidence_of(chain, sale), chain).status == DealStatus::kSettled);
  }

  TEST_CASE("every stage and every end of a deal is proved by its name") {
    SaleChain chain;
    GovernedSale sale(chain, {.corrupt_chunk = true});
    sale.prepare();
    sale.lock();
    const auto status = [&] { return to_string(proved(evidence_of(chain, sale), chain).status); };
    CHECK(status() == "locked");
    SUBCASE("refunded") {
      sale.refund();
      CHECK(status() == "refunded");
    }
    SUBCASE("announced, then refunded") {
      sale.announce();
      CHECK(status() == "locked");
      for (int i = 0; i < 40; ++i) chain.wait(std::chrono::seconds{0});
      sale.refund();
      CHECK(status() == "refunded");
    }
    SUBCASE("announced, revealed, settled by anyone when complaints are over") {
      sale.announce();
      sale.reveal();
      CHECK(status() == "revealed");
      sale.settle_late();
      CHECK(status() == "settled");
    }
    SUBCASE("a wrong key") {
      sale.reveal_wrong_key();
      sale.complain_key();
      CHECK(status() == "complaint upheld");
      const auto report = proved(evidence_of(chain, sale), chain);
      CHECK(names(report.steps) == Names{"publish", "lock", "reveal", "complainKey"});
    }
    SUBCASE("a wrong chunk") {
      sale.reveal();
      sale.complain_chunk();
      CHECK(status() == "complaint upheld");
      const auto report = proved(evidence_of(chain, sale), chain);
      CHECK(names(report.steps) == Names{"publish", "lock", "reveal", "complainChunk"});
    }
  }

  TEST_CASE("validators that change between the steps are walked from genesis") {
    SaleChain chain({.validators = 4});
    GovernedSale sale(chain);
    sale.prepare();
    chain.add_validator();
    sale.lock();
    chain.remove_validator(0);
    chain.remove_validator(1);
    sale.reveal();
    chain.add_validator();
    sale.settle();
    const auto bundle = evidence_of(chain, sale);
    CHECK(bundle.find("validatorChanges")->as_array()->size() == 4);
    CHECK(proved(bundle, chain).status == DealStatus::kSettled);
  }

  TEST_CASE("a set of one that grows to four is walked") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    sale.lock();
    for (int i = 0; i < 3; ++i) chain.add_validator();
    sale.reveal();
    sale.settle();
    CHECK(chain.validators().size() == 4);
    CHECK(proved(evidence_of(chain, sale), chain).status == DealStatus::kSettled);
  }

  TEST_CASE("two changes of the validators in one block are one step of the walk") {
    SaleChain chain({.validators = 4});
    GovernedSale sale(chain);
    sale.prepare();
    const auto remove = [](std::size_t i) {
      return SaleCall{SaleParty::kOperator,
                      contracts::ContractId::kGovernance,
                      "removeValidator",
                      {crypto::address_of(validator_key(i))}};
    };
    chain.extend({remove(0), remove(1)});
    sale.lock();
    const auto bundle = evidence_of(chain, sale);
    CHECK(bundle.find("validatorChanges")->as_array()->size() == 1);
    CHECK(proved(bundle, chain).status == DealStatus::kLocked);
  }

  TEST_CASE("a change in the newest block is shown, too") {
    SaleChain chain({.validators = 4});
    GovernedSale sale(chain);
    sale.run();
    chain.remove_validator(0);
    auto bundle = evidence_of(chain, sale);
    CHECK(verdict(bundle, chain) == "ok");
    list(bundle, "validatorChanges").clear();
    CHECK(verdict(bundle, chain) == "validator changes");
  }

  TEST_CASE("a version that was revoked or not attested at the lock is reported as such") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    sale.revoke();
    sale.lock();
    const auto report = proved(evidence_of(chain, sale), chain);
    CHECK(report.revoked_at_lock);
    CHECK_FALSE(report.attested_at_lock);
  }

  TEST_CASE("steps that share their block with others are proved by their index") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    const auto credit = [](std::uint8_t number) {
      return SaleCall{SaleParty::kBank,
                      contracts::ContractId::kSettlement,
                      "deposit",
                      {address_of(SaleParty::kStranger), std::uint64_t{1},
                       to_hash256(uint256{std::uint64_t{100} + number})}};
    };
    const auto& deal = sale.deal();
    std::vector<SaleCall> calls;
    calls.reserve(20 + 1);
    for (std::uint8_t i = 0; i < 20; ++i) calls.push_back(credit(i));
    calls.push_back({SaleParty::kBuyer,
                     contracts::ContractId::kFairExchange,
                     "lock",
                     {trade::to_abi(deal.header), deal.signature}});
    chain.extend(calls);
    CHECK(proved(evidence_of(chain, sale), chain).status == DealStatus::kLocked);
  }

  TEST_CASE("the order of members in a JSON object means nothing") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    auto bundle = evidence_of(chain, sale);
    std::ranges::reverse(*bundle.as_object());
    std::ranges::reverse(*part(bundle, "final").as_object());
    CHECK(verdict(bundle, chain) == "ok");
  }

  TEST_CASE("bundles written long ago still verify") {
    const auto status = [](const std::string& path) -> std::string {
      const auto bundle = json::parse(source_text(path));
      REQUIRE(bundle.has_value());
      const auto report = trade::verify_evidence(*bundle, kKeptGenesis);
      return report ? std::string(to_string(report->status)) : report.error().name;
    };
    CHECK(status("docs/formats/evidence-example.json") == "settled");
    CHECK(status("tests/fuzz/corpus/evidence/refunded.json") == "refunded");
    CHECK(status("tests/fuzz/corpus/evidence/upheld.json") == "complaint upheld");
    const auto page = source_text("docs/formats/evidence.md");
    CHECK(page.find(to_hex0x(kKeptGenesis)) != std::string::npos);
  }

  TEST_CASE("the page of the predeploys gives the code hashes that evidence prints") {
    const SaleChain chain;
    const auto page = source_text("docs/formats/predeploys.md");
    for (const auto id : contracts::kContractIds) {
      const std::string name(contracts::to_string(id));
      CAPTURE(name);
      CHECK(page.find("| " + name + " | `" + to_hex0x(chain.code_hash(id)) + "` |") !=
            std::string::npos);
    }
  }

  TEST_CASE("no truncated bundle is a bundle") {
    const auto text = source_text("docs/formats/evidence-example.json");
    constexpr std::size_t kStep = 61;
    for (std::size_t size = 0; size + 2 < text.size(); size += kStep) {
      const auto bundle = json::parse(std::string_view(text).substr(0, size));
      if (bundle) FAIL_CHECK("accepted with " << size << " bytes");
    }
  }

  TEST_CASE("a bundle survives being written and read") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    const auto bundle = evidence_of(chain, sale);
    const auto read = json::parse(json::to_pretty_text(bundle));
    REQUIRE(read.has_value());
    CHECK(*read == bundle);
    CHECK(verdict(*read, chain) == "ok");
  }
}

// Bundles that are correct in their parts and lie as a whole: what a forger would hand over.
#include "base/hex.hpp"
#include "tests/testkit/trade/evidence_desk.hpp"
#include "trade/evidence_deal.hpp"
#include "trade/terms_codec.hpp"

#include <doctest/doctest.h>

using namespace datapact;           // NOLINT(google-build-using-namespace)
using namespace datapact::testkit;  // NOLINT(google-build-using-namespace)
using contracts::ContractId;

namespace {

/// The deal with its header changed and signed anew by the seller.
json::Value resigned(const GovernedSale& sale,
                     const std::function<void(trade::DealHeader&)>& change) {
  auto deal = sale.deal();
  change(deal.header);
  const Hash256 digest{trade::deal_id(deal.domain, deal.header).raw()};
  const auto signature = crypto::to_bytes_v27(crypto::sign(digest, key_of(SaleParty::kProvider)));
  return json::Value::object({{"header", to_hex0x(trade::encode_header(deal.header))},
                              {"judged", to_hex0x(trade::encode_judged(deal.terms.judged))},
                              {"rest", to_hex0x(trade::encode_rest(deal.terms.rest))},
                              {"signature", to_hex0x(signature)}});
}

/// A block that holds one transaction, as raw bytes.
trade::RawBlock raw_block(const SaleChain& chain, Height height) {
  return *LedgerEvidenceSource(chain).block(height);
}

}  // namespace

TEST_SUITE("trade/evidence_attack") {
  TEST_CASE("a bundle signed by invented validators fails at the genesis hash") {
    SaleChain real;
    SaleChain invented({.validators = 1, .first_validator = 10});
    GovernedSale sale(invented);
    sale.run();
    const auto bundle = evidence_of(invented, sale);
    CHECK(verdict(bundle, invented) == "ok");
    CHECK(verdict(bundle, real) == "genesis hash");
  }

  TEST_CASE("invented validators on the real genesis fail at their first seal") {
    SaleChain real;
    SaleChain invented({.validators = 1, .first_validator = 10});
    GovernedSale sale(invented);
    sale.run();
    auto bundle = evidence_of(invented, sale);
    GovernedSale other(real);
    other.run();
    splice(bundle, evidence_of(real, other), "genesis");
    CHECK(verdict(bundle, real) == "publish.seals");
  }

  TEST_CASE("blocks of another chain with the same validators do not pass for this one's") {
    SaleChain real;
    SaleChain test_network({.chain_id = ChainId{2027}});
    GovernedSale sale(test_network);
    sale.run();
    GovernedSale signed_here(real);
    signed_here.run();
    const auto here = evidence_of(real, signed_here);
    auto bundle = evidence_of(test_network, sale);
    splice(bundle, here, "genesis");
    CHECK(verdict(bundle, real) == "seller's signature");
    SUBCASE("not even when the deal is signed for this chain") {
      splice(bundle, here, "deal");
      CHECK(verdict(bundle, real) == "publish.transaction");
    }
  }

  TEST_CASE("a configuration that the genesis hash does not cover is refused") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    auto bundle = evidence_of(chain, sale);
    part(part(bundle, "genesis"), "config") = R"({"chainId":2026})";
    CHECK(verdict(bundle, chain) == "genesis.config");
  }

  TEST_CASE("removed validators cannot seal on") {
    SaleChain chain({.validators = 4});
    GovernedSale sale(chain);
    sale.prepare();
    chain.add_validator();
    sale.lock();
    chain.remove_validator(0);
    sale.reveal();
    sale.settle();
    const auto bundle = evidence_of(chain, sale);
    SUBCASE("the first change left out") {
      auto forged = bundle;
      auto& changes = list(forged, "validatorChanges");
      changes.erase(changes.begin());
      CHECK(verdict(forged, chain) == "validatorChanges[0].seals");
    }
    SUBCASE("the last change left out") {
      auto forged = bundle;
      list(forged, "validatorChanges").pop_back();
      CHECK(verdict(forged, chain) == "reveal.seals");
    }
    SUBCASE("changes exchanged") {
      auto forged = bundle;
      auto& changes = list(forged, "validatorChanges");
      std::swap(changes[0], changes[1]);
      CHECK(verdict(forged, chain) == "validatorChanges[0].seals");
    }
    SUBCASE("a block without a change shown as one") {
      auto forged = bundle;
      auto& changes = list(forged, "validatorChanges");
      auto idle = changes[0];
      const auto height = Height{chain.head().raw()};
      LedgerEvidenceSource source(chain);
      part(idle, "header") = to_hex0x(*source.header(height));
      part(idle, "governance") = *bundle.find("final")->find("governance");
      changes.push_back(idle);
      CHECK(verdict(forged, chain) == "validatorChanges[2].governance.epochProof");
    }
    SUBCASE("other validators than Governance's hash") {
      auto forged = bundle;
      auto& change = list(forged, "validatorChanges")[0];
      part(change, "validators") = to_hex0x(address_of(SaleParty::kStranger));
      CHECK(verdict(forged, chain) == "validatorChanges[0].validators");
    }
  }

  TEST_CASE("fewer seals than a quorum are refused") {
    SaleChain chain({.validators = 4});
    GovernedSale sale(chain);
    sale.run();
    auto bundle = evidence_of(chain, sale);
    auto header = *chain.ledger().header(chain.head());
    const auto extra = *chain::decode_extra(header.extra_data);
    auto& shown = part(part(bundle, "final"), "header");
    const auto with_seals = [&](std::size_t count) {
      auto kept = extra.seals;
      kept.resize(count);
      return to_hex0x(chain::encode(*chain::with_seals(header, Round{0}, kept)));
    };
    shown = with_seals(2);
    CHECK(verdict(bundle, chain) == "final.seals");
    shown = with_seals(3);
    CHECK(verdict(bundle, chain) == "ok");
  }

  TEST_CASE("the genesis block is no block of a deal") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    auto bundle = evidence_of(chain, sale);
    part(part(bundle, "final"), "header") = *bundle.find("genesis")->find("header");
    CHECK(verdict(bundle, chain) == "final.header");
  }

  TEST_CASE("an older state does not hide the end of a deal, nor a newer one its beginning") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    sale.lock();
    sale.reveal();
    const auto revealed = evidence_of(chain, sale);
    sale.settle();
    const auto settled = evidence_of(chain, sale);
    auto forged = settled;
    splice(forged, revealed, "final");
    CHECK(verdict(forged, chain) == "final.header");
    forged = revealed;
    splice(forged, settled, "final");
    CHECK(verdict(forged, chain) == "final state");
  }

  TEST_CASE("a refund that is left out does not make a deal that never was") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    sale.lock();
    sale.refund();
    auto bundle = evidence_of(chain, sale);
    list(bundle, "steps").pop_back();
    CHECK(verdict(bundle, chain) == "final state");
  }

  TEST_CASE("a step of another deal is not this deal's") {
    SaleChain chain;
    GovernedSale first(chain);
    first.run();
    GovernedSale second(chain, {.nonce = Nonce{301}});
    second.offer_again();
    second.lock();
    second.reveal();
    second.settle();
    auto bundle = evidence_of(chain, second);
    auto other = evidence_of(chain, first);
    list(bundle, "steps")[3] = list(other, "steps")[3];
    CHECK(verdict(bundle, chain) == "settle.receipt");
  }

  TEST_CASE("a transaction that failed is no step") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    sale.lock();
    const auto& deal = sale.deal();
    chain.extend_failing({SaleParty::kBuyer,
                          ContractId::kFairExchange,
                          "lock",
                          {trade::to_abi(deal.header), deal.signature}});
    auto bundle = evidence_of(chain, sale);
    const auto block = *chain.ledger().block(chain.head());
    list(bundle, "steps")[1] = *trade::step_document(
        trade::StepKind::kLock, raw_block(chain, chain.head()), block.txn_hashes[0]);
    const auto report = trade::verify_evidence(bundle, chain.genesis().hash);
    REQUIRE_FALSE(report.has_value());
    CHECK(report.error().name == "lock.receipt");
    CHECK(report.error().reason == "the transaction failed");
  }

  TEST_CASE("a version sold by another than its provider is refused") {
    SaleChain chain;
    GovernedSale sale(chain, {.seller = SaleParty::kStranger});
    sale.prepare();
    sale.lock();
    CHECK(verdict(evidence_of(chain, sale), chain) == "seller");
  }

  TEST_CASE("terms that name another code than the exchange's are refused") {
    SaleChain chain;
    GovernedSale sale(chain, {.code_hash = Hash256{{0xc0}}});
    sale.prepare();
    sale.lock();
    CHECK(verdict(evidence_of(chain, sale), chain) == "exchange code");
  }

  TEST_CASE("money in another settlement than the chain's is refused") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    auto bundle = evidence_of(chain, sale);
    part(bundle, "deal") = resigned(
        sale, [](trade::DealHeader& h) { h.settlement = address_of(SaleParty::kStranger); });
    CHECK(verdict(bundle, chain) == "settlement");
  }

  TEST_CASE("a deal that the seller signed but nobody locked has no steps on the chain") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    auto bundle = evidence_of(chain, sale);
    part(bundle, "deal") = resigned(sale, [](trade::DealHeader& h) { h.amount = uint256{1}; });
    CHECK(verdict(bundle, chain) == "lock.receipt");
  }

  TEST_CASE("steps must follow each other as the exchange allows") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    const auto bundle = evidence_of(chain, sale);
    const auto without = [&](std::size_t index) {
      auto forged = bundle;
      auto& steps = list(forged, "steps");
      steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(index));
      return verdict(forged, chain);
    };
    CHECK(without(0) == "lock");
    CHECK(without(1) == "reveal");
    CHECK(without(2) == "settle");
    CHECK(without(3) == "final state");
    auto empty = bundle;
    list(empty, "steps").clear();
    CHECK(verdict(empty, chain) == "publish");
    auto only_published = bundle;
    list(only_published, "steps").resize(1);
    CHECK(verdict(only_published, chain) == "lock");
  }

  TEST_CASE("a lock that the buyer did not send itself is no signature of the buyer") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    const auto& deal = sale.deal();
    const auto* function = contracts::contract(ContractId::kFairExchange).abi.function("lock");
    chain::Transaction txn;
    txn.to = deal.domain.contract;
    txn.data = contracts::encode_call(*function, {trade::to_abi(deal.header), deal.signature});
    const auto check = [&](SaleParty sender) {
      const trade::Step lock{trade::StepKind::kLock,
                             {},
                             {},
                             0,
                             chain::RecoveredTxn::assume_sender(txn, address_of(sender)),
                             {}};
      const auto member = json::Value::object({});
      const auto checked = trade::check_signatures({member, "deal"}, deal, lock);
      return checked ? "ok" : checked.error().name;
    };
    CHECK(check(SaleParty::kBuyer) == "ok");
    CHECK(check(SaleParty::kStranger) == "buyer's signature");
    txn.to = address_of(SaleParty::kStranger);
    CHECK(check(SaleParty::kBuyer) == "buyer's signature");
    txn.to = deal.domain.contract;
    txn.data.back() ^= 1;
    CHECK(check(SaleParty::kBuyer) == "lock.transaction");
  }

  TEST_CASE("documents that are no bundle give one clear error") {
    SaleChain chain;
    for (const char* text : {"null", "7", "\"x\"", "[]", "{}", R"({"format":7})",
                             R"({"format":"datapact-offer/1"})"}) {
      CAPTURE(text);
      CHECK(verdict(*json::parse(text), chain) == "format");
    }
    GovernedSale sale(chain);
    sale.run();
    const auto bundle = evidence_of(chain, sale);
    for (const char* name : {"level", "hashSuite", "sigSuite"}) {
      auto other = bundle;
      part(other, name) = "2";
      CHECK(verdict(other, chain) == name);
    }
  }
}

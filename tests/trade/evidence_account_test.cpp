// Parties that are account contracts (EIP-1271): the exchange judged them at the lock, the bundle
// shows its event and the party's code, and nothing less is accepted.
#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "ledger/state/proof.hpp"
#include "tests/testkit/trade/account_contract.hpp"
#include "tests/testkit/trade/evidence_desk.hpp"
#include "trade/deal_signature.hpp"
#include "trade/evidence_deal.hpp"
#include "trade/terms_codec.hpp"

#include <doctest/doctest.h>

using namespace datapact;           // NOLINT(google-build-using-namespace)
using namespace datapact::testkit;  // NOLINT(google-build-using-namespace)
using contracts::ContractId;
using trade::DealStatus;

namespace {

trade::EvidenceReport proved_report(const json::Value& bundle, const SaleChain& chain) {
  auto report = trade::verify_evidence(bundle, chain.genesis().hash);
  if (!report) FAIL(report.error().name << ": " << report.error().reason);
  return *std::move(report);
}

trade::EvidenceFailure failure(const json::Value& bundle, const SaleChain& chain) {
  auto report = trade::verify_evidence(bundle, chain.genesis().hash);
  REQUIRE_FALSE(report.has_value());
  return report.error();
}

Hash256 code_hash_of(SaleParty owner) { return crypto::keccak256(account_code(address_of(owner))); }

/// What the code of a delegated account hashes to.
Hash256 designator_hash(const Address& target) {
  const Bytes prefix{0xef, 0x01, 0x00};
  return crypto::keccak256(concat({prefix, target.view()}));
}

json::Value nodes_of(const state::Proof& proof) {
  json::Value out = json::Value::array();
  for (const auto& node : proof) out.push(to_hex0x(node));
  return out;
}

json::Value account_proof(const SaleChain& chain, const Address& address, Height height) {
  return nodes_of(LedgerEvidenceSource(chain).prove({address, {}, height})->account);
}

/// A sale with the provider's account contract as its seller, locked.
struct AccountSale {
  explicit AccountSale(GovernedSaleOptions options = {}) : sale(chain, with_account(options)) {
    sale.prepare();
    sale.lock();
    lock_height = chain.head();
  }
  [[nodiscard]] json::Value evidence() const { return evidence_of(chain, sale); }
  [[nodiscard]] json::Value proof_at_lock(const Address& address) const {
    return account_proof(chain, address, lock_height);
  }

  SaleChain chain;
  Address seller;
  GovernedSale sale;
  Height lock_height;

 private:
  GovernedSaleOptions with_account(GovernedSaleOptions options) {
    seller = chain.deploy_account(SaleParty::kProvider);
    options.seller_account = seller;
    return options;
  }
};

/// The same with a buyer that is one, too.
struct AccountsSale {
  AccountsSale()
      : seller(chain.deploy_account(SaleParty::kProvider)),
        buyer(chain.deploy_account(SaleParty::kBuyer)),
        sale(chain, {.seller_account = seller, .buyer_account = buyer}) {}

  SaleChain chain;
  Address seller;
  Address buyer;
  GovernedSale sale;
};

const std::string& signature_in(const json::Value& bundle) {
  return *bundle.find("deal")->find("signature")->as_string();
}

/// A lock as a step, for claims that no honest chain makes.
trade::Step lock_step(const SaleChain& chain, const chain::Transaction& txn, SaleParty sender) {
  return {trade::StepKind::kLock,
          *chain.ledger().header(chain.head()),
          {},
          0,
          chain::RecoveredTxn::assume_sender(txn, address_of(sender)),
          {}};
}

std::string checked(const json::Value& deal_member, const trade::SignedDeal& deal,
                    const trade::Step& lock) {
  const auto codes = trade::check_signatures({deal_member, "deal"}, deal, lock);
  return codes ? "ok" : codes.error().name;
}

}  // namespace

TEST_SUITE("trade/evidence_account") {
  TEST_CASE("a sale by an account contract is proved, with the hash of the code that judged") {
    AccountSale world;
    world.sale.reveal();
    world.sale.settle();
    const auto report = proved_report(world.evidence(), world.chain);
    CHECK(report.status == DealStatus::kSettled);
    CHECK(report.header.seller == world.seller);
    CHECK(report.seller_code == code_hash_of(SaleParty::kProvider));
    CHECK_FALSE(report.buyer_code.has_value());
    const auto shown = std::ranges::find(report.proven, "seller's signature", &trade::Proven::name);
    REQUIRE(shown != report.proven.end());
    CHECK(shown->detail.find("judged by the exchange") != std::string::npos);
  }

  TEST_CASE("a signature of any length that the account contract accepts is shown and proved") {
    AccountSale world({.signature_tail = Bytes(130, 0x5a)});
    const auto bundle = world.evidence();
    CHECK(signature_in(bundle).size() == 2 + 2 * (65 + 130));
    CHECK(proved_report(bundle, world.chain).seller_code.has_value());
  }

  TEST_CASE("a purchase by an account contract is proved; the seller's key still signs itself") {
    SaleChain chain;
    const Address buyer = chain.deploy_account(SaleParty::kBuyer);
    GovernedSale sale(chain, {.buyer_account = buyer});
    sale.run();
    const auto bundle = evidence_of(chain, sale);
    const auto report = proved_report(bundle, chain);
    CHECK(report.status == DealStatus::kSettled);
    CHECK(report.header.buyer == buyer);
    CHECK(report.buyer_code == code_hash_of(SaleParty::kBuyer));
    CHECK_FALSE(report.seller_code.has_value());
    CHECK(signature_in(bundle) == to_hex0x(sale.deal().signature));
  }

  TEST_CASE("a deal between two account contracts is proved, written and read again") {
    AccountsSale world;
    world.sale.run();
    const auto bundle = evidence_of(world.chain, world.sale);
    const auto report = proved_report(bundle, world.chain);
    CHECK(report.seller_code == code_hash_of(SaleParty::kProvider));
    CHECK(report.buyer_code == code_hash_of(SaleParty::kBuyer));
    CHECK(signature_in(bundle) == "0x");
    const auto read = json::parse(json::to_pretty_text(bundle));
    REQUIRE(read.has_value());
    CHECK(*read == bundle);
    CHECK(verdict(*read, world.chain) == "ok");
  }

  TEST_CASE("a delegated account is one with code, as the exchange has it") {
    SaleChain chain;
    const Address code = chain.deploy_account(SaleParty::kProvider);
    chain.send({chain.delegation(SaleParty::kStranger, code)});
    SUBCASE("signed by what it delegates to") {
      GovernedSale sale(chain, {.seller_account = address_of(SaleParty::kStranger)});
      sale.prepare();
      sale.lock();
      const auto report = proved_report(evidence_of(chain, sale), chain);
      CHECK(report.header.seller == address_of(SaleParty::kStranger));
      CHECK(report.seller_code == designator_hash(code));
    }
    SUBCASE("signed by its own key, which counts first") {
      chain.send({chain.delegation(SaleParty::kProvider, code)});
      GovernedSale sale(chain);
      sale.run();
      const auto bundle = evidence_of(chain, sale);
      CHECK_FALSE(proved_report(bundle, chain).seller_code.has_value());
      CHECK(bundle.find("deal")->find("sellerAccount") == nullptr);
    }
  }

  TEST_CASE("a delegation taken back in the block of the lock leaves nothing to show") {
    SaleChain chain;
    const Address code = chain.deploy_account(SaleParty::kProvider);
    chain.send({chain.delegation(SaleParty::kStranger, code)});
    GovernedSale sale(chain, {.seller_account = address_of(SaleParty::kStranger)});
    sale.prepare();
    const auto& deal = sale.deal();
    chain.send({transaction({SaleParty::kBuyer,
                             ContractId::kFairExchange,
                             "lock",
                             {trade::to_abi(deal.header), deal.signature}}),
                chain.delegation(SaleParty::kStranger, Address{})});
    const auto refused = failure(evidence_of(chain, sale), chain);
    CHECK(refused.name == "seller's signature");
    CHECK(refused.reason.find("has no code after the block of the lock") != std::string::npos);
  }

  TEST_CASE("a signature that is not the seller's own needs the account, and only then") {
    AccountSale world;
    const auto bundle = world.evidence();
    auto without = bundle;
    auto& members = *part(without, "deal").as_object();
    std::erase_if(members, [](const auto& member) { return member.first == "sellerAccount"; });
    CHECK(verdict(without, world.chain) == "seller's signature");

    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    for (const char* name : {"sellerAccount", "buyerAccount"}) {
      auto superfluous = evidence_of(chain, sale);
      const auto& h = sale.deal().header;
      const bool is_seller = name == std::string_view("sellerAccount");
      part(superfluous, "deal")
          .set(name, account_proof(chain, is_seller ? h.seller : h.buyer,
                                   Height{chain.head().raw() - 2}));
      const auto refused = failure(superfluous, chain);
      CHECK(refused.name == std::string("deal.") + name);
      CHECK(refused.reason.find("must be absent") != std::string::npos);
    }
  }

  TEST_CASE("the proof of another account, or of another block, is not the seller's at the lock") {
    AccountSale world;
    world.chain.wait(std::chrono::seconds{1});
    // Blocks that change nothing keep their root: another's nonce must move.
    world.sale.reveal();
    auto bundle = world.evidence();
    auto& shown = part(part(bundle, "deal"), "sellerAccount");
    const json::Value honest = shown;
    const auto refused_with = [&](const json::Value& proof) {
      shown = proof;
      return failure(bundle, world.chain).name;
    };
    CHECK(refused_with(world.proof_at_lock(address_of(SaleParty::kProvider))) ==
          "deal.sellerAccount");
    CHECK(refused_with(account_proof(world.chain, world.seller, world.chain.head())) ==
          "deal.sellerAccount");
    CHECK(refused_with(account_proof(world.chain, world.seller,
                                     Height{world.lock_height.raw() - 1})) == "deal.sellerAccount");
    CHECK(refused_with(json::Value::array()) == "deal.sellerAccount");
    shown = honest;
    CHECK(verdict(bundle, world.chain) == "ok");
  }

  TEST_CASE("an account that does not exist has accepted nothing") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    sale.lock();
    auto deal = sale.deal();
    deal.header.seller = Address{{0xab, 0x5e, 0x47}};
    const auto member = json::Value::object(
        {{"sellerAccount", account_proof(chain, deal.header.seller, chain.head())}});
    const auto codes =
        trade::check_signatures({member, "deal"}, deal, lock_step(chain, {}, SaleParty::kBuyer));
    REQUIRE_FALSE(codes.has_value());
    CHECK(codes.error().name == "deal.sellerAccount");
    CHECK(codes.error().reason.find("no account") != std::string::npos);
  }

  TEST_CASE("a key that has not signed is no account contract, whatever proof stands beside") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    sale.lock();
    auto bundle = evidence_of(chain, sale);
    const auto& h = sale.deal().header;
    SUBCASE("the seller's") {
      auto& deal = part(bundle, "deal");
      part(deal, "signature") = to_hex0x(Bytes(65, 0x1b));
      CHECK(verdict(bundle, chain) == "seller's signature");
      deal.set("sellerAccount", account_proof(chain, h.seller, chain.head()));
      const auto refused = failure(bundle, chain);
      CHECK(refused.name == "seller's signature");
      CHECK(refused.reason.find("has no code") != std::string::npos);
    }
    SUBCASE("the buyer's") {
      const auto member =
          json::Value::object({{"buyerAccount", account_proof(chain, h.buyer, chain.head())}});
      CHECK(checked(member, sale.deal(), lock_step(chain, {}, SaleParty::kStranger)) ==
            "buyer's signature");
    }
  }

  TEST_CASE("another signature than the one the exchange was given is refused") {
    AccountSale world;
    auto bundle = world.evidence();
    part(part(bundle, "deal"), "signature") = to_hex0x(Bytes(65, 0x1b));
    CHECK(verdict(bundle, world.chain) == "lock.transaction");
  }

  TEST_CASE("a signature that nothing on the chain shows may not stand in the bundle") {
    AccountsSale world;
    world.sale.prepare();
    world.sale.lock();
    auto bundle = evidence_of(world.chain, world.sale);
    part(part(bundle, "deal"), "signature") = to_hex0x(world.sale.deal().signature);
    CHECK(verdict(bundle, world.chain) == "deal.signature");
  }

  TEST_CASE("a lock through a contract is the buyer's only with the buyer's account") {
    SaleChain chain;
    const Address buyer = chain.deploy_account(SaleParty::kBuyer);
    GovernedSale sale(chain, {.buyer_account = buyer});
    sale.prepare();
    sale.lock();
    auto bundle = evidence_of(chain, sale);
    auto& deal = part(bundle, "deal");
    part(deal, "buyerAccount") = account_proof(chain, address_of(SaleParty::kBuyer), chain.head());
    CHECK(verdict(bundle, chain) == "deal.buyerAccount");
    std::erase_if(*deal.as_object(),
                  [](const auto& member) { return member.first == "buyerAccount"; });
    CHECK(verdict(bundle, chain) == "buyer's signature");
  }

  TEST_CASE("a source that fails while it shows the accounts ends the assembly with its failure") {
    AccountsSale world;
    world.sale.prepare();
    world.sale.lock();
    int answers = 0;
    for (;; ++answers) {
      LedgerEvidenceSource source(world.chain);
      source.answers_left = answers;
      const auto bundle = trade::assemble_evidence(source, world.sale.deal());
      if (bundle) break;
      CAPTURE(answers);
      CHECK(bundle.error().name == "node");
    }
    CHECK(answers > 15);
  }

  TEST_CASE("only 65 bytes of the seller's key over this deal, with low s, are its own signature") {
    const trade::DealId deal{{0xde, 0xa1}};
    const auto key = key_of(SaleParty::kProvider);
    const Address seller = address_of(SaleParty::kProvider);
    const auto signature = crypto::sign(Hash256{deal.raw()}, key);
    const Bytes bytes = to_bytes(crypto::to_bytes_v27(signature).view());
    const auto is_own = [&](const Bytes& it) {
      return trade::is_signed_by_own_key(deal, seller, it);
    };
    CHECK(is_own(bytes));
    CHECK_FALSE(trade::is_signed_by_own_key(trade::DealId{{1}}, seller, bytes));
    CHECK_FALSE(trade::is_signed_by_own_key(deal, address_of(SaleParty::kBuyer), bytes));
    auto high = signature;
    high.s = crypto::kSecp256k1Order - high.s;
    high.y_parity ^= 1;
    CHECK_FALSE(is_own(to_bytes(crypto::to_bytes_v27(high).view())));
    CHECK_FALSE(is_own(to_bytes(crypto::to_bytes(signature).view())));
    for (std::size_t size = 0; size < bytes.size(); ++size)
      CHECK_FALSE(is_own(to_bytes(ByteView{bytes}.first(size))));
    auto longer = bytes;
    longer.push_back(0);
    CHECK_FALSE(is_own(longer));
  }
}

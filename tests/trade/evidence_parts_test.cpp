// Claims that no honest chain makes, put to the parts of the verifier one by one.
#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "ledger/state/proof.hpp"
#include "tests/testkit/trade/evidence_desk.hpp"
#include "trade/contract_slots.hpp"
#include "trade/evidence_chain.hpp"
#include "trade/evidence_deal.hpp"
#include "trade/evidence_registry.hpp"

#include <doctest/doctest.h>

using namespace datapact;           // NOLINT(google-build-using-namespace)
using namespace datapact::testkit;  // NOLINT(google-build-using-namespace)
using contracts::AbiList;
using contracts::AbiValue;
using contracts::ContractId;
using trade::StepKind;

namespace {

template <class T>
std::string name_of(const trade::EvidenceResult<T>& result) {
  return result ? "ok" : result.error().name;
}

trade::Step step_with(StepKind kind, AbiList event) {
  return {kind,
          {},
          {},
          0,
          chain::RecoveredTxn::assume_sender({}, address_of(SaleParty::kBuyer)),
          std::move(event)};
}

/// Genesis of a bundle whose extraData is replaced; the hash is that of the result.
struct ForgedGenesis {
  json::Value member;
  BlockHash hash;
};
ForgedGenesis forge_genesis(const SaleChain& chain, const json::Value& bundle,
                            const std::function<void(chain::QbftExtra&)>& change) {
  auto header = chain.genesis().header;
  auto extra = *chain::decode_extra(header.extra_data);
  change(extra);
  header.extra_data = chain::encode(extra);
  const Bytes bytes = chain::encode(header);
  ForgedGenesis out{*bundle.find("genesis"), BlockHash{crypto::keccak256(bytes).raw()}};
  out.member.set("header", to_hex0x(bytes));
  return out;
}

std::string verdict_of(const ForgedGenesis& genesis) {
  return name_of(trade::ProvenChain::from_genesis({genesis.member, "genesis"}, genesis.hash));
}

json::Value nodes_json(const state::Proof& proof) {
  json::Value out = json::Value::array();
  for (const auto& node : proof) out.push(to_hex0x(node));
  return out;
}

/// FairExchange's proofs of the deal in the newest state.
json::Value exchange_proofs(const SaleChain& chain, const GovernedSale& sale) {
  const auto& h = sale.deal().header;
  const auto proof = *LedgerEvidenceSource(chain).prove(
      {contracts::predeploy_address(ContractId::kFairExchange),
       {trade::deal_slot(sale.id()), trade::nonce_slot(h.seller, h.nonce)},
       chain.head()});
  return json::Value::object({{"accountProof", nodes_json(proof.account)},
                              {"dealProof", nodes_json(proof.storage[0])},
                              {"nonceProof", nodes_json(proof.storage[1])}});
}

/// VersionPublished of data set 1, number 1, with the lots given.
AbiList published(const Hash256& version, const Hash256& root, AbiList lots) {
  return {std::uint64_t{1}, std::uint64_t{1}, version, root, Hash256{}, std::move(lots)};
}

}  // namespace

TEST_SUITE("trade/evidence_parts") {
  TEST_CASE("a genesis whose header and Governance disagree is refused") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    const auto bundle = evidence_of(chain, sale);
    CHECK(verdict_of(forge_genesis(chain, bundle, [](chain::QbftExtra& extra) {
            extra.validators = {address_of(SaleParty::kStranger)};
          })) == "genesis validators");
    auto nameless = forge_genesis(chain, bundle, [](chain::QbftExtra& extra) {
      extra.vanity = crypto::keccak256(as_bytes("{}"));
    });
    nameless.member.set("config", "{}");
    CHECK(verdict_of(nameless) == "genesis.config");
  }

  TEST_CASE("a genesis without one of the contracts is refused by its name") {
    GovernedChain other;  // has no Settlement
    const auto view = other.ledger().view_at(Height{});
    const Hash256 root = other.genesis().header.state_root;
    const auto account = [&](ContractId id) {
      return nodes_json(state::prove_account(*view, root, contracts::predeploy_address(id)));
    };
    const auto word = [&](const uint256& slot) {
      return nodes_json(state::prove_storage(
          *view, root, contracts::predeploy_address(ContractId::kGovernance), slot));
    };
    json::Value accounts = json::Value::object({});
    for (const auto id : contracts::kContractIds)
      accounts.set(std::string(contracts::to_string(id)), account(id));
    const auto member = json::Value::object(
        {{"header", to_hex0x(chain::encode(other.genesis().header))},
         {"config", json::to_canonical_text(other.genesis().config.raw_config)},
         {"governance",
          json::Value::object({{"accountProof", account(ContractId::kGovernance)},
                               {"epochProof", word(trade::kEpochSlot)},
                               {"validatorsHashProof", word(trade::kValidatorsHashSlot)}})},
         {"contracts", std::move(accounts)}});
    CHECK(name_of(trade::ProvenChain::from_genesis({member, "genesis"}, other.genesis().hash)) ==
          "genesis.contracts.Settlement");
  }

  TEST_CASE("a deal whose nonce is free was never locked, whatever its word says") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    const auto proofs = exchange_proofs(chain, sale);
    const auto root = chain.ledger().header(chain.head())->state_root;
    // An empty word is what a refund leaves.
    const auto checked = trade::check_exchange_state({proofs, "exchange"}, root, sale.deal(),
                                                     step_with(StepKind::kRefund, {}));
    REQUIRE_FALSE(checked.has_value());
    CHECK(checked.error().name == "final state");
    CHECK(checked.error().reason == "the deal's nonce is not used");
  }

  TEST_CASE("an event that says otherwise than the header is refused by the step's name") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    sale.lock();
    const auto& deal = sale.deal();
    const auto& h = deal.header;
    const Hash256 id{sale.id().raw()};
    const auto block = *chain.ledger().block(chain.head());
    const auto lock_with = [&](const uint256& amount) {
      const auto txn = chain::RecoveredTxn::recover(block.block.transactions[0]);
      return trade::Step{StepKind::kLock,
                         block.block.header,
                         block.hash,
                         0,
                         *txn,
                         {id, h.seller, h.buyer, h.terms_digest, h.settlement, h.payee, amount,
                          h.bond, h.withhold_penalty, h.nonce.raw(), std::uint64_t{1}}};
    };
    const auto check = [&](trade::Step lock, trade::Step end) {
      std::vector<trade::Step> steps;
      steps.push_back(std::move(lock));
      steps.push_back(std::move(end));
      return name_of(trade::check_deal_steps(deal, steps));
    };
    const auto settled = [&](const Address& payee, const uint256& amount) {
      return step_with(StepKind::kSettle, {id, payee, amount});
    };
    CHECK(check(lock_with(h.amount), settled(h.payee, h.amount)) == "ok");
    CHECK(check(lock_with(uint256{1}), settled(h.payee, h.amount)) == "lock.receipt");
    CHECK(check(lock_with(h.amount), settled(h.payee, uint256{1})) == "settle.receipt");
    CHECK(check(lock_with(h.amount), settled(h.buyer, h.amount)) == "settle.receipt");
    CHECK(check(lock_with(h.amount), step_with(StepKind::kRefund, {id, h.amount})) ==
          "refund.receipt");
    CHECK(check(lock_with(h.amount), step_with(StepKind::kComplainKey, {id, h.amount})) ==
          "complainKey.receipt");
  }

  TEST_CASE("a publication must give the version, the root and the file of the terms") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.prepare();
    auto terms = sale.deal().terms;
    const auto& judged = terms.judged;
    const auto lot = [&](const Hash256& root_x) {
      return AbiValue{
          AbiList{root_x, judged.shape.n, std::uint64_t{judged.shape.s}, judged.shape.length}};
    };
    const Hash256 root = trade::lot_leaf(0, judged.root_x, judged.shape);
    const auto read = [&](const Hash256& root_claimed, AbiList lots) {
      return name_of(trade::read_publication(
          step_with(StepKind::kPublish,
                    published(terms.rest.version, root_claimed, std::move(lots))),
          terms, chain.chain_id()));
    };
    CHECK(read(root, {lot(judged.root_x)}) == "ok");
    CHECK(read(Hash256{{1}}, {lot(judged.root_x)}) == "registered root");
    CHECK(read(root, {}) == "registered root");
    const Hash256 other{{7}};
    CHECK(read(trade::lot_leaf(0, other, judged.shape), {lot(other)}) == "registered file");
    terms.rest.lot = 1;
    CHECK(read(root, {lot(judged.root_x)}) == "registered file");
    terms.rest.version = Hash256{{9}};
    CHECK(read(root, {lot(judged.root_x)}) == "version id");
  }

  TEST_CASE("a registry that holds something else than was published is refused") {
    SaleChain chain;
    GovernedSale sale(chain);
    sale.run();
    const auto bundle = evidence_of(chain, sale);
    const auto lock_height = Height{chain.head().raw() - 2};
    const auto root = chain.ledger().header(lock_height)->state_root;
    const auto& judged = sale.deal().terms.judged;
    const auto publish_height = Height{chain.head().raw() - 4};
    const trade::Publication honest{1,
                                    1,
                                    trade::lot_leaf(0, judged.root_x, judged.shape),
                                    Hash256{{0xab}},
                                    1,
                                    chain.ledger().header(publish_height)->timestamp_seconds};
    const auto read = [&](const trade::Publication& claimed) {
      return name_of(trade::read_registry(
          {*bundle.find("registryAtLock"), "registryAtLock"}, root,
          {claimed, sale.deal().terms.rest.version, sale.deal().header.seller}));
    };
    CHECK(read(honest) == "ok");
    auto claimed = honest;
    claimed.lots = 2;
    CHECK(read(claimed) == "registry at the lock");
    claimed = honest;
    claimed.block_seconds += 1;
    CHECK(read(claimed) == "registry at the lock");
    claimed = honest;
    claimed.root = Hash256{{1}};
    CHECK(read(claimed) == "registry at the lock");
    claimed = honest;
    claimed.file_digest = Hash256{{1}};
    CHECK(read(claimed) == "registry at the lock");
  }
}

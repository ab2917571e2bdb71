#include "tests/testkit/trade/sale_chain.hpp"

#include "base/assert.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/contract_address.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/genesis_builder.hpp"
#include "ledger/chain/governance_view.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/proof.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/ledger.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"
#include "tests/testkit/trade/account_contract.hpp"
#include "trade/evidence.hpp"
#include "trade/evidence_source.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace datapact::testkit {
namespace {

using contracts::AbiList;
using contracts::AbiValue;
using contracts::ContractId;

constexpr std::uint64_t kCallGas = 2'000'000;
constexpr std::size_t kValidatorKeys = 20;

/// Organisation and roles in Governance (docs/formats/governance-storage.md).
struct Place {
  SaleParty party;
  std::uint64_t organisation;
  std::uint64_t roles;
};
constexpr std::array kPlaces{
    Place{.party = SaleParty::kOperator, .organisation = 1, .roles = 1 | 32},
    Place{.party = SaleParty::kRegistrar, .organisation = 1, .roles = 2},
    Place{.party = SaleParty::kBank, .organisation = 2, .roles = 4},
    Place{.party = SaleParty::kProvider, .organisation = 3, .roles = 1},
    Place{.party = SaleParty::kBuyer, .organisation = 4, .roles = 1},
    Place{.party = SaleParty::kStranger, .organisation = 5, .roles = 1}};

AbiValue exchange() { return AbiValue{contracts::predeploy_address(ContractId::kFairExchange)}; }
AbiValue governance() { return AbiValue{contracts::predeploy_address(ContractId::kGovernance)}; }

AbiList governance_arguments(const chain::ValidatorSet& validators) {
  AbiList organisations;
  for (std::uint64_t id = 1; id <= 5; ++id) {
    organisations.emplace_back(AbiList{Hash256{}, std::uint64_t{0}, std::uint64_t{60'000'000},
                                       id == 1 ? std::uint64_t{2} : std::uint64_t{0}});
  }
  AbiList accounts;
  for (const auto& place : kPlaces) {
    accounts.emplace_back(
        AbiList{address_of(place.party), place.organisation, std::uint64_t{3}, place.roles});
  }
  AbiList seats;
  for (const auto& validator : validators) seats.emplace_back(AbiList{validator, std::uint64_t{1}});
  return {std::move(organisations), std::move(accounts), std::move(seats), AbiList{exchange()},
          std::uint64_t{1}};
}

AbiList constructor_arguments(ContractId id, const chain::ValidatorSet& validators) {
  switch (id) {
    case ContractId::kGovernance:
      return governance_arguments(validators);
    case ContractId::kSettlement:
      return {governance(), AbiList{exchange()}};
    case ContractId::kDatasetRegistry:
    case ContractId::kFairExchange:
      return {governance()};
  }
  return {};
}

chain::Genesis sale_genesis(const SaleChainOptions& options) {
  chain::ConsortiumParams params;
  params.chain_id = options.chain_id;
  params.time = UnixMillis{1'700'000'000'000};
  for (std::size_t i = 0; i < options.validators; ++i) {
    params.validators.push_back(crypto::address_of(validator_key(options.first_validator + i)));
  }
  std::ranges::sort(params.validators);
  for (const auto& place : kPlaces)
    params.balances.emplace_back(address_of(place.party), Wei{uint256{1'000'000'000}});
  for (const auto id : contracts::kContractIds) {
    params.predeploys.push_back(
        predeploy(id, contracts::encode_abi(contracts::contract(id).abi.constructor_inputs,
                                            constructor_arguments(id, params.validators))));
  }
  const auto document = chain::build_consortium_genesis(params);
  INVARIANT(document.has_value());
  auto genesis = chain::load_genesis(*document);
  INVARIANT(genesis.has_value());
  return *std::move(genesis);
}

}  // namespace

SaleTxn transaction(const SaleCall& call) {
  const auto* function = contracts::contract(call.contract).abi.function(call.function);
  INVARIANT(function != nullptr);
  const Address target = contracts::predeploy_address(call.contract);
  Bytes data = contracts::encode_call(*function, call.arguments);
  SaleTxn out{.from = call.from, .txn = {}};
  out.txn.type = chain::TxnType::kDynamicFee;
  out.txn.to = call.through.value_or(target);
  out.txn.data = call.through ? order(target, data) : std::move(data);
  return out;
}

SaleChain::SaleChain(const SaleChainOptions& options)
    : options_(options),
      next_validator_(options.first_validator + options.validators),
      genesis_(sale_genesis(options)) {
  auto ledger = store::Ledger::open(store::make_memory_store(), genesis_);
  INVARIANT(ledger.has_value());
  ledger_ = *std::move(ledger);
}

chain::ValidatorSet SaleChain::validators() const {
  return chain::GovernanceView{*ledger_->view_at(head())}.validators();
}

Hash256 SaleChain::code_hash(ContractId contract) const {
  return ledger_->view_at(head())->account(contracts::predeploy_address(contract))->code_hash;
}

std::uint64_t SaleChain::nonce_of(SaleParty party) const {
  return ledger_->view_at(head())->account(address_of(party))->nonce.raw();
}

chain::TxnPtr SaleChain::sign(SaleTxn unsigned_txn, std::uint64_t nonce) const {
  auto& txn = unsigned_txn.txn;
  txn.chain_id = options_.chain_id;
  txn.nonce = Nonce{nonce};
  txn.gas_limit = Gas{kCallGas};
  chain::sign(txn, key_of(unsigned_txn.from));
  auto recovered = chain::RecoveredTxn::recover(std::move(txn));
  INVARIANT(recovered.has_value());
  return std::make_shared<const chain::RecoveredTxn>(*std::move(recovered));
}

void SaleChain::extend(const std::vector<SaleCall>& calls) {
  std::vector<SaleTxn> txns;
  txns.reserve(calls.size());
  for (const auto& call : calls) txns.push_back(transaction(call));
  send(std::move(txns));
}

void SaleChain::send(std::vector<SaleTxn> txns) {
  std::map<SaleParty, std::uint64_t> nonces;
  std::vector<chain::TxnPtr> candidates;
  for (auto& item : txns) {
    const auto nonce = nonce_of(item.from) + nonces[item.from]++;
    candidates.push_back(sign(std::move(item), nonce));
  }
  const auto count = candidates.size();
  commit(std::move(candidates), std::chrono::seconds{0});
  const auto receipts = ledger_->receipts(head());
  INVARIANT(receipts->size() == count);
  for (const auto& receipt : *receipts) INVARIANT(receipt.success);
}

void SaleChain::extend_failing(const SaleCall& call) {
  commit({sign(transaction(call), nonce_of(call.from))}, std::chrono::seconds{0});
  INVARIANT(!ledger_->receipts(head())->front().success);
}

Address SaleChain::deploy_account(SaleParty owner) {
  const Address created = chain::create_address(address_of(owner), Nonce{nonce_of(owner)});
  chain::Transaction creation;
  creation.type = chain::TxnType::kDynamicFee;
  creation.data = account_init_code(address_of(owner));
  send({{.from = owner, .txn = std::move(creation)}});
  const auto* place = std::ranges::find(kPlaces, owner, &Place::party);
  extend({{.from = owner,
           .contract = ContractId::kGovernance,
           .function = "setAccount",
           .arguments = {created, place->organisation, std::uint64_t{1}}}});
  return created;
}

SaleTxn SaleChain::delegation(SaleParty party, const Address& code) const {
  chain::Authorization it{.chain_id = uint256{options_.chain_id.raw()},
                          .address = code,
                          .nonce = Nonce{nonce_of(party)},
                          .y_parity = {},
                          .r = {},
                          .s = {}};
  Bytes preimage{0x05};
  append(preimage,
         rlp::Encoder{}.integer(it.chain_id).string(it.address).integer(it.nonce).as_list());
  const auto signature = crypto::sign(crypto::keccak256(preimage), key_of(party));
  it.y_parity = uint256{signature.y_parity};
  it.r = signature.r;
  it.s = signature.s;
  chain::Transaction txn;
  txn.type = chain::TxnType::kSetCode;
  // The sender itself: the call would run the code that is delegated to.
  txn.to = address_of(SaleParty::kOperator);
  txn.authorizations = {it};
  return {.from = SaleParty::kOperator, .txn = std::move(txn)};
}

void SaleChain::wait(std::chrono::seconds time) { commit({}, time); }

void SaleChain::add_validator() {
  const Address joining = crypto::address_of(validator_key(next_validator_++));
  extend({{.from = SaleParty::kOperator,
           .contract = ContractId::kGovernance,
           .function = "proposeValidator",
           .arguments = {joining, std::uint64_t{1}}}});
  const auto seen = ledger_->head();
  extend({{.from = SaleParty::kOperator,
           .contract = ContractId::kGovernance,
           .function = "acknowledgeValidator",
           .arguments = {joining, seen->height.raw(), Hash256{seen->hash.raw()}}}});
}

void SaleChain::remove_validator(std::size_t i) {
  extend({{.from = SaleParty::kOperator,
           .contract = ContractId::kGovernance,
           .function = "removeValidator",
           .arguments = {crypto::address_of(validator_key(i))}}});
}

void SaleChain::commit(std::vector<chain::TxnPtr> txns, std::chrono::seconds later) {
  const auto head = ledger_->head();
  const auto view = ledger_->view_at(head->height);
  const chain::AncestorHashes ancestors = [this](Height height) {
    return ledger_->hash_at(height).value_or(BlockHash{});
  };
  const chain::ParentState parent{.header = head->header,
                                  .hash = head->hash,
                                  .state = *view,
                                  .nodes = *view,
                                  .ancestors = ancestors};
  const auto set = chain::GovernanceView{*view}.validators();
  chain::BuildRequest request;
  request.coinbase = set.front();
  request.time = chain::earliest_time(head->header, genesis_.config) + later;
  request.candidates = std::move(txns);
  auto built = chain::BlockBuilder{genesis_.config}.build(parent, request);
  INVARIANT(built.has_value());
  INVARIANT(built->skipped.empty());
  const auto digest = chain::seal_hash(built->block->block.header, Round{0});
  auto final_block = chain::make_final(built->block, Round{0}, seals(*digest), set);
  INVARIANT(final_block.has_value());
  const auto committed = ledger_->commit(*final_block);
  INVARIANT(committed.has_value());
}

std::vector<crypto::Signature> SaleChain::seals(const Hash256& digest) const {
  std::vector<crypto::Signature> out;
  const auto set = validators();
  for (std::size_t i = 0; i < kValidatorKeys; ++i) {
    const auto key = validator_key(i);
    if (std::ranges::binary_search(set, crypto::address_of(key)))
      out.push_back(crypto::sign(digest, key));
  }
  return out;
}

trade::EvidenceResult<void> LedgerEvidenceSource::count() {
  if (answers_left && (*answers_left)-- <= 0)
    return fail(trade::EvidenceFailure{.name = "node", .reason = "answers no more"});
  return {};
}

trade::EvidenceResult<Height> LedgerEvidenceSource::head() {
  TRY_VOID(count());
  return chain_.head();
}

trade::EvidenceResult<json::Value> LedgerEvidenceSource::genesis_config() {
  TRY_VOID(count());
  return chain_.genesis().config.raw_config;
}

trade::EvidenceResult<Bytes> LedgerEvidenceSource::header(Height height) {
  TRY_VOID(count());
  return chain::encode(*chain_.ledger().header(height));
}

trade::EvidenceResult<trade::RawBlock> LedgerEvidenceSource::block(Height height) {
  TRY_VOID(count());
  trade::RawBlock out{.block = chain::encode(chain_.ledger().block(height)->block), .receipts = {}};
  const auto receipts = chain_.ledger().receipts(height);
  for (const auto& receipt : *receipts) out.receipts.push_back(chain::encode(receipt));
  return out;
}

trade::EvidenceResult<trade::StateProof> LedgerEvidenceSource::prove(
    const trade::StateQuery& query) {
  TRY_VOID(count());
  const auto view = chain_.ledger().view_at(query.height);
  const Hash256 root = chain_.ledger().header(query.height)->state_root;
  trade::StateProof out{.account = state::prove_account(*view, root, query.address), .storage = {}};
  for (const auto& slot : query.slots)
    out.storage.push_back(state::prove_storage(*view, root, query.address, slot));
  return out;
}

trade::EvidenceResult<uint256> LedgerEvidenceSource::word(const Address& address,
                                                          const uint256& slot, Height height) {
  TRY_VOID(count());
  return chain_.ledger().view_at(height)->storage(address, slot);
}

trade::EvidenceResult<std::vector<trade::LogPlace>> LedgerEvidenceSource::logs(
    const trade::LogQuery& query) {
  TRY_VOID(count());
  store::LogFilter filter{.from = query.from,
                          .to = chain_.head(),
                          .addresses = {contracts::predeploy_address(query.contract)},
                          .topics = {}};
  for (const auto& topic : query.topics) {
    auto& position = filter.topics.emplace_back();
    if (topic) position.push_back(*topic);
  }
  std::vector<trade::LogPlace> out;
  for (const auto& found : chain_.ledger().logs(filter, {}).logs)
    out.push_back({found.log.topics[0], found.height, found.txn_hash});
  return out;
}

}  // namespace datapact::testkit

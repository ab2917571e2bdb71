#include "trade/evidence_bundle.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "contracts/catalogue.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/proof.hpp"
#include "trade/contract_slots.hpp"
#include "trade/deal_signature.hpp"
#include "trade/evidence.hpp"
#include "trade/evidence_deal.hpp"
#include "trade/evidence_reader.hpp"
#include "trade/evidence_source.hpp"
#include "trade/evidence_steps.hpp"
#include "trade/terms.hpp"
#include "trade/terms_codec.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::trade {
namespace {

using contracts::ContractId;
using json::Value;

Value to_json(const state::Proof& proof) {
  Value out = Value::array();
  for (const auto& node : proof) out.push(to_hex0x(node));
  return out;
}

/// What a node may report before it is not believed; the verifier reads as many.
constexpr std::size_t kChangesMax = 20'000;

/// Accounts and words proved at one height, as an object of the named members.
struct Asked {
  const char* name;
  uint256 slot;
};
EvidenceResult<Value> state_document(EvidenceSource& source, ContractId contract, Height height,
                                     const std::vector<Asked>& words) {
  StateQuery query{
      .address = contracts::predeploy_address(contract), .slots = {}, .height = height};
  for (const auto& asked : words) query.slots.push_back(asked.slot);
  TRY(const auto proof, source.prove(query));
  if (proof.storage.size() != words.size())
    return evidence_failure("node", "proves another number of slots than asked");
  Value out = Value::object({{"accountProof", to_json(proof.account)}});
  for (std::size_t i = 0; i < words.size(); ++i) out.set(words[i].name, to_json(proof.storage[i]));
  return out;
}

EvidenceResult<Value> governance_document(EvidenceSource& source, Height height) {
  return state_document(source, ContractId::kGovernance, height,
                        {{.name = "epochProof", .slot = kEpochSlot},
                         {.name = "validatorsHashProof", .slot = kValidatorsHashSlot}});
}

EvidenceResult<Value> genesis_document(EvidenceSource& source) {
  TRY(const auto header, source.header(Height{}));
  TRY(const auto config, source.genesis_config());
  TRY(auto governance, governance_document(source, Height{}));
  Value contracts = Value::object({});
  for (const auto id : contracts::kContractIds) {
    TRY(const auto proof, source.prove({contracts::predeploy_address(id), {}, Height{}}));
    contracts.set(std::string(contracts::to_string(id)), to_json(proof.account));
  }
  return Value::object({{"header", to_hex0x(header)},
                        {"config", json::to_canonical_text(config)},
                        {"governance", std::move(governance)},
                        {"contracts", std::move(contracts)}});
}

/// The validators that Governance holds after a block, as 20 bytes each.
EvidenceResult<Bytes> read_validators(EvidenceSource& source, Height height) {
  const Address governance = contracts::predeploy_address(ContractId::kGovernance);
  TRY(const auto count, source.word(governance, kValidatorCountSlot, height));
  if (count > uint256{chain::kValidatorsMax}) {
    return evidence_failure("node", "reports more than 256 validators");
  }
  Bytes out;
  for (std::uint64_t i = 0; i < count.low_u64(); ++i) {
    TRY(const auto word, source.word(governance, validator_slot(i), height));
    append(out, to_address(word).view());
  }
  return out;
}

EvidenceResult<Value> changes_document(EvidenceSource& source, Height head) {
  TRY(const auto heights, find_changes(Height{}, head, [&](Height height) {
        return source.word(contracts::predeploy_address(ContractId::kGovernance), kEpochSlot,
                           height);
      }));
  Value out = Value::array();
  for (const auto height : heights) {
    TRY(const auto header, source.header(height));
    TRY(auto governance, governance_document(source, height));
    TRY(const auto validators, read_validators(source, height));
    out.push(Value::object({{"header", to_hex0x(header)},
                            {"governance", std::move(governance)},
                            {"validators", to_hex0x(validators)}}));
  }
  return out;
}

/// Who called the exchange for the buyer, and where.
struct LockShown {
  Height height;
  chain::RecoveredTxn txn;
};

/// From the step as it stands in the bundle.
EvidenceResult<LockShown> lock_shown(const Value& step, Height height) {
  const auto* text = step.find("transaction");
  const auto bytes = text != nullptr ? from_hex(*text->as_string()) : std::nullopt;
  INVARIANT(bytes.has_value());
  auto txn = chain::decode_transaction(*bytes);
  if (!txn) return evidence_failure("lock.transaction", std::string(to_string(txn.error())));
  auto recovered = chain::RecoveredTxn::recover(std::move(*txn));
  if (!recovered)
    return evidence_failure("lock.transaction", std::string(to_string(recovered.error())));
  return LockShown{.height = height, .txn = std::move(*recovered)};
}

/// The accounts of the parties whose own keys have not signed are shown as the lock left them.
EvidenceResult<Value> deal_document(EvidenceSource& source, const SignedDeal& deal,
                                    const LockShown& lock) {
  const auto& h = deal.header;
  const bool seller_signed =
      is_signed_by_own_key(deal_id(deal.domain, h), h.seller, deal.signature);
  const bool buyer_signed = is_own_call(deal, lock.txn);
  const Bytes shown = seller_signed || buyer_signed ? deal.signature : Bytes{};
  Value out = Value::object({{"header", to_hex0x(encode_header(h))},
                             {"judged", to_hex0x(encode_judged(deal.terms.judged))},
                             {"rest", to_hex0x(encode_rest(deal.terms.rest))},
                             {"signature", to_hex0x(shown)}});
  if (!seller_signed) {
    TRY(const auto proof, source.prove({h.seller, {}, lock.height}));
    out.set("sellerAccount", to_json(proof.account));
  }
  if (!buyer_signed) {
    TRY(const auto proof, source.prove({h.buyer, {}, lock.height}));
    out.set("buyerAccount", to_json(proof.account));
  }
  return out;
}

struct StepPlace {
  StepKind kind;
  Height height;
  TxnHash txn;
};

std::optional<StepKind> kind_of(const Hash256& topic) {
  for (const auto kind : kStepKinds) {
    if (event_topic(kind) == topic) return kind;
  }
  return std::nullopt;
}

/// The publication, then the deal's own steps: the exchange emits each at most once.
EvidenceResult<std::vector<StepPlace>> find_steps(EvidenceSource& source, const SignedDeal& deal,
                                                  Height head) {
  TRY(const auto published,
      source.logs({ContractId::kDatasetRegistry,
                   {event_topic(StepKind::kPublish), {}, {}, deal.terms.rest.version},
                   Height{}}));
  if (published.empty()) {
    return evidence_failure("publish",
                            "the chain knows no version " + to_hex0x(deal.terms.rest.version));
  }
  const auto id = deal_id(deal.domain, deal.header);
  std::vector<StepPlace> out{
      {.kind = StepKind::kPublish, .height = published[0].height, .txn = published[0].txn}};
  TRY(const auto found,
      source.logs(
          {ContractId::kFairExchange, {std::nullopt, Hash256{id.raw()}}, published[0].height}));
  for (const auto& place : found) {
    const auto kind = kind_of(place.topic);
    if (kind && place.height <= head) out.push_back({*kind, place.height, place.txn});
  }
  if (out.size() == 1)
    return evidence_failure(std::string(kNotLocked),
                            "the chain knows no lock of deal " + to_hex0x(id));
  return out;
}

EvidenceResult<Value> registry_document(EvidenceSource& source, const Hash256& version,
                                        Height height) {
  const Address registry = contracts::predeploy_address(ContractId::kDatasetRegistry);
  const uint256 version_at = version_slot(version);
  TRY(const auto word, source.word(registry, version_at, height));
  const uint256 dataset_at = dataset_slot(unpack_version(word).dataset);
  return state_document(source, ContractId::kDatasetRegistry, height,
                        {{.name = "datasetProof", .slot = dataset_at},
                         {.name = "documentProof", .slot = dataset_at + uint256{1}},
                         {.name = "versionProof", .slot = version_at},
                         {.name = "rootProof", .slot = version_at + uint256{1}},
                         {.name = "fileDigestProof", .slot = version_at + uint256{2}}});
}

EvidenceResult<Value> final_document(EvidenceSource& source, const SignedDeal& deal, Height head) {
  TRY(const auto header, source.header(head));
  TRY(auto governance, governance_document(source, head));
  const auto& h = deal.header;
  TRY(auto exchange, state_document(source, ContractId::kFairExchange, head,
                                    {{"dealProof", deal_slot(deal_id(deal.domain, h))},
                                     {"nonceProof", nonce_slot(h.seller, h.nonce)}}));
  return Value::object({{"header", to_hex0x(header)},
                        {"governance", std::move(governance)},
                        {"exchange", std::move(exchange)}});
}

EvidenceResult<Value> steps_document(EvidenceSource& source, const std::vector<StepPlace>& places) {
  Value out = Value::array();
  for (const auto& place : places) {
    TRY(const auto raw, source.block(place.height));
    TRY(auto step, step_document(place.kind, raw, place.txn));
    out.push(std::move(step));
  }
  return out;
}

}  // namespace

EvidenceResult<Value> assemble_evidence(EvidenceSource& source, const SignedDeal& deal) {
  // Pinned: everything is shown as of this block.
  TRY(const auto head, source.head());
  TRY(const auto places, find_steps(source, deal, head));
  TRY(auto genesis, genesis_document(source));
  TRY(auto changes, changes_document(source, head));
  TRY(auto steps, steps_document(source, places));
  const auto lock = std::ranges::find(places, StepKind::kLock, &StepPlace::kind);
  if (lock == places.end()) return evidence_failure("node", "shows steps of a deal but no lock");
  const auto& lock_step = (*steps.as_array())[static_cast<std::size_t>(lock - places.begin())];
  TRY(const auto shown, lock_shown(lock_step, lock->height));
  TRY(auto signed_deal, deal_document(source, deal, shown));
  TRY(auto registry, registry_document(source, deal.terms.rest.version, lock->height));
  TRY(auto last, final_document(source, deal, head));
  return Value::object({{"format", kEvidenceFormat},
                        {"level", "L1"},
                        {"hashSuite", "1"},
                        {"sigSuite", "1"},
                        {"genesis", std::move(genesis)},
                        {"validatorChanges", std::move(changes)},
                        {"deal", std::move(signed_deal)},
                        {"steps", std::move(steps)},
                        {"registryAtLock", std::move(registry)},
                        {"final", std::move(last)}});
}

EvidenceResult<std::vector<Height>> find_changes(
    Height from, Height to, const std::function<EvidenceResult<uint256>(Height)>& epoch) {
  std::vector<Height> out;
  TRY(uint256 before, epoch(from));
  TRY(const uint256 newest, epoch(to));
  std::uint64_t low = from.raw();
  while (before < newest) {
    // The invariant: epoch(low) == before < epoch(high).
    std::uint64_t high = to.raw();
    uint256 after = newest;
    while (high - low > 1) {
      const std::uint64_t middle = low + (high - low) / 2;
      TRY(const uint256 there, epoch(Height{middle}));
      if (there > before) {
        high = middle;
        after = there;
      } else {
        low = middle;
      }
    }
    if (low == high || out.size() == kChangesMax)
      return evidence_failure("node", "reports epochs of Governance that cannot be");
    out.emplace_back(high);
    low = high;
    before = after;
  }
  return out;
}

EvidenceResult<Value> step_document(StepKind kind, const RawBlock& raw, const TxnHash& txn) {
  const std::string name(to_string(kind));
  const auto block = chain::decode_block(raw.block);
  if (!block) return evidence_failure(name, "the node's block does not decode");
  std::vector<Bytes> txns;
  std::optional<std::size_t> index;
  for (const auto& item : block->transactions) {
    if (chain::hash_of(item) == txn) index = txns.size();
    txns.push_back(chain::encode(item));
  }
  const bool has_empty = std::ranges::any_of(raw.receipts, &Bytes::empty);
  if (!index || has_empty || raw.receipts.size() != txns.size())
    return evidence_failure(name, "the node's block does not hold the transaction");
  return Value::object({{"name", name},
                        {"header", to_hex0x(chain::encode(block->header))},
                        {"index", std::to_string(*index)},
                        {"transaction", to_hex0x(txns[*index])},
                        {"transactionProof", to_json(state::prove_ordered(txns, *index))},
                        {"receipt", to_hex0x(raw.receipts[*index])},
                        {"receiptProof", to_json(state::prove_ordered(raw.receipts, *index))}});
}

}  // namespace datapact::trade

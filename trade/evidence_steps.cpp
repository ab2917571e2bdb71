#include "trade/evidence_steps.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "contracts/abi_value.hpp"
#include "contracts/catalogue.hpp"
#include "contracts/contract_abi.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/chain/transaction.hpp"
#include "trade/evidence.hpp"
#include "trade/evidence_chain.hpp"
#include "trade/evidence_proofs.hpp"
#include "trade/evidence_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::trade {
namespace {

using contracts::ContractId;

/// A sale has at most publish, lock, announce, reveal and an end.
constexpr std::size_t kStepsMax = 5;

std::optional<StepKind> kind_of(std::string_view name) {
  for (const auto kind : kStepKinds) {
    if (to_string(kind) == name) return kind;
  }
  return std::nullopt;
}

/// FairExchange's states, with the registration before them. An announcement may be left out: it
/// leaves no trace once the key is revealed.
bool may_follow(std::optional<StepKind> before, StepKind kind) {
  using enum StepKind;
  switch (kind) {
    case kPublish:
      return !before;
    case kLock:
      return before == kPublish;
    case kAnnounce:
      return before == kLock;
    case kReveal:
    case kRefund:
      return before == kLock || before == kAnnounce;
    case kSettle:
    case kComplainKey:
    case kComplainChunk:
      return before == kReveal;
  }
  return false;
}

/// The event of this step about this subject; its id is the third topic of a publication and the
/// first of a deal's events.
EvidenceResult<contracts::AbiList> find_event(const chain::Receipt& receipt, StepKind kind,
                                              const StepSubject& subject) {
  const auto* event = contracts::contract(emitter(kind)).abi.event(event_name(kind));
  INVARIANT(event != nullptr);
  const bool is_publication = kind == StepKind::kPublish;
  const std::size_t position = is_publication ? 3 : 1;
  const Hash256 id = is_publication ? subject.version : Hash256{subject.deal.raw()};
  for (const auto& log : receipt.logs) {
    if (log.address != contracts::predeploy_address(emitter(kind))) continue;
    if (log.topics.size() <= position || log.topics[position] != id) continue;
    if (log.topics[0] != event->topic()) continue;
    if (auto values = contracts::decode_event_values(*event, log.topics, log.data))
      return std::move(*values);
  }
  return evidence_failure(std::string(to_string(kind)) + ".receipt",
                          "has no " + std::string(event_name(kind)) + " of " + to_hex0x(id));
}

EvidenceResult<chain::RecoveredTxn> read_txn(const BundleMember& where, ByteView encoded,
                                             ChainId chain_id) {
  auto txn = chain::decode_transaction(encoded);
  if (!txn)
    return evidence_failure(where.path("transaction"), std::string(chain::to_string(txn.error())));
  if (txn->chain_id != chain_id)
    return evidence_failure(where.path("transaction"), "is not signed for this chain");
  auto recovered = chain::RecoveredTxn::recover(std::move(*txn));
  if (!recovered) {
    return evidence_failure(where.path("transaction"),
                            std::string(chain::to_string(recovered.error())));
  }
  return std::move(*recovered);
}

EvidenceResult<Step> read_step(const BundleMember& member, const ProvenChain& chain,
                               const StepSubject& subject) {
  TRY_VOID(member.only(
      {"name", "header", "index", "transaction", "transactionProof", "receipt", "receiptProof"}));
  TRY(const auto name, member.text("name"));
  const auto kind = kind_of(name);
  if (!kind) return evidence_failure(member.path("name"), "is no step of a deal");
  const BundleMember where = member.renamed(name);
  TRY(auto header, chain.sealed_header(where));
  TRY(const auto index, where.integer("index"));
  TRY(const auto txn_bytes, where.bytes("transaction"));
  TRY_VOID(proven_item(where, "transactionProof", {header.transactions_root, index, txn_bytes}));
  TRY(const auto receipt_bytes, where.bytes("receipt"));
  TRY_VOID(proven_item(where, "receiptProof", {header.receipts_root, index, receipt_bytes}));
  TRY(auto txn, read_txn(where, txn_bytes, chain.chain_id()));
  const auto receipt = chain::decode_receipt(receipt_bytes);
  if (!receipt)
    return evidence_failure(where.path("receipt"), std::string(rlp::to_string(receipt.error())));
  if (!receipt->success) return evidence_failure(where.path("receipt"), "the transaction failed");
  TRY(auto event, find_event(*receipt, *kind, subject));
  // sealed_header has decoded the header's extraData already.
  const auto block = chain::chain_hash(header);
  INVARIANT(block.has_value());
  return Step{.kind = *kind,
              .header = std::move(header),
              .block = *block,
              .index = index,
              .txn = std::move(txn),
              .event = std::move(event)};
}

}  // namespace

std::string_view to_string(StepKind kind) noexcept {
  switch (kind) {
    case StepKind::kPublish:
      return "publish";
    case StepKind::kLock:
      return "lock";
    case StepKind::kAnnounce:
      return "announce";
    case StepKind::kReveal:
      return "reveal";
    case StepKind::kSettle:
      return "settle";
    case StepKind::kRefund:
      return "refund";
    case StepKind::kComplainKey:
      return "complainKey";
    case StepKind::kComplainChunk:
      return "complainChunk";
  }
  return "";
}

std::string_view event_name(StepKind kind) noexcept {
  switch (kind) {
    case StepKind::kPublish:
      return "VersionPublished";
    case StepKind::kLock:
      return "Locked";
    case StepKind::kAnnounce:
      return "Announced";
    case StepKind::kReveal:
      return "Revealed";
    case StepKind::kSettle:
      return "Settled";
    case StepKind::kRefund:
      return "Refunded";
    case StepKind::kComplainKey:
      return "KeyComplaintUpheld";
    case StepKind::kComplainChunk:
      return "ChunkComplaintUpheld";
  }
  return "";
}

ContractId emitter(StepKind kind) noexcept {
  return kind == StepKind::kPublish ? ContractId::kDatasetRegistry : ContractId::kFairExchange;
}

Hash256 event_topic(StepKind kind) {
  const auto* event = contracts::contract(emitter(kind)).abi.event(event_name(kind));
  INVARIANT(event != nullptr);
  return event->topic();
}

EvidenceResult<std::vector<Step>> read_steps(const BundleMember& root, const ProvenChain& chain,
                                             const StepSubject& subject) {
  TRY(const auto members, root.list("steps", kStepsMax));
  std::vector<Step> out;
  std::optional<StepKind> before;
  for (const auto& member : members) {
    TRY(auto step, read_step(member, chain, subject));
    const std::string name(to_string(step.kind));
    if (!may_follow(before, step.kind)) {
      return evidence_failure(
          name, "cannot follow " + (before ? std::string(to_string(*before)) : "nothing"));
    }
    if (!out.empty() && std::pair(out.back().header.height, out.back().index) >
                            std::pair(step.header.height, step.index)) {
      return evidence_failure(name, "stands before the step it follows");
    }
    before = step.kind;
    out.push_back(std::move(step));
  }
  for (const auto kind : {StepKind::kPublish, StepKind::kLock}) {
    if (std::ranges::find(out, kind, &Step::kind) == out.end())
      return evidence_failure(std::string(to_string(kind)), "is missing");
  }
  return out;
}

const Step& step_of(const std::vector<Step>& steps, StepKind kind) {
  const auto found = std::ranges::find(steps, kind, &Step::kind);
  PRECONDITION(found != steps.end());
  return *found;
}

}  // namespace datapact::trade

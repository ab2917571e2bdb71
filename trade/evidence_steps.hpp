#pragma once
// The steps of a deal: transactions in sealed blocks whose receipts hold the contracts' events, in
// the order the exchange allows. Pure.
#include "contracts/catalogue.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/transaction.hpp"
#include "trade/evidence_chain.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace datapact::trade {

enum class StepKind : std::uint8_t {
  kPublish,
  kLock,
  kAnnounce,
  kReveal,
  kSettle,
  kRefund,
  kComplainKey,
  kComplainChunk,
};
inline constexpr std::array kStepKinds{
    StepKind::kPublish, StepKind::kLock,   StepKind::kAnnounce,    StepKind::kReveal,
    StepKind::kSettle,  StepKind::kRefund, StepKind::kComplainKey, StepKind::kComplainChunk};
/// The contract's function: "publish", "lock", ….
[[nodiscard]] std::string_view to_string(StepKind kind) noexcept;
/// The event that shows the step happened, and who emits it.
[[nodiscard]] std::string_view event_name(StepKind kind) noexcept;
[[nodiscard]] contracts::ContractId emitter(StepKind kind) noexcept;
[[nodiscard]] Hash256 event_topic(StepKind kind);

/// What the events of the steps are about.
struct StepSubject {
  DealId deal;
  Hash256 version;
};

struct Step {
  StepKind kind;
  chain::BlockHeader header;
  BlockHash block;
  std::uint64_t index = 0;
  chain::RecoveredTxn txn;
  /// Values of its event, in the order of the event's inputs.
  contracts::AbiList event;
};

/// From the bundle's list "steps". Failures are named after the step: "lock.receiptProof".
[[nodiscard]] EvidenceResult<std::vector<Step>> read_steps(const BundleMember& root,
                                                           const ProvenChain& chain,
                                                           const StepSubject& subject);
[[nodiscard]] const Step& step_of(const std::vector<Step>& steps, StepKind kind);

}  // namespace datapact::trade

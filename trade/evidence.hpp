#pragma once
// The evidence bundle of one deal at level L1 (docs/formats/evidence.md) and its offline verifier:
// from the genesis hash alone it convinces a third party that the deal's terms, signatures,
// registration, transactions, receipts and final state belong to one chain whose validators sealed
// them. Pure: no node, no clock.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "trade/terms.hpp"

#include <string>
#include <vector>

namespace datapact::trade {

/// The first thing that does not hold: a stable name such as "lock.seals", and why.
struct EvidenceFailure {
  std::string name;
  std::string reason;
};

/// One thing that was proved, in words.
struct Proven {
  std::string name;
  std::string detail;
};

struct EvidenceReport {
  DealId deal;
  DealHeader header;
  Terms terms;
  /// The deal's status in the proven final state, as FairExchange numbers it.
  std::uint8_t status = 0;
  std::vector<Proven> proven;
};

inline constexpr std::string_view kEvidenceFormat = "datapact-evidence/1";
/// Steps a bundle may hold, in order of height: publish, lock, announce, reveal, settle, refund,
/// complainKey, complainChunk.
[[nodiscard]] Result<EvidenceReport, EvidenceFailure> verify_evidence(const json::Value& bundle,
                                                                      const BlockHash& genesis);

/// Storage slots the bundle proves (docs/formats/fair-exchange.md, dataset-registry.md,
/// governance-storage.md).
[[nodiscard]] uint256 deal_slot(const DealId& deal);
/// First of the version's slots: flags, then root.
[[nodiscard]] uint256 version_slot(const Hash256& version);

}  // namespace datapact::trade

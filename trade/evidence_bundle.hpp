#pragma once
// Assembles the evidence bundle of a deal (docs/formats/evidence.md). The result is not verified
// yet: the caller hands it to verify_evidence before it goes anywhere.
#include "trade/evidence_source.hpp"
#include "trade/evidence_steps.hpp"

#include <functional>
#include <vector>

namespace datapact::trade {

/// Name of the failure when the chain knows no lock of the deal.
inline constexpr std::string_view kNotLocked = "not locked";

/// Everything from genesis to the newest block. Fails when the deal was never locked, when the
/// source fails, or with a name of the bundle's member when what it gave cannot be used.
[[nodiscard]] EvidenceResult<json::Value> assemble_evidence(EvidenceSource& source,
                                                            const SignedDeal& deal);

/// Heights in (from, to] at which `epoch` grows, found by bisection: it never falls. Asks about
/// log2(to - from) times a change.
[[nodiscard]] EvidenceResult<std::vector<Height>> find_changes(
    Height from, Height to, const std::function<EvidenceResult<uint256>(Height)>& epoch);

/// One item of "steps": the transaction's proofs are built from the raw block.
[[nodiscard]] EvidenceResult<json::Value> step_document(StepKind kind, const RawBlock& raw,
                                                        const TxnHash& txn);

}  // namespace datapact::trade

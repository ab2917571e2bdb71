#pragma once
// The deal of a bundle: its terms and both signatures, its events and its word in the exchange's
// storage. Pure.
#include "trade/evidence_steps.hpp"

#include <vector>

namespace datapact::trade {

/// From {"header", "judged", "rest", "signature"}: terms and header hash to each other, the seller
/// has signed, and the settlement is the chain's own.
[[nodiscard]] EvidenceResult<SignedDeal> read_deal(const BundleMember& where, ChainId chain_id);

/// The lock is the buyer's own call with exactly this header and signature, and every event says
/// what the header demands.
[[nodiscard]] EvidenceResult<void> check_deal_steps(const SignedDeal& deal,
                                                    const std::vector<Step>& steps);

/// How the deal stands after its last step.
[[nodiscard]] DealStatus status_after(StepKind last) noexcept;
/// The whole word that FairExchange keeps of it then.
[[nodiscard]] uint256 word_after(const SignedDeal& deal, const Step& last);

/// From {"accountProof", "dealProof", "nonceProof"} under a state root: the exchange's code is the
/// one the parties signed for, the deal's word follows from its last step, and its nonce is used,
/// so that a deal whose word a refund cleared cannot begin again.
[[nodiscard]] EvidenceResult<void> check_exchange_state(const BundleMember& where,
                                                        const Hash256& state_root,
                                                        const SignedDeal& deal, const Step& last);

}  // namespace datapact::trade

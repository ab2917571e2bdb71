#pragma once
// The deal of a bundle: its terms and both signatures, its events and its word in the exchange's
// storage. A party is a key or an account contract; for a contract FairExchange has judged, inside
// the lock, and the bundle shows that the party's account had code then. Pure.
#include "trade/evidence_steps.hpp"

#include <optional>
#include <vector>

namespace datapact::trade {

/// From {"header", "judged", "rest", "signature"} and the optional "sellerAccount" and
/// "buyerAccount": terms and header hash to each other, the seller's key has signed or its account
/// is shown, and the settlement is the chain's own.
[[nodiscard]] EvidenceResult<SignedDeal> read_deal(const BundleMember& where, ChainId chain_id);

/// Whether the buyer's own key has signed the lock: a transaction from the buyer to the exchange.
/// Otherwise the call came from code, a contract or what the buyer delegates to (EIP-7702).
[[nodiscard]] bool is_own_call(const SignedDeal& deal, const chain::RecoveredTxn& lock);

/// Of the parties that are account contracts: hash of the code after the block of the lock.
struct AccountCodes {
  std::optional<Hash256> seller;
  std::optional<Hash256> buyer;
};
/// Both signatures, `where` being the bundle's deal. The lock is the buyer's own call with exactly
/// this header and signature, or a call of its account contract; a party without a signature of its
/// own key has code in the state after the lock's block. That the exchange emitted Locked for this
/// deal, which read_steps has found, says that it accepted both.
[[nodiscard]] EvidenceResult<AccountCodes> check_signatures(const BundleMember& where,
                                                            const SignedDeal& deal,
                                                            const Step& lock);

/// Every event says what the header demands.
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

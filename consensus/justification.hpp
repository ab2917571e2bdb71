#pragma once
// Which round changes and proposals are justified (QBFT.md section 7). Pure. Signatures were
// checked before; here authors, rounds and certificates are.
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"
#include "consensus/plants.hpp"
#include "ledger/chain/seal.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace datapact::consensus {

enum class JustificationError : std::uint8_t {
  kForeignAuthor,        ///< a part by someone who is no validator of this height
  kDuplicateAuthor,      ///< two parts of one kind by one validator
  kWrongHeight,          ///< a part for another height
  kWrongRound,           ///< a part for another round, or a target outside 1..kRoundMax
  kPreparedNotBelow,     ///< the prepared round is not below the target round
  kTooFewRoundChanges,   ///< fewer round changes than the quorum
  kTooFewPrepares,       ///< fewer prepares than the quorum
  kConflictingPrepared,  ///< two round changes name different digests for one prepared round
  kWrongPreparedDigest,  ///< prepares, or the block, are for another digest
  kUnexpectedParts,      ///< parts where none belong: round 0, or prepares without a prepared round
  kWrongProposer,        ///< not by the proposer of the round
  kMalformedBlock,       ///< extraData does not decode, or has seals
  kWrongBlock,           ///< height, parent, round or validators are not this height's
  kWrongCoinbase,        ///< a fresh block by another coinbase than its proposer
};
[[nodiscard]] std::string_view to_string(JustificationError error) noexcept;

/// The height at which votes are judged.
struct HeightContext {
  Height height;
  BlockHash parent_hash;
  Address parent_coinbase;
  chain::ValidatorSet validators;

  [[nodiscard]] bool is_validator(const Address& address) const;
  [[nodiscard]] std::size_t quorum() const noexcept {
    return chain::quorum(validators.size()) - (is_planted(Plant::kQuorumMinusOne) ? 1 : 0);
  }
  /// f + 1: at least one of so many is honest.
  [[nodiscard]] std::size_t catch_up_quorum() const noexcept {
    return chain::faults_max(validators.size()) + 1;
  }
  [[nodiscard]] Address proposer(Round round) const {
    return chain::proposer(validators, parent_coinbase, round);
  }
};

/// validRC without the certificate: what a proposal carries.
[[nodiscard]] Result<void, JustificationError> check_round_change(
    const Authored<RoundChangePayload>& vote, const HeightContext& at);
/// A whole message: with prepared information it carries the block and a quorum of prepares.
[[nodiscard]] Result<void, JustificationError> check_round_change(const RoundChange& message,
                                                                  const HeightContext& at);
/// A quorum of distinct validators prepared `point` at this height.
[[nodiscard]] Result<void, JustificationError> check_certificate(
    const std::vector<Prepare>& prepares, const PreparedPoint& point, const HeightContext& at);

/// The highest prepared point among the round changes, nothing when none is prepared.
[[nodiscard]] Result<std::optional<PreparedPoint>, JustificationError> highest_prepared(
    const std::vector<Authored<RoundChangePayload>>& votes);

/// Everything about a proposal but the execution of its block and the local clock.
[[nodiscard]] Result<void, JustificationError> check_proposal(const Proposal& proposal,
                                                              const HeightContext& at);

}  // namespace datapact::consensus

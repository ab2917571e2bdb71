#include "consensus/justification.hpp"

#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"
#include "consensus/params.hpp"
#include "consensus/plants.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace datapact::consensus {
namespace {

using Check = Result<void, JustificationError>;

/// Distinct validators only.
template <class V>
Check check_authors(const std::vector<V>& votes, const HeightContext& at) {
  std::set<Address> authors;
  for (const auto& vote : votes) {
    if (!at.is_validator(vote.author())) return fail(JustificationError::kForeignAuthor);
    if (!authors.insert(vote.author()).second) return fail(JustificationError::kDuplicateAuthor);
  }
  return {};
}

Check check_block(const Proposal& proposal, const HeightContext& at) {
  const auto& header = proposal.block->header;
  const auto extra = chain::decode_extra(header.extra_data);
  if (!extra.has_value()) return fail(JustificationError::kMalformedBlock);
  if (!extra->seals.empty()) return fail(JustificationError::kMalformedBlock);
  if (header.height != at.height || header.parent_hash != at.parent_hash ||
      extra->round != proposal.vote.payload().round || extra->validators != at.validators) {
    return fail(JustificationError::kWrongBlock);
  }
  return {};
}

/// Rounds above 0: why this round, and why this block.
Check check_justification(const Proposal& proposal, const HeightContext& at) {
  const auto& payload = proposal.vote.payload();
  if (is_planted(Plant::kUncheckedJustification)) return {};
  TRY_VOID(check_authors(proposal.round_changes, at));
  for (const auto& vote : proposal.round_changes) {
    TRY_VOID(check_round_change(vote, at));
    if (vote.payload().round != payload.round) return fail(JustificationError::kWrongRound);
  }
  if (proposal.round_changes.size() < at.quorum()) {
    return fail(JustificationError::kTooFewRoundChanges);
  }
  TRY(const auto highest, highest_prepared(proposal.round_changes));
  if (!highest) {
    if (!proposal.prepares.empty()) return fail(JustificationError::kUnexpectedParts);
    if (proposal.block->header.coinbase != proposal.vote.author()) {
      return fail(JustificationError::kWrongCoinbase);
    }
    return {};
  }
  // The block keeps its original coinbase; its digest under the old round must be the prepared one.
  const auto digest = chain::seal_hash(proposal.block->header, highest->round);
  if (!digest.has_value()) return fail(JustificationError::kMalformedBlock);
  if (*digest != highest->digest) return fail(JustificationError::kWrongPreparedDigest);
  return check_certificate(proposal.prepares, *highest, at);
}

}  // namespace

std::string_view to_string(JustificationError error) noexcept {
  switch (error) {
    case JustificationError::kForeignAuthor:
      return "a part by no validator of this height";
    case JustificationError::kDuplicateAuthor:
      return "two parts by one validator";
    case JustificationError::kWrongHeight:
      return "a part for another height";
    case JustificationError::kWrongRound:
      return "a part for another round";
    case JustificationError::kPreparedNotBelow:
      return "the prepared round is not below the target";
    case JustificationError::kTooFewRoundChanges:
      return "too few round changes";
    case JustificationError::kTooFewPrepares:
      return "too few prepares";
    case JustificationError::kConflictingPrepared:
      return "conflicting prepared digests for one round";
    case JustificationError::kWrongPreparedDigest:
      return "the certificate is for another block";
    case JustificationError::kUnexpectedParts:
      return "unexpected parts";
    case JustificationError::kWrongProposer:
      return "not by the proposer of the round";
    case JustificationError::kMalformedBlock:
      return "malformed extraData";
    case JustificationError::kWrongBlock:
      return "not a block of this height and round";
    case JustificationError::kWrongCoinbase:
      return "the coinbase is not the proposer";
  }
  return "unknown";
}

bool HeightContext::is_validator(const Address& address) const {
  return std::ranges::binary_search(validators, address);
}

Check check_round_change(const Authored<RoundChangePayload>& vote, const HeightContext& at) {
  const auto& payload = vote.payload();
  if (!at.is_validator(vote.author())) return fail(JustificationError::kForeignAuthor);
  if (payload.height != at.height) return fail(JustificationError::kWrongHeight);
  if (payload.round == Round{} || payload.round > kRoundMax) {
    return fail(JustificationError::kWrongRound);
  }
  if (payload.prepared && payload.prepared->round >= payload.round) {
    return fail(JustificationError::kPreparedNotBelow);
  }
  return {};
}

Check check_round_change(const RoundChange& message, const HeightContext& at) {
  TRY_VOID(check_round_change(message.vote, at));
  const auto& prepared = message.vote.payload().prepared;
  if (!prepared) {
    if (message.block || !message.prepares.empty()) {
      return fail(JustificationError::kUnexpectedParts);
    }
    return {};
  }
  if (!message.block) return fail(JustificationError::kWrongPreparedDigest);
  const auto digest = chain::seal_hash(message.block->header, prepared->round);
  if (!digest.has_value()) return fail(JustificationError::kMalformedBlock);
  if (*digest != prepared->digest) return fail(JustificationError::kWrongPreparedDigest);
  return check_certificate(message.prepares, *prepared, at);
}

Check check_certificate(const std::vector<Prepare>& prepares, const PreparedPoint& point,
                        const HeightContext& at) {
  TRY_VOID(check_authors(prepares, at));
  for (const auto& prepare : prepares) {
    const auto& payload = prepare.payload();
    if (payload.height != at.height) return fail(JustificationError::kWrongHeight);
    if (payload.round != point.round) return fail(JustificationError::kWrongRound);
    if (payload.digest != point.digest) return fail(JustificationError::kWrongPreparedDigest);
  }
  if (prepares.size() < at.quorum()) return fail(JustificationError::kTooFewPrepares);
  return {};
}

Result<std::optional<PreparedPoint>, JustificationError> highest_prepared(
    const std::vector<Authored<RoundChangePayload>>& votes) {
  std::map<Round, Hash256> digests;
  for (const auto& vote : votes) {
    const auto& prepared = vote.payload().prepared;
    if (!prepared) continue;
    const auto [at, inserted] = digests.try_emplace(prepared->round, prepared->digest);
    if (!inserted && at->second != prepared->digest) {
      return fail(JustificationError::kConflictingPrepared);
    }
  }
  if (digests.empty()) return std::optional<PreparedPoint>{};
  const auto& [round, digest] =
      is_planted(Plant::kLowestPrepared) ? *digests.begin() : *digests.rbegin();
  return std::optional<PreparedPoint>{PreparedPoint{round, digest}};
}

Check check_proposal(const Proposal& proposal, const HeightContext& at) {
  const auto& payload = proposal.vote.payload();
  if (payload.height != at.height) return fail(JustificationError::kWrongHeight);
  if (payload.round > kRoundMax) return fail(JustificationError::kWrongRound);
  if (proposal.vote.author() != at.proposer(payload.round)) {
    return fail(JustificationError::kWrongProposer);
  }
  TRY_VOID(check_block(proposal, at));
  if (payload.round > Round{}) return check_justification(proposal, at);
  if (!proposal.round_changes.empty() || !proposal.prepares.empty()) {
    return fail(JustificationError::kUnexpectedParts);
  }
  if (proposal.block->header.coinbase != proposal.vote.author()) {
    return fail(JustificationError::kWrongCoinbase);
  }
  return {};
}

}  // namespace datapact::consensus

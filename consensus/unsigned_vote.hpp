#pragma once
// A vote the engine decided on, before the key has seen it.
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"
#include "consensus/signer.hpp"

#include <variant>
#include <vector>

namespace datapact::consensus {

struct ProposalDraft {
  ProposalPayload payload;
  BlockPtr block;
  std::vector<Authored<RoundChangePayload>> round_changes;
  std::vector<Prepare> prepares;
};
/// The seal is made with the signature.
struct CommitDraft {
  Height height;
  Round round;
  Hash256 digest;
};
struct RoundChangeDraft {
  RoundChangePayload payload;
  BlockPtr block;
  std::vector<Prepare> prepares;
};
using UnsignedVote = std::variant<ProposalDraft, PreparePayload, CommitDraft, RoundChangeDraft>;

/// For what, when and where a vote is: the identity that may be signed once.
struct VotePoint {
  Height height;
  Round round;
  MessageCode code = MessageCode::kProposal;
  Hash256 digest;
};
[[nodiscard]] VotePoint point_of(const UnsignedVote& vote);

/// Signs the vote (a commit: seal and message). Fails as the signer does, or when its signature is
/// not by signer.address().
[[nodiscard]] Result<Message, SignerError> sign_vote(const UnsignedVote& vote, const Domain& domain,
                                                     Signer& signer);

}  // namespace datapact::consensus

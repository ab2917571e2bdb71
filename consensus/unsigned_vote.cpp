#include "consensus/unsigned_vote.hpp"

#include "base/result.hpp"
#include "consensus/messages.hpp"
#include "consensus/signer.hpp"

#include <string>
#include <utility>
#include <variant>

namespace datapact::consensus {
namespace {

template <class P>
Result<Authored<P>, SignerError> author(const P& payload, const Domain& domain, Signer& signer) {
  TRY(const auto signature, signer.sign(signing_hash(payload, domain)));
  auto vote = Authored<P>::recover(payload, signature, domain);
  // A signer may be another process: what it returns is checked like a peer's message.
  if (!vote.has_value()) return fail(SignerError{std::string(to_string(vote.error()))});
  if (vote->author() != signer.address()) {
    return fail(SignerError{"the signer answered with another key's signature"});
  }
  return std::move(*vote);
}

Result<Message, SignerError> sign(const ProposalDraft& draft, const Domain& domain,
                                  Signer& signer) {
  TRY(auto vote, author(draft.payload, domain, signer));
  return Message{Proposal{std::move(vote), draft.block, draft.round_changes, draft.prepares}};
}
Result<Message, SignerError> sign(const PreparePayload& payload, const Domain& domain,
                                  Signer& signer) {
  TRY(auto vote, author(payload, domain, signer));
  return Message{std::move(vote)};
}
Result<Message, SignerError> sign(const CommitDraft& draft, const Domain& domain, Signer& signer) {
  TRY(const auto seal, signer.sign(draft.digest));
  TRY(auto vote,
      author(CommitPayload{draft.height, draft.round, draft.digest, seal}, domain, signer));
  return Message{std::move(vote)};
}
Result<Message, SignerError> sign(const RoundChangeDraft& draft, const Domain& domain,
                                  Signer& signer) {
  TRY(auto vote, author(draft.payload, domain, signer));
  return Message{RoundChange{std::move(vote), draft.block, draft.prepares}};
}

VotePoint point(const ProposalDraft& draft) {
  const auto& p = draft.payload;
  return {p.height, p.round, MessageCode::kProposal, p.digest};
}
VotePoint point(const PreparePayload& p) {
  return {p.height, p.round, MessageCode::kPrepare, p.digest};
}
VotePoint point(const CommitDraft& p) {
  return {p.height, p.round, MessageCode::kCommit, p.digest};
}
VotePoint point(const RoundChangeDraft& draft) {
  const auto& p = draft.payload;
  return {p.height, p.round, MessageCode::kRoundChange, digest_of(p)};
}

}  // namespace

VotePoint point_of(const UnsignedVote& vote) {
  return std::visit([](const auto& v) { return point(v); }, vote);
}

Result<Message, SignerError> sign_vote(const UnsignedVote& vote, const Domain& domain,
                                       Signer& signer) {
  return std::visit([&](const auto& v) { return sign(v, domain, signer); }, vote);
}

}  // namespace datapact::consensus

#pragma once
// Everything the engine can ask for, performed in the order of the vector.
#include "base/types.hpp"
#include "consensus/double_vote.hpp"
#include "consensus/events.hpp"
#include "consensus/messages.hpp"
#include "consensus/unsigned_vote.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace datapact::consensus {

/// Sign, journal and sync, then send to all validators, then answer with OwnVoteStored. A failure
/// on the way stops the node before it can sign again.
struct CastVote {
  UnsignedVote vote;
  /// Journalled beside the vote (RememberedVote).
  std::optional<Proposal> proposal;
  std::vector<Prepare> prepares;
};
/// A vote that is in the journal already: send it again.
struct Resend {
  Message message;
};
/// Replaces an earlier timer of the same kind.
struct StartTimer {
  TimerKind kind = TimerKind::kBlock;
  Height height;
  Round round;
  std::chrono::milliseconds delay{0};
};
/// Build on the head; answer with ProposalBuilt.
struct BuildProposal {
  Height height;
  Round round;
};
/// Execute on the head and keep the result; answer with BlockExecuted.
struct ExecuteBlock {
  BlockHash hash;
  BlockPtr block;
};
/// The executed block of that hash is final: store it, then tell HeadChanged.
struct CommitBlock {
  BlockHash hash;
  Round round;
  std::vector<crypto::Signature> seals;
  chain::ValidatorSet validators;
};
/// A quorum has prepared the executed block of that hash: it becomes final unless its round fails,
/// and what may stand on it can be begun. Told again when a later round prepares it.
struct BlockPrepared {
  BlockHash hash;
};
/// More than f validators vote in the running round for a proposal that has not come: an honest one
/// of them holds it. To be asked for; it comes as any other message. Told again with each further
/// vote, and as overdue when the own votes are sent again.
struct ProposalMissing {
  Height height;
  Round round;
  Hash256 digest;
  /// Who votes for it, without this validator; in ascending order.
  std::vector<Address> authors;
  bool is_overdue = false;
};
/// The execution kept under that hash is of no use any more.
struct ForgetBlock {
  BlockHash hash;
};
/// One author signed two things for one (height, round, code). Reported once.
struct ReportDoubleVote {
  DoubleVote proof;
};
/// Our clock against the other validators' has become better or worse.
struct ClockJudged {
  ClockLevel level = ClockLevel::kGood;
  /// Our clock minus theirs.
  std::chrono::milliseconds ahead{0};
};
/// Another process signs with our key: this engine has stopped voting for good.
struct StoppedSigning {
  Message evidence;
};
/// A message that was refused, with the reason, for the sender's score.
struct RejectedMessage {
  Address author;
  MessageCode code = MessageCode::kProposal;
  std::string_view reason;
};

using Effect = std::variant<CastVote, Resend, StartTimer, BuildProposal, ExecuteBlock, ForgetBlock,
                            BlockPrepared, ProposalMissing, CommitBlock, ReportDoubleVote,
                            ClockJudged, StoppedSigning, RejectedMessage>;

/// The effect in one line of words, for logs and traces.
[[nodiscard]] std::string describe(const Effect& effect);

}  // namespace datapact::consensus

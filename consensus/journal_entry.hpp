#pragma once
// What a validator must remember of its own vote (QBFT.md sections 13.1 and 15): the signed
// message and, with it, what a restart needs to stand by it: the proposal a prepare is for, the
// certificate a commit rests on. Pure.
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"

#include <optional>
#include <vector>

namespace datapact::consensus {

/// One record of the vote journal. On disk: payload is RLP [message, proposal or [], prepares].
struct JournalEntry {
  Height height;
  Round round;
  MessageCode code = MessageCode::kProposal;
  Hash256 digest;
  Bytes payload;
};

/// A vote with its context, as kept and as read back.
struct RememberedVote {
  Message message;
  /// With a prepare, unless the own proposal of that round is in the journal already.
  std::optional<Proposal> proposal;
  /// With a commit.
  std::vector<Prepare> prepares;
};

[[nodiscard]] JournalEntry make_entry(const RememberedVote& vote);
[[nodiscard]] Result<RememberedVote, MessageError> decode_entry(const JournalEntry& entry,
                                                                const Domain& domain);

}  // namespace datapact::consensus

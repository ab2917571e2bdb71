#pragma once
// What is known of one round of the current height (QBFT.md section 5).
#include "base/types.hpp"
#include "consensus/messages.hpp"
#include "consensus/vote_set.hpp"

#include <optional>
#include <set>
#include <vector>

namespace datapact::consensus {

/// The one proposal of a round: its form, proposer and justification were checked, its execution
/// not necessarily.
struct AcceptedProposal {
  Proposal proposal;
  BlockHash block_hash;
  [[nodiscard]] const Hash256& digest() const noexcept { return proposal.vote.payload().digest; }
};

/// A digest that is voted for, and who does: prepares or commits, in ascending order of authors.
struct Backing {
  Hash256 digest;
  std::set<Address> authors;
};

struct RoundState {
  std::optional<AcceptedProposal> accepted;
  /// By the round's proposer, its signed part without the rest: it may contradict another one.
  std::optional<BareProposal> bare;
  VoteSet<Prepare> prepares;
  VoteSet<Commit> commits;

  /// The digest that most authors vote for; nothing before the first vote.
  [[nodiscard]] std::optional<Backing> most_backed() const;
};

/// The highest round in which a quorum prepared, with the proof (QBFT.md section 6, R3).
struct PreparedCertificate {
  PreparedPoint point;
  BlockPtr block;
  std::vector<Prepare> prepares;
};

}  // namespace datapact::consensus

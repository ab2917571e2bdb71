// A restarted validator stands by every vote its journal holds (QBFT.md sections 13.1 and 15):
// same round, same lock, same messages; nothing is signed twice.
#include "base/types.hpp"
#include "consensus/engine.hpp"
#include "consensus/journal_entry.hpp"
#include "consensus/messages.hpp"
#include "consensus/plants.hpp"
#include "consensus/round_state.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::consensus {

void Engine::recall(const RememberedVote& vote) {
  const Round round = round_of(vote.message);
  own_votes_.insert_or_assign({round, code_of(vote.message)},
                              OwnVote{digest_of(vote.message), vote.message});
  round_ = std::max(round_, round);
  auto& state = rounds_[round];
  const bool recalls_lock = !is_planted(Plant::kNoLockAfterRestart);
  if (const auto* change = std::get_if<RoundChange>(&vote.message)) {
    const auto& prepared = change->vote.payload().prepared;
    if (prepared && recalls_lock)
      prepared_ = PreparedCertificate{*prepared, change->block, change->prepares};
  }
  if (const auto* commit = std::get_if<Commit>(&vote.message)) {
    for (const auto& prepare : vote.prepares) state.prepares.add(prepare);
    // The proposal came with the proposal or prepare of this round, which precedes the commit.
    if (state.accepted && recalls_lock) {
      prepared_ = PreparedCertificate{
          {round, commit->payload().digest}, state.accepted->proposal.block, vote.prepares};
    }
  }
  const auto* proposal = std::get_if<Proposal>(&vote.message);
  if (proposal == nullptr && vote.proposal) proposal = &*vote.proposal;
  if (proposal == nullptr) return;
  const auto hash = chain::chain_hash(proposal->block->header);
  if (hash.has_value()) state.accepted = AcceptedProposal{*proposal, *hash};
}

void Engine::restore() {
  if (is_planted(Plant::kForgetfulRestart)) remembered_.clear();
  for (const auto& vote : remembered_) {
    if (height_of(vote.message) == at_.height) recall(vote);
  }
  std::erase_if(remembered_,
                [this](const auto& vote) { return height_of(vote.message) <= at_.height; });
  if (own_votes_.empty()) return;
  due_ = true;
  arm_round_timers();
  resend_own_votes();
  // Executions were lost with the process: accepted blocks are executed again before they count.
  for (const auto& [round, state] : rounds_) {
    if (state.accepted) request_execution(*state.accepted);
  }
  const auto own_votes = own_votes_;
  for (const auto& [key, own] : own_votes) {
    if (own.message && !std::holds_alternative<Proposal>(*own.message)) deliver(*own.message);
  }
}

}  // namespace datapact::consensus

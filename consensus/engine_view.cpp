#include "consensus/engine_view.hpp"

#include "base/types.hpp"
#include "consensus/engine.hpp"
#include "consensus/vote_set.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>
#include <optional>
#include <vector>

namespace datapact::consensus {
namespace {

/// Authors of votes for `digest`, or of all votes when there is none.
template <class V>
std::vector<Address> voters(const VoteSet<V>& votes, const chain::ValidatorSet& validators,
                            const std::optional<Hash256>& digest) {
  std::vector<Address> out;
  for (const auto& validator : validators) {
    const V* const vote = votes.by(validator);
    if (vote != nullptr && (!digest || vote->payload().digest == *digest)) {
      out.push_back(validator);
    }
  }
  return out;
}

}  // namespace

EngineView Engine::inspect() const {
  EngineView view;
  view.height = at_.height;
  view.round = round_;
  view.may_sign = may_sign();
  view.clock = clock_level_;
  if (at_.validators.empty()) return view;
  view.clock_ahead = clock_.ahead(at_.validators);
  view.validators = at_.validators;
  view.quorum = at_.quorum();
  view.proposer = at_.proposer(round_);
  view.is_validator = is_validator();
  view.is_quiet = is_quiet();
  view.empty_block_due = parent_time_ + timing_.empty_block_period;
  if (const auto state = rounds_.find(round_); state != rounds_.end()) {
    const auto& accepted = state->second.accepted;
    view.has_proposal = accepted.has_value();
    const auto digest = accepted ? std::optional{accepted->digest()} : std::nullopt;
    if (accepted) {
      const auto verdict = verdicts_.find(accepted->block_hash);
      view.is_executed = verdict != verdicts_.end() && verdict->second == Verdict::kValid;
    }
    view.prepared = voters(state->second.prepares, at_.validators, digest);
    view.committed = voters(state->second.commits, at_.validators, digest);
  }
  for (const auto& validator : at_.validators) {
    if (const auto* wish = round_changes_.by(validator)) {
      const Round round = wish->vote.payload().round;
      if (round >= round_) view.round_changes.emplace_back(validator, round);
    }
    if (validator != self_ && leaders_.is_doubtful(validator)) view.doubtful.push_back(validator);
  }
  return view;
}

}  // namespace datapact::consensus

#include "node/voter_table.hpp"

#include "base/mutex.hpp"
#include "base/types.hpp"
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <optional>

namespace datapact::node {

void VoterTable::heard(const Address& author, const p2p::NodeId& peer) {
  const Lock lock(mutex_);
  if (voters_.size() == kVotersMax && !voters_.contains(author)) {
    voters_.erase(std::ranges::min_element(voters_, {},
                                           [](const auto& voter) { return voter.second.score; }));
  }
  auto& entry = voters_[author];
  if (entry.score == 0) entry.peer = peer;
  if (entry.peer == peer) {
    entry.score = std::min(entry.score + 1, kScoreMax);
  } else {
    --entry.score;
  }
}

Address VoterTable::validator_of(const p2p::NodeId& peer) const {
  const Lock lock(mutex_);
  for (const auto& [author, entry] : voters_) {
    if (entry.peer == peer && entry.score > 1) return author;
  }
  return {};
}

std::optional<p2p::NodeId> VoterTable::peer_of(const Address& author) const {
  const Lock lock(mutex_);
  const auto voter = voters_.find(author);
  if (voter == voters_.end()) return std::nullopt;
  return voter->second.peer;
}

}  // namespace datapact::node

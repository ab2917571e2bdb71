#include "node/proposal_fetch.hpp"

#include "base/types.hpp"
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::node {

void ProposalFetch::want(const Hash256& digest, std::vector<p2p::NodeId> peers) {
  peers_ = std::move(peers);
  if (digest == wanted_) return;
  wanted_ = digest;
  tried_.clear();
  has_come_ = false;
  is_waiting_ = false;
}

void ProposalFetch::try_again() {
  const bool all_tried =
      std::ranges::all_of(peers_, [this](const auto& peer) { return tried_.contains(peer); });
  if (all_tried) tried_.clear();
  has_come_ = false;
  is_waiting_ = false;
}

std::optional<p2p::NodeId> ProposalFetch::next() {
  if (has_come_ || is_waiting_) return std::nullopt;
  const auto peer = std::ranges::find_if(
      peers_, [this](const auto& p) { return !tried_.contains(p) && may_ask(p, wanted_); });
  if (peer == peers_.end()) return std::nullopt;
  tried_.insert(*peer);
  return *peer;
}

bool ProposalFetch::may_ask(const p2p::NodeId& peer, const Hash256& digest) const {
  std::size_t open = 0;
  for (const auto& [id, question] : open_) {
    if (question.peer != peer) continue;
    if (question.digest == digest || ++open == kOpenPerPeerMax) return false;
  }
  return true;
}

void ProposalFetch::asked(p2p::RequestId id, const p2p::NodeId& peer, const Hash256& digest) {
  open_.emplace(id, Question{peer, digest});
  if (digest == wanted_) is_waiting_ = true;
}

std::optional<Hash256> ProposalFetch::close(p2p::RequestId id) {
  const auto question = open_.extract(id);
  if (question.empty()) return std::nullopt;
  if (question.mapped().digest == wanted_) is_waiting_ = false;
  return question.mapped().digest;
}

void ProposalFetch::settle(const Hash256& digest) {
  if (digest == wanted_) has_come_ = true;
}

}  // namespace datapact::node

#include "node/body_shelf.hpp"

#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "base/types.hpp"
#include "p2p/gossip/types.hpp"

#include <optional>
#include <utility>

namespace datapact::node {

void BodyShelf::put(const p2p::NodeId& peer, Height height, Round round, Bytes message) {
  const Lock lock(mutex_);
  auto& bodies = peers_[peer];
  bodies.insert_or_assign(Point{height, round}, std::move(message));
  if (bodies.size() > kPerPeerMax) bodies.erase(bodies.begin());
}

std::optional<Bytes> BodyShelf::find(const p2p::NodeId& peer, Height height, Round round) const {
  const Lock lock(mutex_);
  const auto bodies = peers_.find(peer);
  if (bodies == peers_.end()) return std::nullopt;
  const auto body = bodies->second.find(Point{height, round});
  if (body == bodies->second.end()) return std::nullopt;
  return body->second;
}

void BodyShelf::forget_below(Height height) {
  const Lock lock(mutex_);
  for (auto& [peer, bodies] : peers_) {
    bodies.erase(bodies.begin(), bodies.lower_bound(Point{height, Round{}}));
  }
  // NOLINTNEXTLINE(misc-include-cleaner): <map> has it for maps
  std::erase_if(peers_, [](const auto& entry) { return entry.second.empty(); });
}

void BodyShelf::peer_gone(const p2p::NodeId& peer) {
  const Lock lock(mutex_);
  peers_.erase(peer);
}

}  // namespace datapact::node

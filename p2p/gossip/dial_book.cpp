#include "p2p/gossip/dial_book.hpp"

#include "base/bytes.hpp"
#include "p2p/gossip/backoff.hpp"
#include "p2p/gossip/peer_address.hpp"
#include "p2p/gossip/types.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace datapact::p2p {

void DialBook::set_peers(const std::vector<PeerAddress>& peers, Instant now) {
  std::map<NodeId, Target> kept;
  for (const auto& address : peers) {
    Target target{.address = address, .due = now};
    if (const auto found = peers_.find(address.id); found != peers_.end()) {
      const bool is_same = found->second.address == address;
      if (is_same || found->second.state != State::kWaiting) {
        target = found->second;
        target.address = address;
      }
    }
    kept.insert_or_assign(address.id, std::move(target));
  }
  peers_ = std::move(kept);
}

std::vector<PeerAddress> DialBook::take_due(Instant now) {
  std::vector<PeerAddress> out;
  for (auto& [id, target] : peers_) {
    if (target.state != State::kWaiting || now < target.due) continue;
    target.state = State::kDialling;
    out.push_back(target.address);
  }
  return out;
}

void DialBook::dial_failed(const NodeId& peer, Instant now) {
  const auto found = peers_.find(peer);
  // The peer may have dialled us meanwhile: then all is well.
  if (found == peers_.end() || found->second.state != State::kDialling) return;
  wait(found->second, now);
}

void DialBook::connected(const NodeId& peer, Instant now) {
  const auto found = peers_.find(peer);
  if (found == peers_.end()) return;
  found->second.state = State::kConnected;
  found->second.since = now;
}

void DialBook::disconnected(const NodeId& peer, Instant now) {
  const auto found = peers_.find(peer);
  if (found == peers_.end() || found->second.state != State::kConnected) return;
  if (now - found->second.since >= policy_.redial_max) found->second.failures = 0;
  wait(found->second, now);
}

void DialBook::wait(Target& target, Instant now) {
  target.state = State::kWaiting;
  target.due = now + jittered(doubled(policy_.redial, target.failures, policy_.redial_max));
  if (target.failures < std::numeric_limits<std::uint32_t>::max()) ++target.failures;
}

/// Uniform in [delay / 2, delay]; the bias of the remainder is below 2^-20.
std::chrono::nanoseconds DialBook::jittered(std::chrono::milliseconds delay) {
  std::array<std::uint8_t, sizeof(std::uint64_t)> bytes{};
  random_.fill(bytes);
  const std::chrono::nanoseconds half = std::chrono::nanoseconds{delay} / 2;
  const auto range = static_cast<std::uint64_t>(half.count()) + 1;
  const std::uint64_t more = load_be<std::uint64_t>(bytes.data()) % range;
  return half + std::chrono::nanoseconds{static_cast<std::int64_t>(more)};
}

}  // namespace datapact::p2p

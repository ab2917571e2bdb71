#pragma once
// Which configured peer is to be dialled when: at once, and after each failure with twice the
// delay, with jitter, so that nodes that went down together do not come back together. A connection
// that breaks soon counts as a failure. Thread contract: one thread at a time.
#include "base/random_source.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/peer_address.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

namespace datapact::p2p {

class DialBook {
 public:
  struct Policy {
    std::chrono::milliseconds redial{0};
    std::chrono::milliseconds redial_max{0};
  };
  DialBook(const Policy& policy, RandomSource& random) : policy_(policy), random_(random) {}

  /// Replaces the peers. Those that stay keep their state; the last address of an id counts.
  void set_peers(const std::vector<PeerAddress>& peers, Instant now);
  /// Whether the peer is one of those: its key is pinned by the configuration.
  [[nodiscard]] bool is_configured(const NodeId& peer) const { return peers_.contains(peer); }
  /// Peers to dial now; each is then on its way until one of the calls below.
  [[nodiscard]] std::vector<PeerAddress> take_due(Instant now);
  void dial_failed(const NodeId& peer, Instant now);
  /// In whichever direction; others than the configured peers are ignored.
  void connected(const NodeId& peer, Instant now);
  void disconnected(const NodeId& peer, Instant now);

 private:
  enum class State : std::uint8_t { kWaiting, kDialling, kConnected };
  struct Target {
    PeerAddress address;
    State state = State::kWaiting;
    std::uint32_t failures = 0;
    Instant since{0};  ///< of the connection
    Instant due{0};
  };
  void wait(Target& target, Instant now);
  [[nodiscard]] std::chrono::nanoseconds jittered(std::chrono::milliseconds delay);

  Policy policy_;
  RandomSource& random_;
  std::map<NodeId, Target> peers_;
};

}  // namespace datapact::p2p

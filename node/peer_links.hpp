#pragma once
// What the node asks of the network's two halves: Transport in a daemon, Router in a simulator.
#include "base/bytes.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/types.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace datapact::node {

/// Promises and thread contract are those of p2p::Transport's methods of the same names.
class PeerLinks {
 public:
  virtual ~PeerLinks() = default;
  virtual void publish(p2p::Topic topic, ByteView bytes) = 0;
  virtual void relay(p2p::Topic topic, ByteView bytes, std::span<const p2p::NodeId> except) = 0;
  virtual void send(const p2p::NodeId& peer, p2p::Topic topic, ByteView bytes) = 0;
  [[nodiscard]] virtual std::optional<p2p::RequestId> request(const p2p::NodeId& peer,
                                                              ByteView body) = 0;
  virtual void respond(const p2p::NodeId& peer, p2p::RequestId id, ByteView body) = 0;
  virtual void refuse(const p2p::NodeId& peer, p2p::RequestId id) = 0;
  virtual void report(const p2p::NodeId& peer, p2p::Offence offence) = 0;
};

}  // namespace datapact::node

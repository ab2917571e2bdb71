#pragma once
// The node's peers over WebSocket: listens, dials the configured peers, authenticates both ends,
// and moves the router's frames (p2p/gossip/router.hpp). Opaque bytes: what they mean is the
// node's business.
//
// Thread contract: every method may be called from any thread and never waits for the network.
// Handler and Admission are called from the transport's one io thread, one call at a time, never
// with a lock held: they may call back. No call comes after stop() has returned.
#include "base/clock.hpp"
#include "base/random_source.hpp"
#include "base/result.hpp"
#include "p2p/gossip/handler.hpp"       // IWYU pragma: export
#include "p2p/gossip/limits.hpp"        // IWYU pragma: export
#include "p2p/gossip/offence.hpp"       // IWYU pragma: export
#include "p2p/gossip/peer_address.hpp"  // IWYU pragma: export
#include "p2p/gossip/snapshot.hpp"      // IWYU pragma: export
#include "p2p/gossip/types.hpp"         // IWYU pragma: export

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace datapact::p2p {

struct ConnectionLimits {
  std::size_t handshakes_max = 32;  ///< inbound, at once
  /// Of those, for the hosts of Config::peers alone.
  std::size_t handshakes_kept = 16;
  /// Of one IPv4 address or one IPv6 /64 that is not one of theirs.
  std::size_t handshakes_per_address_max = 4;
  std::size_t connections_per_address_max = 16;  ///< likewise of one network
  std::chrono::milliseconds handshake_max{5'000};
  /// Nothing heard for half of it: a ping; for all of it: closed.
  std::chrono::milliseconds idle_max{20'000};
};

struct Config {
  std::string listen_address = "127.0.0.1";
  std::uint16_t port = 0;          ///< 0: any free one
  std::vector<PeerAddress> peers;  ///< dialled for as long as the transport runs
  crypto::PrivateKey key;          ///< the node's transport key, never a validator's
  /// TLS 1.3 below the WebSocket, bound to the handshake: without it everybody on the way can read.
  /// The same for all nodes of a network.
  bool tls = false;
  ChainId chain_id;
  BlockHash genesis_hash;
  Limits limits;
  ConnectionLimits connections;
};

class Transport {
 public:
  /// Listens and dials on return. The error names the setting and the reason (a bad address, a
  /// port in use, a key out of range). Borrows the others, which must outlive it. `random` makes
  /// the nonces of the handshake and must be cryptographic; it is asked on the io thread.
  [[nodiscard]] static Result<std::unique_ptr<Transport>, std::string> start(Config config,
                                                                             Handler& handler,
                                                                             Admission& admission,
                                                                             const Clock& clock,
                                                                             RandomSource& random);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  [[nodiscard]] const NodeId& id() const noexcept;
  [[nodiscard]] std::uint16_t port() const noexcept;

  // A message has 1 to Limits::message_bytes_max bytes of its topic: others go nowhere and count as
  // dropped.

  /// Own messages, to every peer whose grant covers the topic, also if sent before (votes are sent
  /// again until the height is final). Returns to how many peers it went on its way.
  std::size_t publish(Topic topic, ByteView bytes);
  /// Another's message that the node has found valid: to every such peer that is not known to have
  /// it (its sender, those it came from, those it went to) and is not in `except`; at most once
  /// to each.
  std::size_t relay(Topic topic, ByteView bytes, std::span<const NodeId> except = {});
  /// To one peer. False when it is not connected, its grant does not cover the topic or its queue
  /// is full.
  bool send(const NodeId& peer, Topic topic, ByteView bytes);

  /// Topic blocks. Exactly one of on_response and on_request_failed follows for each id returned;
  /// nothing when the peer is not connected or has enough to do.
  [[nodiscard]] std::optional<RequestId> request(const NodeId& peer, ByteView body);
  /// False when the peer is gone, the request is too old, or there is no room.
  bool respond(const NodeId& peer, RequestId id, ByteView body);
  /// This node does not have what was asked for.
  void refuse(const NodeId& peer, RequestId id);

  /// The node's verdict over what came from a peer: scored, and the peer dropped or banned.
  void report(const NodeId& peer, Offence offence);
  /// Asks Admission again for every peer (the head moved, a key was listed or taken back).
  void review_admissions();
  /// Replaces the peers that are dialled; connections stay.
  void set_peers(std::vector<PeerAddress> peers);

  [[nodiscard]] Snapshot snapshot() const;

  /// Closes every connection and joins the io thread. Idempotent; not from a callback.
  void stop();

 private:
  class Impl;
  explicit Transport(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace datapact::p2p

#pragma once
// The deterministic half of the network: which message goes to whom, in which order, what is
// dropped, and who misbehaved. Sans-IO: links are opened and closed by the owner, frames come in by
// receive() and leave by next_frame(), time is an argument. The transport and the simulator run
// this very code.
//
// How to drive it: after any call, hand take_events() on (dispatch() below does it for a Handler),
// and for each peer in take_writable() ask next_frame() until it answers nothing, telling
// frame_written() when the frame is on its way. Call tick() about every 100 ms.
// Thread contract: one thread at a time.
#include "base/random_source.hpp"
#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/types.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace datapact::p2p {

/// One authenticated connection.
struct Link {
  LinkId id;
  NodeId peer;
  bool dialled_by_us = false;
  Grant local_grant = Grant::kNone;   ///< what this node lets the peer do
  Grant remote_grant = Grant::kNone;  ///< what the peer lets this node do
  std::string remote;                 ///< address:port, for people
};

struct RequestFailed {
  RequestId id;
  RequestFailure failure = RequestFailure::kTimedOut;
};
struct PeerUp {
  NodeId peer;
  Grant grant = Grant::kNone;
};
struct PeerDown {
  NodeId peer;
  LinkEnd end = LinkEnd::kRemoteClosed;
};
/// For the owner of the sockets: that link is over, close it.
struct CloseLink {
  LinkId link;
  LinkEnd end = LinkEnd::kRemoteClosed;
};
using RouterEvent =
    std::variant<Message, Request, Response, RequestFailed, PeerUp, PeerDown, CloseLink>;

class Router {
 public:
  /// `random` salts the caches and is asked at construction only.
  Router(const NodeId& self, const Limits& limits, RandomSource& random);
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  // Links.
  /// What keeps a link from being opened, or nothing. Two connections between the same nodes: the
  /// one dialled by the smaller id stays, so that both ends choose the same; a new one of the same
  /// direction replaces the old.
  [[nodiscard]] std::optional<LinkEnd> refusal_for(const NodeId& peer, bool dialled_by_us,
                                                   Instant now) const;
  /// Opens the link, or says why not; replaces an earlier link of the same peer.
  [[nodiscard]] std::optional<LinkEnd> open(const Link& link, Instant now);
  /// The connection is gone. Does nothing when another has replaced it.
  void close(LinkId link, LinkEnd end, Instant now);
  /// The node's answer about a peer has changed.
  void set_local_grant(const NodeId& peer, Grant grant, Instant now);
  [[nodiscard]] std::optional<Grant> grant_of(const NodeId& peer) const;
  [[nodiscard]] std::vector<NodeId> peers() const;

  // Bytes.
  /// One frame of that link. Returns for how long its socket is best left unread.
  [[nodiscard]] std::chrono::nanoseconds receive(LinkId link, ByteView frame, Instant now);
  /// The next frame to write: nothing when there is none, or one is being written.
  [[nodiscard]] std::optional<Bytes> next_frame(LinkId link, Instant now);
  void frame_written(LinkId link, Instant now);
  /// Links that have something to write since the last call.
  [[nodiscard]] std::vector<LinkId> take_writable();
  [[nodiscard]] std::vector<RouterEvent> take_events();

  // What the node sends; the promises are those of Transport's methods.
  std::size_t publish(Topic topic, ByteView bytes, Instant now);
  std::size_t relay(Topic topic, ByteView bytes, std::span<const NodeId> except, Instant now);
  bool send(const NodeId& peer, Topic topic, ByteView bytes, Instant now);
  [[nodiscard]] std::optional<RequestId> request(const NodeId& peer, ByteView body, Instant now);
  void respond(const NodeId& peer, RequestId id, ByteView body, Instant now);
  void refuse(const NodeId& peer, RequestId id, RequestFailure why, Instant now);

  // Verdicts and time.
  void report(const NodeId& peer, Offence offence, Instant now);
  /// The node could not take it: the next copy is delivered.
  void forget(Topic topic, const MessageId& id);
  void tick(Instant now);
  [[nodiscard]] Snapshot snapshot(Instant now) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Hands one event to the node and tells the router when it could not be taken. CloseLink is the
/// owner's own business and ignored.
void dispatch(RouterEvent event, Handler& handler, Router& router, Instant now);

}  // namespace datapact::p2p

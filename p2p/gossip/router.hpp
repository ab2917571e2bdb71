#pragma once
// The deterministic half of the network: which message goes to whom, in which order, what is
// dropped, and who misbehaved. Sans-IO: links are opened and closed by the owner, frames come in by
// receive() and leave by next_frame(), time is an argument. The transport and the simulator run
// this very code.
//
// How to drive it: after any call hand each of take_events() to the node (dispatch() below) and
// what it could not take back to not_taken(); for each link of take_writable() ask next_frame(),
// write it, tell frame_written(). Call tick() about every 100 ms.
// Thread contract: one thread at a time.
#include "base/random_source.hpp"
#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/score_book.hpp"
#include "p2p/gossip/seen_cache.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/token_bucket.hpp"
#include "p2p/gossip/types.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
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
/// For the log.
struct PeerOffended {
  NodeId peer;
  Offence offence = Offence::kGarbage;
  bool is_banned = false;  ///< from now on
};
using RouterEvent = std::variant<Message, Request, Response, RequestFailed, PeerUp, PeerDown,
                                 CloseLink, PeerOffended>;

/// A message or a request that the node could not take.
struct NotTaken {
  NodeId peer;
  Topic topic = Topic::kConsensus;
  MessageId message;                 ///< if it was a message
  std::optional<RequestId> request;  ///< if it was a request
};

struct Entry;
struct Outgoing;
struct RouterPeer;

class Router {
 public:
  /// `random` salts the caches and is asked at construction only. At most kSlotsMax peers.
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
  /// The connection is gone. Does nothing when the router closed it itself.
  void close(LinkId link, LinkEnd end);
  /// The node's answer about a peer has changed; kNone closes the link.
  void set_local_grant(const NodeId& id, Grant grant, Instant now);
  /// Of a connected peer: what both sides let each other do.
  [[nodiscard]] std::optional<Grant> grant_of(const NodeId& id) const;
  /// The connected peers, ascending.
  [[nodiscard]] std::vector<NodeId> peers() const;
  [[nodiscard]] bool is_banned(const NodeId& peer, Instant now) const {
    return scores_.is_banned(peer, now);
  }

  // Bytes.
  /// One frame of that link. Returns for how long its socket is best left unread.
  [[nodiscard]] std::chrono::nanoseconds receive(LinkId link, ByteView frame, Instant now);
  /// The next frame to write: nothing when there is none, or one is being written.
  [[nodiscard]] std::optional<Bytes> next_frame(LinkId link, Instant now);
  void frame_written(LinkId link);
  /// Links that have something to write since the last call.
  [[nodiscard]] std::vector<LinkId> take_writable();
  [[nodiscard]] std::vector<RouterEvent> take_events();

  // What the node sends; the promises are those of Transport's methods.
  std::size_t publish(Topic topic, ByteView bytes, Instant now);
  std::size_t relay(Topic topic, ByteView bytes, std::span<const NodeId> except, Instant now);
  bool send(const NodeId& id, Topic topic, ByteView bytes, Instant now);
  [[nodiscard]] std::optional<RequestId> request(const NodeId& to, ByteView body, Instant now);
  bool respond(const NodeId& to, RequestId id, ByteView body, Instant now);
  void refuse(const NodeId& to, RequestId id, Instant now);

  // Verdicts and time.
  void report(const NodeId& id, Offence offence, Instant now);
  /// A message's next copy is delivered; a request is answered with "busy".
  void not_taken(const NotTaken& what, Instant now);
  void tick(Instant now);
  [[nodiscard]] Snapshot snapshot(Instant now) const;

 private:
  // router_links.cpp
  [[nodiscard]] RouterPeer* find(const NodeId& peer) const;
  [[nodiscard]] RouterPeer* find(LinkId link) const;
  [[nodiscard]] bool is_preferred(const NodeId& peer, bool dialled_by_us) const;
  [[nodiscard]] std::optional<Slot> free_slot() const;
  [[nodiscard]] bool opens_too_often(const NodeId& peer, Instant now) const;
  void count_open(const NodeId& peer, Instant now);
  /// Destroys the peer.
  void finish(RouterPeer& peer, LinkEnd end);
  void close_by_router(RouterPeer& peer, LinkEnd end);
  /// May destroy the peer.
  void punish(RouterPeer& peer, Offence offence, Instant now);
  void change_grants(RouterPeer& peer, Grant local, Grant remote);
  void tick_peer(RouterPeer& peer, Instant now);

  // router_send.cpp
  /// False when there was no room; then a consensus entry has destroyed the peer.
  bool queue(RouterPeer& peer, const Outgoing& out, Instant now);
  /// Likewise for a message, which is queued once at a time and then known to reach the peer.
  bool queue_once(RouterPeer& peer, const MessageId& id, const Outgoing& out, Instant now);
  void wake(RouterPeer& peer);
  void answer_busy(RouterPeer& peer, RequestId id, Instant now);

  // router_receive.cpp: false when the link is over and the peer destroyed.
  bool receive_entry(RouterPeer& peer, const Entry& entry, Instant now);
  bool receive_part(RouterPeer& peer, const Entry& part, Instant now);
  bool receive_message(RouterPeer& peer, const Entry& entry, Instant now);
  bool receive_request(RouterPeer& peer, const Entry& entry, Instant now);
  bool receive_answer(RouterPeer& peer, const Entry& entry, Instant now);
  bool receive_grant(RouterPeer& peer, const Entry& entry, Instant now);

  [[nodiscard]] SeenCache& seen(Topic topic) noexcept { return seen_[index_of(topic)]; }

  const NodeId self_;
  const Limits limits_;
  std::vector<std::unique_ptr<RouterPeer>> slots_;
  std::map<NodeId, Slot> by_peer_;
  std::map<LinkId, Slot> by_link_;
  std::vector<SeenCache> seen_;  ///< by index_of(Topic)
  ScoreBook scores_;
  std::map<NodeId, TokenBucket> opens_;  ///< links opened lately; at most book_entries_max
  std::vector<RouterEvent> events_;
  std::vector<LinkId> writable_;
  std::uint64_t next_request_ = 1;
  std::size_t queue_bytes_ = 0;     ///< over all peers
  std::size_t assembly_bytes_ = 0;  ///< over all peers
  std::array<TopicTraffic, kTopics> totals_{};
  std::array<std::uint64_t, kOffences> offences_{};
};

/// Hands one event to the node. Answers what could not be taken, for Router::not_taken().
/// CloseLink and PeerOffended are the owner's own business and ignored.
[[nodiscard]] std::optional<NotTaken> dispatch(RouterEvent event, Handler& handler);

}  // namespace datapact::p2p

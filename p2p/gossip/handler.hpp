#pragma once
// What the network tells the node. The same interface serves Transport (sockets) and Router (the
// simulator delivers its events with `dispatch`). Lives here because both halves call it.
#include "base/bytes.hpp"
#include "p2p/gossip/types.hpp"

#include <cstdint>
#include <string_view>

namespace datapact::p2p {

struct Message {
  NodeId peer;  ///< who sent it here, not who wrote it
  Topic topic = Topic::kConsensus;
  MessageId id;
  Bytes bytes;
};
/// A request of `peer`; answer with respond() or refuse() and the same peer and id.
struct Request {
  NodeId peer;
  RequestId id;
  Bytes body;
};
struct Response {
  NodeId peer;
  RequestId id;
  Bytes body;
};
enum class RequestFailure : std::uint8_t {
  kRefused,   ///< the peer does not have it
  kBusy,      ///< the peer has too much to do: ask again later, or somebody else
  kTimedOut,  ///< no answer in time
  kPeerGone,  ///< the link went down
};
[[nodiscard]] std::string_view to_string(RequestFailure failure) noexcept;

/// Why a link ended.
enum class LinkEnd : std::uint8_t {
  kRemoteClosed,  ///< the peer closed, or the connection broke
  kReplaced,      ///< a second connection between the same two nodes took over
  kOffence,       ///< the peer misbehaved; its offences are in the snapshot
  kBanned,        ///< the peer is or became banned
  kNotAdmitted,   ///< the node took the admission back
  kNoRoom,        ///< as many peers as the limit, or memory is short
  kTooOften,      ///< the node opens links without end
  kStopping,      ///< this node stops
};
[[nodiscard]] std::string_view to_string(LinkEnd end) noexcept;

/// Thread contract: calls come one at a time, from the io thread with Transport and from the
/// caller's thread with Router; they must return soon and may call back into the sender.
class Handler {
 public:
  virtual ~Handler() = default;
  /// False when the node cannot take it now (its queue is full): a later copy is offered again.
  [[nodiscard]] virtual bool on_message(Message message) = 0;
  /// False likewise: the peer is told that this node is busy.
  [[nodiscard]] virtual bool on_request(Request request) = 0;
  virtual void on_response(Response response) = 0;
  virtual void on_request_failed(RequestId id, RequestFailure failure) = 0;
  /// Also when the grant of a connected peer changes, and when a connection is replaced (then
  /// on_peer_down comes first): what was sent before may be lost.
  virtual void on_peer_up(const NodeId& peer, Grant grant) = 0;
  virtual void on_peer_down(const NodeId& peer, LinkEnd end) = 0;
};

/// Who may join. Thread contract as Handler; the answer comes at once, from state in memory.
class Admission {
 public:
  virtual ~Admission() = default;
  /// Asked after the peer has proved that it holds the key.
  [[nodiscard]] virtual Grant grant_for(const NodeId& peer) = 0;
};

}  // namespace datapact::p2p

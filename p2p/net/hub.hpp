#pragma once
// What a session asks of the transport it belongs to. Internal to p2p. Thread contract: the io
// thread.
#include "p2p/gossip/handshake.hpp"
#include "p2p/gossip/router.hpp"
#include "p2p/gossip/types.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace datapact::p2p {

class Session;

class Hub {
 public:
  virtual ~Hub() = default;
  [[nodiscard]] virtual const NodeIdentity& identity() const = 0;
  [[nodiscard]] virtual HandshakeTerms terms(Bytes exporter) const = 0;
  [[nodiscard]] virtual HandshakeNonce fresh_nonce() = 0;
  /// What this node lets the peer do, or why it may not join now.
  [[nodiscard]] virtual Result<Grant, HandshakeError> admit(const NodeId& peer,
                                                            bool dialled_by_us) = 0;
  /// The link is open, unless there is no id.
  [[nodiscard]] virtual std::optional<LinkId> open(const std::shared_ptr<Session>& session,
                                                   Link link) = 0;
  /// Returns for how long the socket is best left unread.
  [[nodiscard]] virtual std::chrono::nanoseconds receive(LinkId link, ByteView frame) = 0;
  virtual void report(const NodeId& peer, Offence offence) = 0;
  [[nodiscard]] virtual std::optional<Bytes> next_frame(LinkId link) = 0;
  virtual void frame_written(LinkId link) = 0;
  virtual void closed(LinkId link) = 0;
  virtual void handshake_failed(const std::string& with, const HandshakeFailure& failure) = 0;
};

}  // namespace datapact::p2p

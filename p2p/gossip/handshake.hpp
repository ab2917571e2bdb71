#pragma once
// Mutual authentication (QBFT.md section 15), one class for each end. Both sign SHA-256 of (label,
// role, own id, peer id, both nonces, chain id, genesis hash, version, TLS exporter value or
// empty), so that neither a challenge nor a signature can be relayed to a third node. Sans-IO: the
// owner carries the bytes and supplies fresh nonces. Thread contract: one thread at a time.
//
//   dialler -> Hello;  listener -> Challenge;  dialler -> Proof;  listener -> Welcome
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "p2p/gossip/handshake_messages.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/node_identity.hpp"
#include "p2p/gossip/types.hpp"

#include <optional>
#include <string>

namespace datapact::p2p {

/// What both ends must have in common.
struct HandshakeTerms {
  ChainId chain_id;
  BlockHash genesis_hash;
  std::uint32_t version = kProtocolVersion;
  /// Of the TLS session below (RFC 9266), or empty without TLS.
  Bytes exporter;
};

struct HandshakeFailure {
  HandshakeError error = HandshakeError::kMalformed;
  bool told_by_peer = false;  ///< the peer refused us
  std::string detail;         ///< the values, where they help: "chain id 5, here 7"
};
[[nodiscard]] std::string to_string(const HandshakeFailure& failed);
template <class T>
using HandshakeResult = Result<T, HandshakeFailure>;

enum class HandshakeRole : std::uint8_t { kDialler = 1, kListener = 2 };

/// A peer that has proved its key.
struct ProvenPeer {
  NodeId id;
  Grant remote_grant = Grant::kNone;
};

class DiallerHandshake {
 public:
  /// `expected` is the id that the configuration pins. `identity` must outlive it.
  DiallerHandshake(const NodeIdentity& identity, HandshakeTerms terms, const HandshakeNonce& nonce,
                   const NodeId& expected);
  [[nodiscard]] Bytes hello() const;
  /// On success the listener has proved that it is `expected`.
  [[nodiscard]] HandshakeResult<void> read_challenge(ByteView bytes);
  /// After read_challenge.
  [[nodiscard]] Bytes proof(Grant local_grant) const;
  [[nodiscard]] static HandshakeResult<Grant> read_welcome(ByteView bytes);

 private:
  const NodeIdentity& identity_;
  const HandshakeTerms terms_;
  const HandshakeNonce nonce_;
  const NodeId expected_;
  HandshakeNonce peer_nonce_;
};

class ListenerHandshake {
 public:
  /// `identity` must outlive it.
  ListenerHandshake(const NodeIdentity& identity, HandshakeTerms terms,
                    const HandshakeNonce& nonce);
  [[nodiscard]] HandshakeResult<void> read_hello(ByteView bytes);
  /// After read_hello.
  [[nodiscard]] Bytes challenge() const;
  /// On success the dialler has proved its key.
  [[nodiscard]] HandshakeResult<ProvenPeer> read_proof(ByteView bytes) const;
  [[nodiscard]] static Bytes welcome(Grant local_grant);

 private:
  const NodeIdentity& identity_;
  const HandshakeTerms terms_;
  const HandshakeNonce nonce_;
  Hello peer_;
};

[[nodiscard]] Bytes encode_refusal(HandshakeError error);

}  // namespace datapact::p2p

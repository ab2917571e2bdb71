#pragma once
// The five messages of the handshake as bytes (docs/formats/p2p-wire.md): canonical RLP, at most
// kHandshakeBytesMax. Pure, thread-safe.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "p2p/gossip/types.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace datapact::p2p {

/// On the wire, as the code of a refusal: never renumber.
enum class HandshakeError : std::uint8_t {
  kMalformed = 1,       ///< no handshake message
  kUnexpected = 2,      ///< one that has no place at this point
  kVersion = 3,         ///< another version of this protocol
  kForeignChain = 4,    ///< another chain id
  kForeignGenesis = 5,  ///< another genesis block
  kSelf = 6,            ///< the peer is this node
  kWrongKey = 7,        ///< not the node that was dialled
  kBadSignature = 8,    ///< the signature is not the claimed node's
  kNotAdmitted = 9,     ///< Governance does not list the node
  kBanned = 10,         ///< misbehaved, for a while
  kDuplicate = 11,      ///< the two nodes are connected already
  kNoRoom = 12,         ///< as many peers as the limit
  kLost = 13,           ///< the connection broke or took too long; never sent
};
/// Codes that are sent.
inline constexpr std::uint64_t kHandshakeErrors = 12;
[[nodiscard]] std::string_view to_string(HandshakeError error) noexcept;

using HandshakeNonce = FixedBytes<struct HandshakeNonceTag, 32>;

struct Hello {
  std::uint32_t version = 0;
  ChainId chain_id;
  BlockHash genesis_hash;
  NodeId node;
  HandshakeNonce nonce;

  friend bool operator==(const Hello&, const Hello&) = default;
};
/// The listener's own hello and its signature.
struct Challenge {
  Hello hello;
  crypto::SignatureBytes signature;

  friend bool operator==(const Challenge&, const Challenge&) = default;
};
/// The dialler's signature, and what it lets the listener do.
struct Proof {
  crypto::SignatureBytes signature;
  Grant grant = Grant::kNone;

  friend bool operator==(const Proof&, const Proof&) = default;
};
struct Welcome {
  Grant grant = Grant::kNone;

  friend bool operator==(const Welcome&, const Welcome&) = default;
};
struct Refusal {
  HandshakeError error = HandshakeError::kMalformed;

  friend bool operator==(const Refusal&, const Refusal&) = default;
};
using HandshakeMessage = std::variant<Hello, Challenge, Proof, Welcome, Refusal>;

[[nodiscard]] Bytes encode_handshake(const HandshakeMessage& message);
/// Nothing when the bytes are not exactly one of the five.
[[nodiscard]] std::optional<HandshakeMessage> decode_handshake(ByteView bytes);

}  // namespace datapact::p2p

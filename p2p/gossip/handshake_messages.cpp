#include "p2p/gossip/handshake_messages.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/types.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <variant>

namespace datapact::p2p {
namespace {

// On the wire: never renumber.
constexpr std::uint64_t kHello = 1;
constexpr std::uint64_t kChallenge = 2;
constexpr std::uint64_t kProof = 3;
constexpr std::uint64_t kWelcome = 4;
constexpr std::uint64_t kRefusal = 5;

void write_hello(rlp::Encoder& out, const Hello& hello) {
  out.integer(hello.version)
      .integer(hello.chain_id)
      .string(hello.genesis_hash)
      .string(hello.node)
      .string(hello.nonce);
}

struct Writer {
  rlp::Encoder& out;

  void operator()(const Hello& hello) const {
    out.integer(kHello);
    write_hello(out, hello);
  }
  void operator()(const Challenge& challenge) const {
    out.integer(kChallenge);
    write_hello(out, challenge.hello);
    out.string(challenge.signature);
  }
  void operator()(const Proof& proof) const {
    out.integer(kProof).string(proof.signature).integer(static_cast<std::uint64_t>(proof.grant));
  }
  void operator()(const Welcome& welcome) const {
    out.integer(kWelcome).integer(static_cast<std::uint64_t>(welcome.grant));
  }
  void operator()(const Refusal& refusal) const {
    out.integer(kRefusal).integer(static_cast<std::uint64_t>(refusal.error));
  }
};

rlp::Result<Hello> read_hello(rlp::Decoder& in) {
  Hello out;
  TRY(const auto version, in.u64());
  if (version > std::numeric_limits<std::uint32_t>::max()) return fail(rlp::Error::kWrongLength);
  out.version = static_cast<std::uint32_t>(version);
  TRY(out.chain_id, in.quantity<ChainId>());
  TRY(out.genesis_hash, in.fixed<BlockHash>());
  TRY(out.node, in.fixed<NodeId>());
  TRY(out.nonce, in.fixed<HandshakeNonce>());
  return out;
}

/// Whoever grants nothing refuses instead.
rlp::Result<Grant> read_grant(rlp::Decoder& in) {
  TRY(const auto grant, in.u64());
  const bool is_known = grant == static_cast<std::uint64_t>(Grant::kSyncOnly) ||
                        grant == static_cast<std::uint64_t>(Grant::kFull);
  if (!is_known) return fail(rlp::Error::kWrongLength);
  return static_cast<Grant>(grant);
}

rlp::Result<HandshakeMessage> read_message(rlp::Decoder& in) {
  TRY(const auto kind, in.u64());
  switch (kind) {
    case kHello: {
      TRY(const auto hello, read_hello(in));
      return HandshakeMessage{hello};
    }
    case kChallenge: {
      Challenge out;
      TRY(out.hello, read_hello(in));
      TRY(out.signature, in.fixed<crypto::SignatureBytes>());
      return HandshakeMessage{out};
    }
    case kProof: {
      Proof out;
      TRY(out.signature, in.fixed<crypto::SignatureBytes>());
      TRY(out.grant, read_grant(in));
      return HandshakeMessage{out};
    }
    case kWelcome: {
      TRY(const auto grant, read_grant(in));
      return HandshakeMessage{Welcome{grant}};
    }
    case kRefusal: {
      TRY(const auto code, in.u64());
      if (code < 1 || code > kHandshakeErrors) return fail(rlp::Error::kWrongLength);
      return HandshakeMessage{Refusal{static_cast<HandshakeError>(code)}};
    }
    default:
      return fail(rlp::Error::kWrongLength);
  }
}

}  // namespace

std::string_view to_string(HandshakeError error) noexcept {
  switch (error) {
    case HandshakeError::kMalformed:
      return "malformed handshake message";
    case HandshakeError::kUnexpected:
      return "unexpected handshake message";
    case HandshakeError::kVersion:
      return "another protocol version";
    case HandshakeError::kForeignChain:
      return "foreign chain";
    case HandshakeError::kForeignGenesis:
      return "foreign genesis";
    case HandshakeError::kSelf:
      return "connected to itself";
    case HandshakeError::kWrongKey:
      return "not the node that was dialled";
    case HandshakeError::kBadSignature:
      return "bad handshake signature";
    case HandshakeError::kNotAdmitted:
      return "node key not admitted";
    case HandshakeError::kBanned:
      return "banned";
    case HandshakeError::kDuplicate:
      return "connected already";
    case HandshakeError::kNoRoom:
      return "too many peers";
    case HandshakeError::kLost:
      return "the connection broke or took too long";
  }
  return "unknown";
}

Bytes encode_handshake(const HandshakeMessage& message) {
  rlp::Encoder out;
  std::visit(Writer{out}, message);
  return out.as_list();
}

std::optional<HandshakeMessage> decode_handshake(ByteView bytes) {
  if (bytes.size() > kHandshakeBytesMax) return std::nullopt;
  auto items = rlp::decode_list(bytes);
  if (!items.has_value()) return std::nullopt;
  auto message = read_message(*items);
  if (!message.has_value() || !items->at_end()) return std::nullopt;
  return *message;
}

}  // namespace datapact::p2p

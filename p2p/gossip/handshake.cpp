#include "p2p/gossip/handshake.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"
#include "crypto/sha256.hpp"
#include "p2p/gossip/handshake_messages.hpp"
#include "p2p/gossip/node_identity.hpp"
#include "p2p/gossip/types.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace datapact::p2p {
namespace {

constexpr std::string_view kLabel = "datapact/p2p/handshake";

struct Transcript {
  HandshakeRole role = HandshakeRole::kDialler;  ///< of the signer
  NodeId signer;
  NodeId peer;
  HandshakeNonce dialler_nonce;
  HandshakeNonce listener_nonce;
};

Hash256 digest_of(const Transcript& transcript, const HandshakeTerms& terms) {
  rlp::Encoder items;
  items.string(as_bytes(kLabel))
      .integer(static_cast<std::uint64_t>(transcript.role))
      .string(transcript.signer)
      .string(transcript.peer)
      .string(transcript.dialler_nonce)
      .string(transcript.listener_nonce)
      .integer(terms.chain_id)
      .string(terms.genesis_hash)
      .integer(terms.version)
      .string(ByteView{terms.exporter});
  return crypto::sha256(items.as_list());
}

/// Low s only, so that one handshake has one signature.
bool is_signed_by(const NodeId& node, const crypto::SignatureBytes& bytes, const Hash256& digest) {
  const auto signature = crypto::signature_from_bytes(bytes.view());
  if (!signature || !crypto::is_low_s(*signature)) return false;
  const auto key = crypto::recover(digest, *signature);
  return key && node_id_of(*key) == node;
}

auto failure(HandshakeError error, std::string detail = {}) {
  return fail(HandshakeFailure{.error = error, .told_by_peer = false, .detail = std::move(detail)});
}

/// The message of type T, or what the peer's refusal or mistake means.
template <class T>
HandshakeResult<T> expect(ByteView bytes) {
  const auto message = decode_handshake(bytes);
  if (!message) return failure(HandshakeError::kMalformed);
  if (const auto* refusal = std::get_if<Refusal>(&*message)) {
    return fail(HandshakeFailure{.error = refusal->error, .told_by_peer = true, .detail = {}});
  }
  const auto* wanted = std::get_if<T>(&*message);
  if (wanted == nullptr) return failure(HandshakeError::kUnexpected);
  return *wanted;
}

/// Version first: the fields of another version may mean something else.
HandshakeResult<void> check_terms(const Hello& theirs, const HandshakeTerms& ours) {
  if (theirs.version != ours.version) {
    return failure(HandshakeError::kVersion, "version " + std::to_string(theirs.version) +
                                                 ", here " + std::to_string(ours.version));
  }
  if (theirs.chain_id != ours.chain_id) {
    return failure(HandshakeError::kForeignChain,
                   "chain id " + std::to_string(theirs.chain_id.raw()) + ", here " +
                       std::to_string(ours.chain_id.raw()));
  }
  if (theirs.genesis_hash != ours.genesis_hash) {
    return failure(HandshakeError::kForeignGenesis, "genesis " + to_hex0x(theirs.genesis_hash) +
                                                        ", here " + to_hex0x(ours.genesis_hash));
  }
  return {};
}

Hello own_hello(const NodeIdentity& identity, const HandshakeTerms& terms,
                const HandshakeNonce& nonce) {
  return {.version = terms.version,
          .chain_id = terms.chain_id,
          .genesis_hash = terms.genesis_hash,
          .node = identity.id(),
          .nonce = nonce};
}

}  // namespace

std::string to_string(const HandshakeFailure& failed) {
  std::string out(to_string(failed.error));
  if (failed.told_by_peer) out = "refused by the peer: " + out;
  return failed.detail.empty() ? out : out + " (" + failed.detail + ")";
}

Bytes encode_refusal(HandshakeError error) { return encode_handshake(Refusal{error}); }

DiallerHandshake::DiallerHandshake(const NodeIdentity& identity, HandshakeTerms terms,
                                   const HandshakeNonce& nonce, const NodeId& expected)
    : identity_(identity), terms_(std::move(terms)), nonce_(nonce), expected_(expected) {}

Bytes DiallerHandshake::hello() const {
  return encode_handshake(own_hello(identity_, terms_, nonce_));
}

HandshakeResult<void> DiallerHandshake::read_challenge(ByteView bytes) {
  TRY(const auto challenge, expect<Challenge>(bytes));
  TRY_VOID(check_terms(challenge.hello, terms_));
  const NodeId& node = challenge.hello.node;
  if (node == identity_.id()) return failure(HandshakeError::kSelf);
  if (node != expected_) {
    return failure(HandshakeError::kWrongKey,
                   "node " + to_hex0x(node) + ", expected " + to_hex0x(expected_));
  }
  const Transcript transcript{.role = HandshakeRole::kListener,
                              .signer = node,
                              .peer = identity_.id(),
                              .dialler_nonce = nonce_,
                              .listener_nonce = challenge.hello.nonce};
  if (!is_signed_by(node, challenge.signature, digest_of(transcript, terms_))) {
    return failure(HandshakeError::kBadSignature);
  }
  peer_nonce_ = challenge.hello.nonce;
  return {};
}

Bytes DiallerHandshake::proof(Grant local_grant) const {
  const Transcript transcript{.role = HandshakeRole::kDialler,
                              .signer = identity_.id(),
                              .peer = expected_,
                              .dialler_nonce = nonce_,
                              .listener_nonce = peer_nonce_};
  const auto signature = identity_.sign(digest_of(transcript, terms_));
  return encode_handshake(Proof{.signature = crypto::to_bytes(signature), .grant = local_grant});
}

HandshakeResult<Grant> DiallerHandshake::read_welcome(ByteView bytes) {
  TRY(const auto welcome, expect<Welcome>(bytes));
  return welcome.grant;
}

ListenerHandshake::ListenerHandshake(const NodeIdentity& identity, HandshakeTerms terms,
                                     const HandshakeNonce& nonce)
    : identity_(identity), terms_(std::move(terms)), nonce_(nonce) {}

HandshakeResult<void> ListenerHandshake::read_hello(ByteView bytes) {
  TRY(const auto hello, expect<Hello>(bytes));
  TRY_VOID(check_terms(hello, terms_));
  if (hello.node == identity_.id()) return failure(HandshakeError::kSelf);
  peer_ = hello;
  return {};
}

Bytes ListenerHandshake::challenge() const {
  const Transcript transcript{.role = HandshakeRole::kListener,
                              .signer = identity_.id(),
                              .peer = peer_.node,
                              .dialler_nonce = peer_.nonce,
                              .listener_nonce = nonce_};
  const auto signature = identity_.sign(digest_of(transcript, terms_));
  return encode_handshake(Challenge{.hello = own_hello(identity_, terms_, nonce_),
                                    .signature = crypto::to_bytes(signature)});
}

HandshakeResult<ProvenPeer> ListenerHandshake::read_proof(ByteView bytes) const {
  TRY(const auto proof, expect<Proof>(bytes));
  const Transcript transcript{.role = HandshakeRole::kDialler,
                              .signer = peer_.node,
                              .peer = identity_.id(),
                              .dialler_nonce = peer_.nonce,
                              .listener_nonce = nonce_};
  if (!is_signed_by(peer_.node, proof.signature, digest_of(transcript, terms_))) {
    return failure(HandshakeError::kBadSignature);
  }
  return ProvenPeer{.id = peer_.node, .remote_grant = proof.grant};
}

Bytes ListenerHandshake::welcome(Grant local_grant) {
  return encode_handshake(Welcome{local_grant});
}

}  // namespace datapact::p2p

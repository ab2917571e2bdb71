#include "p2p/gossip/handshake.hpp"

#include "base/hex.hpp"
#include "base/rlp.hpp"
#include "crypto/sha256.hpp"

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
  return fail(HandshakeFailure{error, false, std::move(detail)});
}

/// The message of type T, or what the peer's refusal or mistake means.
template <class T>
HandshakeResult<T> expect(ByteView bytes) {
  const auto message = decode_handshake(bytes);
  if (!message) return failure(HandshakeError::kMalformed);
  if (const auto* refusal = std::get_if<Refusal>(&*message)) {
    return fail(HandshakeFailure{refusal->error, true, {}});
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
  return {terms.version, terms.chain_id, terms.genesis_hash, identity.id(), nonce};
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
  const Transcript transcript{HandshakeRole::kListener, node, identity_.id(), nonce_,
                              challenge.hello.nonce};
  if (!is_signed_by(node, challenge.signature, digest_of(transcript, terms_))) {
    return failure(HandshakeError::kBadSignature);
  }
  peer_nonce_ = challenge.hello.nonce;
  return {};
}

Bytes DiallerHandshake::proof(Grant local_grant) const {
  const Transcript transcript{HandshakeRole::kDialler, identity_.id(), expected_, nonce_,
                              peer_nonce_};
  const auto signature = identity_.sign(digest_of(transcript, terms_));
  return encode_handshake(Proof{crypto::to_bytes(signature), local_grant});
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
  const Transcript transcript{HandshakeRole::kListener, identity_.id(), peer_.node, peer_.nonce,
                              nonce_};
  const auto signature = identity_.sign(digest_of(transcript, terms_));
  return encode_handshake(
      Challenge{own_hello(identity_, terms_, nonce_), crypto::to_bytes(signature)});
}

HandshakeResult<ProvenPeer> ListenerHandshake::read_proof(ByteView bytes) const {
  TRY(const auto proof, expect<Proof>(bytes));
  const Transcript transcript{HandshakeRole::kDialler, peer_.node, identity_.id(), peer_.nonce,
                              nonce_};
  if (!is_signed_by(peer_.node, proof.signature, digest_of(transcript, terms_))) {
    return failure(HandshakeError::kBadSignature);
  }
  return ProvenPeer{peer_.node, proof.grant};
}

Bytes ListenerHandshake::welcome(Grant local_grant) {
  return encode_handshake(Welcome{local_grant});
}

}  // namespace datapact::p2p

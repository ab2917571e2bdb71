#include "p2p/gossip/handshake.hpp"

#include "base/prng.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::p2p;

namespace {

NodeIdentity identity(std::uint8_t number) {
  crypto::PrivateKey key;
  key.raw()[31] = number;
  return *NodeIdentity::make(key);
}
HandshakeNonce nonce(std::uint8_t number) {
  HandshakeNonce out;
  out.raw()[0] = number;
  return out;
}
HandshakeTerms terms() { return {.chain_id = ChainId{7}, .genesis_hash = {}, .exporter = {}}; }

const NodeIdentity kAlice = identity(1);
const NodeIdentity kBob = identity(2);
const NodeIdentity kEve = identity(3);

/// Alice dials Bob.
struct Ends {
  DiallerHandshake dialler;
  ListenerHandshake listener;
  explicit Ends(HandshakeTerms a = terms(), HandshakeTerms b = terms(),
                const NodeId& expected = kBob.id())
      : dialler(kAlice, std::move(a), nonce(1), expected), listener(kBob, std::move(b), nonce(2)) {}
};

HandshakeError error_at_listener(const HandshakeTerms& a, const HandshakeTerms& b) {
  Ends ends(a, b);
  const auto read = ends.listener.read_hello(ends.dialler.hello());
  REQUIRE_FALSE(read.has_value());
  CHECK_FALSE(read.error().told_by_peer);
  CHECK_FALSE(read.error().detail.empty());
  return read.error().error;
}

std::vector<HandshakeMessage> one_of_each() {
  Hello hello{1, ChainId{7}, {}, kAlice.id(), nonce(1)};
  return {hello, Challenge{hello, {}}, Proof{{}, Grant::kSyncOnly}, Welcome{Grant::kFull},
          Refusal{HandshakeError::kBanned}};
}

}  // namespace

TEST_SUITE("p2p/handshake") {
  TEST_CASE("two nodes prove their keys to each other and tell what they grant") {
    Ends ends;
    REQUIRE(ends.listener.read_hello(ends.dialler.hello()).has_value());
    REQUIRE(ends.dialler.read_challenge(ends.listener.challenge()).has_value());
    const auto peer = ends.listener.read_proof(ends.dialler.proof(Grant::kSyncOnly));
    REQUIRE(peer.has_value());
    CHECK(peer->id == kAlice.id());
    CHECK(peer->remote_grant == Grant::kSyncOnly);
    const auto grant = DiallerHandshake::read_welcome(ListenerHandshake::welcome(Grant::kFull));
    REQUIRE(grant.has_value());
    CHECK(*grant == Grant::kFull);
  }
  TEST_CASE("a node id is the Keccak-256 of the public key, as Governance lists it") {
    crypto::PrivateKey key;
    key.raw()[31] = 1;
    CHECK(node_id_of(crypto::public_key(key)) == kAlice.id());
    CHECK_FALSE(NodeIdentity::make(crypto::PrivateKey{}).has_value());
  }
  TEST_CASE("another version, chain or genesis is refused by name") {
    HandshakeTerms other = terms();
    other.version = kProtocolVersion + 1;
    CHECK(error_at_listener(other, terms()) == HandshakeError::kVersion);
    other = terms();
    other.chain_id = ChainId{8};
    CHECK(error_at_listener(other, terms()) == HandshakeError::kForeignChain);
    other = terms();
    other.genesis_hash.raw()[0] = 1;
    CHECK(error_at_listener(other, terms()) == HandshakeError::kForeignGenesis);
  }
  TEST_CASE("the dialler refuses a foreign listener just so") {
    HandshakeTerms other = terms();
    other.chain_id = ChainId{8};
    Ends foreign(other, other);
    REQUIRE(foreign.listener.read_hello(foreign.dialler.hello()).has_value());
    Ends ours;
    const auto read = ours.dialler.read_challenge(foreign.listener.challenge());
    REQUIRE_FALSE(read.has_value());
    CHECK(to_string(read.error()) == "foreign chain (chain id 8, here 7)");
  }
  TEST_CASE("a node that reaches itself stops") {
    DiallerHandshake dialler(kBob, terms(), nonce(1), kBob.id());
    ListenerHandshake listener(kBob, terms(), nonce(2));
    CHECK(listener.read_hello(dialler.hello()).error().error == HandshakeError::kSelf);
  }
  TEST_CASE("a challenge that shows our own id is refused") {
    Ends ends;
    REQUIRE(ends.listener.read_hello(ends.dialler.hello()).has_value());
    DiallerHandshake bob(kBob, terms(), nonce(1), kAlice.id());
    CHECK(bob.read_challenge(ends.listener.challenge()).error().error == HandshakeError::kSelf);
  }
  TEST_CASE("another node than the one that was dialled is refused") {
    Ends ends(terms(), terms(), kEve.id());
    REQUIRE(ends.listener.read_hello(ends.dialler.hello()).has_value());
    const auto read = ends.dialler.read_challenge(ends.listener.challenge());
    CHECK(read.error().error == HandshakeError::kWrongKey);
  }
  TEST_CASE("a challenge cannot be relayed to a third node") {
    // Eve answers Alice's call with what Bob says to a call in Eve's own name.
    Ends alice_to_bob;
    DiallerHandshake eve(kEve, terms(), nonce(1), kBob.id());
    ListenerHandshake bob(kBob, terms(), nonce(2));
    REQUIRE(bob.read_hello(eve.hello()).has_value());
    const auto read = alice_to_bob.dialler.read_challenge(bob.challenge());
    CHECK(read.error().error == HandshakeError::kBadSignature);
  }
  TEST_CASE("a proof that Alice made for Eve does not convince Bob") {
    DiallerHandshake alice(kAlice, terms(), nonce(1), kEve.id());
    ListenerHandshake eve(kEve, terms(), nonce(2));
    REQUIRE(eve.read_hello(alice.hello()).has_value());
    REQUIRE(alice.read_challenge(eve.challenge()).has_value());
    ListenerHandshake bob(kBob, terms(), nonce(2));
    REQUIRE(bob.read_hello(alice.hello()).has_value());
    const auto read = bob.read_proof(alice.proof(Grant::kFull));
    CHECK(read.error().error == HandshakeError::kBadSignature);
  }
  TEST_CASE("what Alice signs as listener is no proof that she dialled") {
    // All but the role is the same: ids, nonces and their order.
    DiallerHandshake bob_dials(kBob, terms(), nonce(1), kAlice.id());
    ListenerHandshake alice_listens(kAlice, terms(), nonce(2));
    REQUIRE(alice_listens.read_hello(bob_dials.hello()).has_value());
    const auto message = decode_handshake(alice_listens.challenge());
    const auto& challenge = std::get<Challenge>(*message);
    Ends ends;
    REQUIRE(ends.listener.read_hello(ends.dialler.hello()).has_value());
    const Bytes proof = encode_handshake(Proof{challenge.signature, Grant::kFull});
    CHECK(ends.listener.read_proof(proof).error().error == HandshakeError::kBadSignature);
  }
  TEST_CASE("a proof of an earlier session is worth nothing: the nonces differ") {
    Ends earlier;
    REQUIRE(earlier.listener.read_hello(earlier.dialler.hello()).has_value());
    REQUIRE(earlier.dialler.read_challenge(earlier.listener.challenge()).has_value());
    const Bytes proof = earlier.dialler.proof(Grant::kFull);
    ListenerHandshake later(kBob, terms(), nonce(9));
    REQUIRE(later.read_hello(earlier.dialler.hello()).has_value());
    CHECK(later.read_proof(proof).error().error == HandshakeError::kBadSignature);
  }
  TEST_CASE("the two ends of different TLS sessions do not agree") {
    HandshakeTerms a = terms();
    a.exporter = Bytes(32, 1);
    HandshakeTerms b = terms();
    b.exporter = Bytes(32, 2);
    Ends ends(a, b);
    REQUIRE(ends.listener.read_hello(ends.dialler.hello()).has_value());
    const auto read = ends.dialler.read_challenge(ends.listener.challenge());
    CHECK(read.error().error == HandshakeError::kBadSignature);
  }
  TEST_CASE("a changed bit anywhere in a signature is found") {
    Ends ends;
    REQUIRE(ends.listener.read_hello(ends.dialler.hello()).has_value());
    REQUIRE(ends.dialler.read_challenge(ends.listener.challenge()).has_value());
    const auto message = decode_handshake(ends.dialler.proof(Grant::kFull));
    for (std::size_t i = 0; i < crypto::SignatureBytes::kSize; ++i) {
      Proof proof = std::get<Proof>(*message);
      proof.signature.raw()[i] ^= 1;
      CAPTURE(i);
      CHECK_FALSE(ends.listener.read_proof(encode_handshake(proof)).has_value());
    }
  }
  TEST_CASE("a refusal is understood at every step") {
    for (std::uint64_t code = 1; code <= kHandshakeErrors; ++code) {
      const auto error = static_cast<HandshakeError>(code);
      CAPTURE(to_string(error));
      const auto read = DiallerHandshake::read_welcome(encode_refusal(error));
      REQUIRE_FALSE(read.has_value());
      CHECK(read.error().told_by_peer);
      CHECK(read.error().error == error);
      CHECK(to_string(read.error()).starts_with("refused by the peer: "));
    }
  }
  TEST_CASE("garbage and messages out of order are told apart") {
    Ends ends;
    CHECK(ends.listener.read_hello(Bytes{1, 2}).error().error == HandshakeError::kMalformed);
    const Bytes welcome = ListenerHandshake::welcome(Grant::kFull);
    CHECK(ends.listener.read_hello(welcome).error().error == HandshakeError::kUnexpected);
    CHECK(ends.dialler.read_challenge(welcome).error().error == HandshakeError::kUnexpected);
  }
}

TEST_SUITE("p2p/handshake messages") {
  TEST_CASE("every message comes back as it went") {
    for (const auto& message : one_of_each()) {
      const auto read = decode_handshake(encode_handshake(message));
      REQUIRE(read.has_value());
      CHECK(*read == message);
    }
  }
  TEST_CASE("every truncated prefix and every longer text is refused") {
    for (const auto& message : one_of_each()) {
      Bytes bytes = encode_handshake(message);
      for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK_FALSE(decode_handshake(ByteView{bytes}.first(size)).has_value());
      }
      bytes.push_back(0);
      CHECK_FALSE(decode_handshake(bytes).has_value());
    }
  }
  TEST_CASE("a grant of nothing, an unknown code and an oversize message are refused") {
    CHECK_FALSE(decode_handshake(encode_handshake(Welcome{Grant::kNone})).has_value());
    CHECK_FALSE(decode_handshake(encode_handshake(Refusal{HandshakeError{13}})).has_value());
    CHECK_FALSE(decode_handshake(Bytes(kHandshakeBytesMax + 1, 0xc0)).has_value());
  }
}

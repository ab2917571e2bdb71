// What a hostile connection can do to a transport, one test each; an honest peer keeps its pace.
#include "base/rlp.hpp"
#include "p2p/gossip/frame.hpp"
#include "tests/testkit/p2p/live_node.hpp"
#include "tests/testkit/p2p/raw_peer.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::p2p;
using namespace datapact::p2p::test;

namespace {

const Bytes kVote{1, 2, 3};

std::uint64_t count(const Snapshot& snapshot, Offence offence) {
  return snapshot.offences[index_of(offence)];
}

/// A node with one honest peer, and the identity of a hostile one that Governance lists.
struct Victim {
  LiveNode node{1};
  LiveNode friendly{2};
  NodeIdentity mallory = *NodeIdentity::make(key_of(3));
  HandshakeTerms terms{.chain_id = ChainId{7}, .genesis_hash = {}, .exporter = {}};

  Victim() = default;
  void start() {
    node.start();
    friendly.config.peers = {node.address()};
    friendly.start();
    REQUIRE(node.handler.wait_for_peers(1));
    REQUIRE(friendly.handler.wait_for_peers(1));
  }
  [[nodiscard]] std::unique_ptr<RawPeer> connect() const {
    return std::make_unique<RawPeer>(node.transport->port());
  }
  std::unique_ptr<RawPeer> join() {
    auto peer = connect();
    const auto failed = peer->join(mallory, node.id(), terms);
    REQUIRE_FALSE(failed.has_value());
    REQUIRE(node.handler.wait_for_peers(2));
    return peer;
  }
  void check_friend_is_served() {
    const auto before = friendly.handler.record().messages.size();
    CHECK(node.transport->send(friendly.id(), Topic::kConsensus, kVote));
    CHECK(friendly.handler.wait_for_messages(before + 1));
  }
  void check_dropped_for(Offence offence) {
    CHECK(node.wait_for([&](const Snapshot& s) { return count(s, offence) == 1; }));
    CHECK(node.handler.wait_for_peers(1));
    check_friend_is_served();
  }
};

}  // namespace

TEST_SUITE("p2p/transport against hostile connections") {
  TEST_CASE("bytes that are no WebSocket end the connection and nothing else") {
    Victim v;
    v.start();
    auto peer = v.connect();
    CHECK(peer->write_raw(as_bytes("\x16\x03\x01 this is no HTTP\r\n\r\n")));
    CHECK(v.node.wait_for([](const Snapshot& s) { return s.handshakes_failed == 1; }));
    v.check_friend_is_served();
  }
  TEST_CASE("a garbage, oversize or text hello is refused") {
    Victim v;
    v.start();
    for (int i = 0; i < 3; ++i) {
      auto peer = v.connect();
      REQUIRE(peer->upgrade());
      if (i == 0) CHECK(peer->write(Bytes{1, 2, 3}));
      if (i == 1) CHECK(peer->write(Bytes(kHandshakeBytesMax + 1, 0)));
      if (i == 2) CHECK(peer->write_text("hello"));
      const auto answer = peer->read();
      if (answer) {
        const auto told = DiallerHandshake::read_welcome(*answer);
        CHECK(told.error().error == HandshakeError::kMalformed);
        CHECK(told.error().told_by_peer);
      }
      CHECK(peer->is_closed_by_peer());
    }
    CHECK(v.node.wait_for([](const Snapshot& s) { return s.handshakes_failed == 3; }));
    v.check_friend_is_served();
  }
  TEST_CASE("a foreign chain is told so by name") {
    Victim v;
    v.start();
    auto peer = v.connect();
    auto foreign = v.terms;
    foreign.chain_id = ChainId{8};
    REQUIRE(peer->upgrade());
    DiallerHandshake handshake(v.mallory, foreign, HandshakeNonce{}, v.node.id());
    CHECK(peer->write(handshake.hello()));
    const auto answer = peer->read();
    REQUIRE(answer.has_value());
    CHECK(handshake.read_challenge(*answer).error().error == HandshakeError::kForeignChain);
    CHECK(peer->is_closed_by_peer());
  }
  TEST_CASE("a stolen name without its key does not get in") {
    Victim v;
    v.start();
    auto peer = v.connect();
    REQUIRE(peer->upgrade());
    const Hello hello{kProtocolVersion, ChainId{7}, {}, v.friendly.id(), {}};
    CHECK(peer->write(encode_handshake(hello)));
    REQUIRE(peer->read().has_value());
    crypto::SignatureBytes forged;
    forged.raw()[31] = 1;
    forged.raw()[63] = 1;
    CHECK(peer->write(encode_handshake(Proof{forged, Grant::kFull})));
    const auto answer = peer->read();
    REQUIRE(answer.has_value());
    CHECK(DiallerHandshake::read_welcome(*answer).error().error == HandshakeError::kBadSignature);
    v.check_friend_is_served();
  }
  TEST_CASE("a peer that says nothing is closed after the time for a handshake") {
    Victim v;
    v.node.config.connections.handshake_max = std::chrono::milliseconds{200};
    v.start();
    auto silent = v.connect();
    auto half = v.connect();
    REQUIRE(half->upgrade());
    CHECK(half->is_closed_by_peer());
    CHECK(v.node.wait_for([](const Snapshot& s) { return s.handshakes_failed == 2; }));
    v.check_friend_is_served();
  }
  TEST_CASE("connections beyond the limits are closed at the door") {
    Victim v;
    v.node.config.connections.connections_per_address_max = 3;
    v.start();
    std::vector<std::unique_ptr<RawPeer>> crowd;
    crowd.reserve(6);
    for (int i = 0; i < 6; ++i) crowd.push_back(v.connect());
    CHECK(v.node.wait_for([](const Snapshot& s) { return s.connections_refused == 4; }));
    v.check_friend_is_served();
  }
  TEST_CASE("a crowd of addresses that say nothing does not keep a configured peer outside") {
    Victim v;
    auto& limits = v.node.config.connections;
    limits.handshake_max = 2 * kPatience;  // The crowd stays for the whole test.
    v.node.config.peers = {{v.friendly.id(), "127.0.0.1", 1}};
    v.node.start();
    const std::size_t places = limits.handshakes_max - limits.handshakes_kept;
    std::vector<std::unique_ptr<RawPeer>> crowd;
    for (std::size_t i = 0; i < limits.handshakes_max; ++i) {
      const std::string from = "127.0.1." + std::to_string(i + 1);
      crowd.push_back(std::make_unique<RawPeer>(v.node.transport->port(), from));
    }
    CHECK(v.node.wait_for(
        [&](const Snapshot& s) { return s.connections_refused == crowd.size() - places; }));
    v.friendly.config.peers = {v.node.address()};
    v.friendly.start();
    REQUIRE(v.node.handler.wait_for_peers(1));
    v.check_friend_is_served();
  }
  TEST_CASE("garbage after the handshake is named, scored and dropped; the second time banned") {
    Victim v;
    v.start();
    auto peer = v.join();
    CHECK(peer->write(Bytes{0xff, 0xff}));
    v.check_dropped_for(Offence::kGarbage);
    peer = v.join();
    CHECK(peer->write(Bytes{0xff, 0xff}));
    CHECK(peer->is_closed_by_peer());
    RawPeer again(v.node.transport->port());
    const auto refused = again.join(v.mallory, v.node.id(), v.terms);
    REQUIRE(refused.has_value());
    CHECK(refused->error == HandshakeError::kBanned);
    CHECK(refused->told_by_peer);
  }
  TEST_CASE("a text message is named, scored and dropped") {
    Victim v;
    v.start();
    auto peer = v.join();
    CHECK(peer->write_text("hello"));
    v.check_dropped_for(Offence::kProtocol);
  }
  TEST_CASE("an oversize frame is named, scored and dropped") {
    Victim v;
    v.start();
    auto peer = v.join();
    (void)peer->write(Bytes(kFrameBytesMax + 1, 0));
    v.check_dropped_for(Offence::kOversize);
  }
  TEST_CASE("empty frames without end are named, scored and dropped") {
    Victim v;
    v.start();
    auto peer = v.join();
    // The beginning of a binary message and its empty continuations, masked with zero.
    CHECK(peer->write_raw(Bytes{0x02, 0x80, 0, 0, 0, 0}));
    Bytes many;
    for (int i = 0; i < 10'000; ++i) append(many, Bytes{0x00, 0x80, 0, 0, 0, 0});
    for (int i = 0; i < 100 && peer->write_raw(many); ++i) {
    }
    v.check_dropped_for(Offence::kEndlessFrames);
  }
  TEST_CASE("pings without end are named, scored and dropped") {
    Victim v;
    v.start();
    auto peer = v.join();
    Bytes many;
    for (int i = 0; i < 10'000; ++i) append(many, Bytes{0x89, 0x80, 0, 0, 0, 0});
    for (int i = 0; i < 100 && peer->write_raw(many); ++i) {
    }
    v.check_dropped_for(Offence::kEndlessFrames);
  }
  TEST_CASE("a broken WebSocket frame is named, scored and dropped") {
    Victim v;
    v.start();
    auto peer = v.join();
    CHECK(peer->write_raw(Bytes{0xf7, 0x80, 0, 0, 0, 0}));
    v.check_dropped_for(Offence::kGarbage);
  }
  TEST_CASE("a slow reader is dropped, and the others keep their pace") {
    Victim v;
    v.node.config.limits.topics[index_of(Topic::kConsensus)].queue_bytes_max = std::size_t{8}
                                                                               << 20U;
    v.start();
    auto peer = v.join();  // and reads no more
    Bytes block(1'000'000, 1);
    std::size_t sent = 0;
    for (; sent < 200; ++sent) {
      store_be(block.data(), static_cast<std::uint32_t>(sent));
      if (!v.node.transport->send(v.mallory.id(), Topic::kConsensus, block)) break;
    }
    CHECK(sent < 200);
    v.check_dropped_for(Offence::kSlowReader);
    CHECK(v.node.transport->snapshot().pending_send_bytes < block.size());
  }
  TEST_CASE("a peer that goes silent is pinged, and closed when it does not answer") {
    Victim v;
    v.node.config.connections.idle_max = std::chrono::milliseconds{400};
    v.start();
    auto peer = v.join();  // never reads, so never answers a ping
    CHECK(v.node.handler.wait_for_peers(1));
    v.check_friend_is_served();
  }
  TEST_CASE("honest traffic of many megabytes is no flood") {
    Victim v;
    v.start();
    const std::size_t messages = 300;
    for (std::size_t i = 0; i < messages; ++i) {
      Bytes bytes(i % 7 == 0 ? 100'000 : 300, 1);
      store_be(bytes.data(), static_cast<std::uint32_t>(i));
      CHECK(v.friendly.transport->publish(Topic::kConsensus, bytes) == 1);
    }
    CHECK(v.node.handler.wait_for_messages(messages));
    CHECK(v.node.handler.record().ends.empty());
  }
}

// Transports on loopback ports that the system chooses.
#include "tests/testkit/p2p/live_node.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace datapact;
using namespace datapact::p2p;
using namespace datapact::p2p::test;

namespace {

const Bytes kVote{1, 2, 3};

struct TwoNodes {
  LiveNode a{1};
  LiveNode b{2};
  void start() {
    a.start();
    b.config.peers = {a.address()};
    b.start();
  }
  void join() {
    start();
    REQUIRE(a.handler.wait_for_peers(1));
    REQUIRE(b.handler.wait_for_peers(1));
  }
};

}  // namespace

TEST_SUITE("p2p/transport") {
  TEST_CASE("two nodes find each other and a message arrives as it went") {
    TwoNodes net;
    net.join();
    CHECK(net.a.transport->id() == net.a.id());
    CHECK(net.a.transport->publish(Topic::kConsensus, kVote) == 1);
    REQUIRE(net.b.handler.wait_for_messages(1));
    const auto record = net.b.handler.record();
    CHECK(record.messages[0].bytes == kVote);
    CHECK(record.messages[0].peer == net.a.id());
    CHECK(record.up.at(net.a.id()) == Grant::kFull);
  }
  TEST_CASE("a block of megabytes arrives whole, in both directions") {
    TwoNodes net;
    net.join();
    const Bytes block(5'000'000, 7);
    CHECK(net.a.transport->send(net.b.id(), Topic::kConsensus, block));
    CHECK(net.b.transport->send(net.a.id(), Topic::kConsensus, block));
    REQUIRE(net.a.handler.wait_for_messages(1));
    REQUIRE(net.b.handler.wait_for_messages(1));
    CHECK(net.a.handler.record().messages[0].bytes == block);
    CHECK(net.b.handler.record().messages[0].bytes == block);
  }
  TEST_CASE("over TLS the same, and a node without TLS stays outside") {
    TwoNodes net;
    net.a.config.tls = true;
    net.b.config.tls = true;
    net.join();
    const Bytes block(5'000'000, 7);
    CHECK(net.a.transport->send(net.b.id(), Topic::kConsensus, block));
    CHECK(net.b.transport->send(net.a.id(), Topic::kConsensus, kVote));
    REQUIRE(net.a.handler.wait_for_messages(1));
    REQUIRE(net.b.handler.wait_for_messages(1));
    CHECK(net.b.handler.record().messages[0].bytes == block);
    LiveNode plain(3);
    plain.config.peers = {net.a.address()};
    plain.start();
    CHECK(net.a.wait_for([](const Snapshot& s) { return s.handshakes_failed > 0; }));
    CHECK(plain.transport->snapshot().peers.empty());
  }
  TEST_CASE("a request finds its response, and a refusal its asker") {
    TwoNodes net;
    net.join();
    const auto id = net.b.transport->request(net.a.id(), kVote);
    REQUIRE(id.has_value());
    REQUIRE(net.a.handler.wait([](const Record& record) { return record.requests.size() == 1; }));
    CHECK(net.a.transport->respond(net.b.id(), *id, Bytes(1'000'000, 3)));
    REQUIRE(net.b.handler.wait([](const Record& record) { return record.responses.size() == 1; }));
    CHECK(net.b.handler.record().responses[0].body.size() == 1'000'000);

    const auto second = net.b.transport->request(net.a.id(), kVote);
    REQUIRE(second.has_value());
    REQUIRE(net.a.handler.wait([](const Record& record) { return record.requests.size() == 2; }));
    net.a.transport->refuse(net.b.id(), *second);
    REQUIRE(net.b.handler.wait([](const Record& record) { return record.failures.size() == 1; }));
    CHECK(net.b.handler.record().failures[0].second == RequestFailure::kRefused);
  }
  TEST_CASE("seven nodes that all dial each other end with one connection for each pair") {
    std::vector<std::unique_ptr<LiveNode>> nodes;
    nodes.reserve(7);
    for (std::uint8_t i = 1; i <= 7; ++i) nodes.push_back(std::make_unique<LiveNode>(i));
    for (auto& node : nodes) node->start();
    for (auto& node : nodes) {
      std::vector<PeerAddress> others;
      others.reserve(nodes.size());
      for (auto& other : nodes) others.push_back(other->address());
      node->transport->set_peers(others);  // its own address among them
    }
    for (auto& node : nodes) {
      CHECK(node->wait_for([](const Snapshot& snapshot) { return snapshot.peers.size() == 6; }));
    }
    nodes[0]->transport->publish(Topic::kConsensus, kVote);
    for (std::size_t i = 1; i < nodes.size(); ++i) {
      // A link that is being replaced may lose it: then it is sent again, as votes are.
      CHECK(nodes[i]->wait_for([&](const Snapshot&) {
        if (!nodes[i]->handler.record().messages.empty()) return true;
        nodes[0]->transport->publish(Topic::kConsensus, kVote);
        return false;
      }));
    }
  }
  TEST_CASE("a node that restarts is found again") {
    TwoNodes net;
    net.join();
    const std::uint16_t port = net.a.transport->port();
    net.a.stop();
    REQUIRE(net.b.handler.wait_for_peers(0));
    net.a.config.port = port;
    net.a.start();
    REQUIRE(net.b.handler.wait_for_peers(1));
    CHECK(net.b.transport->publish(Topic::kConsensus, kVote) == 1);
    REQUIRE(net.a.handler.wait_for_messages(1));
  }
  TEST_CASE("a node whose key is not listed may not join") {
    TwoNodes net;
    net.a.handler.set_default_grant(Grant::kNone);
    net.start();
    CHECK(net.a.wait_for([](const Snapshot& s) { return s.handshakes_failed > 0; }));
    CHECK(net.b.wait_for([](const Snapshot& s) { return s.handshakes_failed > 0; }));
    CHECK(net.a.transport->snapshot().peers.empty());
    CHECK(net.a.transport->snapshot().handshakes_foreign == 0);
    // Governance lists it: the next attempt succeeds.
    net.a.handler.set_grant(net.b.id(), Grant::kFull);
    CHECK(net.b.handler.wait_for_peers(1));
  }
  TEST_CASE("a node of another chain or genesis may not join, and both ends count why") {
    for (const bool other_genesis : {false, true}) {
      CAPTURE(other_genesis);
      TwoNodes net;
      if (other_genesis) {
        net.b.config.genesis_hash.raw()[0] = 1;
      } else {
        net.b.config.chain_id = ChainId{8};
      }
      net.start();
      CHECK(net.a.wait_for([](const Snapshot& s) { return s.handshakes_foreign > 0; }));
      CHECK(net.b.wait_for([](const Snapshot& s) { return s.handshakes_foreign > 0; }));
      CHECK(net.a.transport->snapshot().peers.empty());
    }
  }
  TEST_CASE("whoever answers in another's place is not talked to") {
    TwoNodes net;
    net.a.start();
    PeerAddress wrong = net.a.address();
    wrong.id.raw()[0] ^= 1;
    net.b.config.peers = {wrong};
    net.b.start();
    CHECK(net.b.wait_for([](const Snapshot& s) { return s.handshakes_failed > 0; }));
    CHECK(net.a.transport->snapshot().peers.empty());
    CHECK(net.b.transport->snapshot().peers.empty());
  }
  TEST_CASE("a node that is behind lets a peer serve blocks only, until it has caught up") {
    TwoNodes net;
    net.b.handler.set_default_grant(Grant::kSyncOnly);
    net.join();
    CHECK(net.a.handler.record().up.at(net.b.id()) == Grant::kSyncOnly);
    CHECK(net.a.transport->publish(Topic::kConsensus, kVote) == 0);
    CHECK(net.b.transport->request(net.a.id(), kVote).has_value());
    REQUIRE(net.a.handler.wait([](const Record& record) { return record.requests.size() == 1; }));
    net.b.handler.set_default_grant(Grant::kFull);
    net.b.transport->review_admissions();
    const NodeId b = net.b.id();
    REQUIRE(net.a.handler.wait([&](const Record& r) { return r.up.at(b) == Grant::kFull; }));
    CHECK(net.a.transport->publish(Topic::kConsensus, kVote) == 1);
    REQUIRE(net.b.handler.wait_for_messages(1));
  }
  TEST_CASE("a key that is taken back loses its connection") {
    TwoNodes net;
    net.join();
    net.a.handler.set_default_grant(Grant::kNone);
    net.a.transport->review_admissions();
    REQUIRE(net.a.handler.wait_for_peers(0));
    CHECK(net.a.handler.record().ends.front() == LinkEnd::kNotAdmitted);
    REQUIRE(net.b.handler.wait_for_peers(0));
  }
  TEST_CASE("a peer that the node reports is banned, and tries in vain") {
    TwoNodes net;
    net.join();
    net.a.transport->report(net.b.id(), Offence::kInvalidBlock);
    REQUIRE(net.a.handler.wait_for_peers(0));
    CHECK(net.a.handler.record().ends.front() == LinkEnd::kBanned);
    CHECK(net.a.wait_for([](const Snapshot& s) { return s.handshakes_failed > 1; }));
    const auto snapshot = net.a.transport->snapshot();
    REQUIRE(snapshot.bans.size() == 1);
    CHECK(snapshot.bans[0].last == Offence::kInvalidBlock);
    CHECK(snapshot.peers.empty());
  }
  TEST_CASE("the snapshot shows peers and traffic at both ends") {
    TwoNodes net;
    net.join();
    net.a.transport->publish(Topic::kTransactions, kVote);
    REQUIRE(net.b.handler.wait_for_messages(1));
    const auto a = net.a.transport->snapshot();
    const auto b = net.b.transport->snapshot();
    REQUIRE(a.peers.size() == 1);
    REQUIRE(b.peers.size() == 1);
    CHECK_FALSE(a.peers[0].dialled_by_us);
    CHECK(b.peers[0].dialled_by_us);
    CHECK(a.peers[0].remote.starts_with("127.0.0.1:"));
    CHECK(a.topics[index_of(Topic::kTransactions)].bytes_out == 3);
    CHECK(b.topics[index_of(Topic::kTransactions)].bytes_in == 3);
  }
  TEST_CASE("stopping tells the node that its peers are gone, and ends quickly twice") {
    TwoNodes net;
    net.join();
    net.a.transport->stop();
    net.a.transport->stop();
    CHECK(net.a.handler.record().ends == std::vector<LinkEnd>{LinkEnd::kStopping});
    CHECK(net.a.transport->publish(Topic::kConsensus, kVote) == 0);
    REQUIRE(net.b.handler.wait_for_peers(0));
  }
  TEST_CASE("a setting that cannot work is refused by name") {
    const auto error_of = [](const std::function<void(Config&)>& change) {
      LiveNode node(1);
      change(node.config);
      RealClock clock;
      Prng random{1};
      auto started = Transport::start(node.config, node.handler, node.handler, clock, random);
      REQUIRE_FALSE(started.has_value());
      return started.error();
    };
    CHECK(error_of([](Config& c) { c.listen_address = "nowhere"; }) ==
          "p2p address \"nowhere\" is no IP address");
    CHECK(error_of([](Config& c) { c.key = {}; }).find("transport key") != std::string::npos);
    CHECK(error_of([](Config& c) { c.limits.peers_max = 65; }).find("65") != std::string::npos);
    LiveNode other(2);
    other.start();
    const auto port = other.transport->port();
    CHECK(error_of([port](Config& c) { c.port = port; }).find("cannot listen for peers") == 0);
  }
}

#include "p2p/gossip/router.hpp"

#include "tests/testkit/p2p/router_net.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::p2p;
using namespace datapact::p2p::test;
using namespace std::chrono_literals;

namespace {
const Bytes kVote{1, 2, 3};
const Bytes kTxn{4, 5, 6};
}  // namespace

TEST_SUITE("p2p/router") {
  TEST_CASE("an own message reaches every peer once") {
    RouterNet net(4);
    net.join_all();
    CHECK(net[0].router->publish(Topic::kConsensus, kVote, net.now()) == 3);
    net.settle();
    for (std::size_t i = 1; i < 4; ++i) {
      REQUIRE(net[i].node.messages.size() == 1);
      CHECK(net[i].node.messages[0].bytes == kVote);
      CHECK(net[i].node.messages[0].topic == Topic::kConsensus);
      CHECK(net[i].node.messages[0].peer == net[0].id);
    }
    CHECK(net[0].node.messages.empty());
  }
  TEST_CASE("a message is relayed to those that do not have it, never back and never twice") {
    RouterNet net(4);
    net.join(0, 1);
    net.join(1, 2);
    net.join(1, 3);
    net[0].router->publish(Topic::kTransactions, kTxn, net.now());
    net.settle();
    REQUIRE(net[1].node.messages.size() == 1);
    CHECK(net[1].router->relay(Topic::kTransactions, kTxn, {}, net.now()) == 2);
    CHECK(net[1].router->relay(Topic::kTransactions, kTxn, {}, net.now()) == 0);
    net.settle();
    CHECK(net[2].node.messages.size() == 1);
    CHECK(net[3].node.messages.size() == 1);
    CHECK(net[0].node.messages.empty());
    CHECK(net[2].router->relay(Topic::kTransactions, kTxn, {}, net.now()) == 0);
  }
  TEST_CASE("what a node passes on by itself is no news to it when a peer sends it") {
    RouterNet net(3);
    net.join(0, 1);
    net.join(1, 2);
    CHECK(net[1].router->relay(Topic::kTransactions, kTxn, {}, net.now()) == 2);
    net[0].router->send(net[1].id, Topic::kTransactions, kTxn, net.now());
    net.settle();
    CHECK(net[1].node.messages.empty());
  }
  TEST_CASE("the author is spared a relay of its own message") {
    RouterNet net(3);
    net.join(0, 1);
    net.join(1, 2);
    net[0].router->publish(Topic::kConsensus, kVote, net.now());
    net.settle();
    const std::vector<NodeId> author{net[2].id};
    CHECK(net[1].router->relay(Topic::kConsensus, kVote, author, net.now()) == 0);
  }
  TEST_CASE("flooding in a full mesh ends: each node takes a message once") {
    RouterNet net(7);
    net.join_all();
    net[0].router->publish(Topic::kConsensus, kVote, net.now());
    for (int hop = 0; hop < 3; ++hop) {
      net.settle();
      for (std::size_t i = 1; i < 7; ++i) {
        net[i].router->relay(Topic::kConsensus, kVote, {}, net.now());
      }
    }
    net.settle();
    for (std::size_t i = 1; i < 7; ++i) CHECK(net[i].node.messages.size() == 1);
    CHECK(net[0].node.messages.empty());
  }
  TEST_CASE("a vote that is published again goes out again, and is taken again after a while") {
    RouterNet net(2);
    net.join(0, 1);
    net[0].router->publish(Topic::kConsensus, kVote, net.now());
    net.settle();
    net[0].router->publish(Topic::kConsensus, kVote, net.now());
    net.settle();
    CHECK(net[1].node.messages.size() == 1);
    net.advance(500ms);
    net[0].router->publish(Topic::kConsensus, kVote, net.now());
    net.settle();
    CHECK(net[1].node.messages.size() == 2);
  }
  TEST_CASE("a vote that still waits for a peer is not queued for it again") {
    RouterNet net(2);
    net.join(0, 1);
    CHECK(net[0].router->publish(Topic::kConsensus, kVote, net.now()) == 1);
    const auto waiting = net[0].router->snapshot(net.now()).pending_send_bytes;
    CHECK(net[0].router->publish(Topic::kConsensus, kVote, net.now()) == 1);
    CHECK(net[0].router->snapshot(net.now()).pending_send_bytes == waiting);
    net.settle();
    CHECK(net[1].node.messages.size() == 1);
  }
  TEST_CASE("a transaction that a full queue dropped is offered to the peer again") {
    Limits limits;
    limits.topics[index_of(Topic::kTransactions)].queue_messages_max = 1;
    RouterNet net(2, limits);
    net.join(0, 1);
    CHECK(net[0].router->relay(Topic::kTransactions, Bytes{1}, {}, net.now()) == 1);
    CHECK(net[0].router->relay(Topic::kTransactions, Bytes{2}, {}, net.now()) == 0);
    net.settle();
    CHECK(net[0].router->relay(Topic::kTransactions, Bytes{2}, {}, net.now()) == 1);
    net.settle();
    CHECK(net[1].node.messages.size() == 2);
  }
  TEST_CASE("what a full node could not take is offered again by the next copy") {
    RouterNet net(3);
    net.join_all();
    net[2].node.takes_messages = false;
    net[0].router->publish(Topic::kConsensus, kVote, net.now());
    net.settle();
    net[2].node.takes_messages = true;
    net[1].router->send(net[2].id, Topic::kConsensus, kVote, net.now());
    net.settle();
    CHECK(net[2].node.messages.size() == 1);
    CHECK(net[2].router->snapshot(net.now()).topics[index_of(Topic::kConsensus)].refused_in == 1);
  }
  TEST_CASE("a message after a reconnect is sent again, since the first may be lost") {
    RouterNet net(2);
    const LinkId first = net.join(0, 1);
    net[0].router->publish(Topic::kConsensus, kVote, net.now());
    net[0].router->close(first, LinkEnd::kRemoteClosed);
    net[1].router->close(first, LinkEnd::kRemoteClosed);
    net.join(0, 1);
    CHECK(net[0].router->relay(Topic::kConsensus, kVote, {}, net.now()) == 1);
    net.settle();
    CHECK(net[1].node.messages.size() == 1);
  }
  TEST_CASE("a large message arrives whole") {
    RouterNet net(2);
    net.join(0, 1);
    const Bytes block(3'000'000, 7);
    CHECK(net[0].router->send(net[1].id, Topic::kConsensus, block, net.now()));
    net.settle();
    REQUIRE(net[1].node.messages.size() == 1);
    CHECK(net[1].node.messages[0].bytes == block);
    CHECK(net[0].router->snapshot(net.now()).pending_send_bytes == 0);
  }
  TEST_CASE("an empty or oversized own message goes nowhere and is counted") {
    RouterNet net(2);
    net.join(0, 1);
    const Bytes large((std::size_t{128} << 10U) + 1, 1);
    CHECK(net[0].router->publish(Topic::kTransactions, large, net.now()) == 0);
    CHECK(net[0].router->relay(Topic::kTransactions, large, {}, net.now()) == 0);
    CHECK_FALSE(net[0].router->send(net[1].id, Topic::kTransactions, {}, net.now()));
    const auto snapshot = net[0].router->snapshot(net.now());
    CHECK(snapshot.topics[index_of(Topic::kTransactions)].dropped_out == 3);
  }
  TEST_CASE("nothing goes to a stranger") {
    RouterNet net(2);
    CHECK_FALSE(net[0].router->send(net[1].id, Topic::kConsensus, kVote, net.now()));
    CHECK_FALSE(net[0].router->request(net[1].id, kVote, net.now()).has_value());
    CHECK_FALSE(net[0].router->respond(net[1].id, RequestId{1}, kVote, net.now()));
    CHECK_FALSE(net[0].router->grant_of(net[1].id).has_value());
    CHECK(net[0].router->publish(Topic::kConsensus, kVote, net.now()) == 0);
  }

  TEST_CASE("a sync-only peer gets blocks and nothing else, and what else it sends is ignored") {
    RouterNet net(2);
    net.join(0, 1, Grant::kSyncOnly, Grant::kFull);
    REQUIRE(net[0].node.ups.size() == 1);
    CHECK(net[0].node.ups[0].grant == Grant::kSyncOnly);
    CHECK(net[1].node.ups[0].grant == Grant::kSyncOnly);
    CHECK(net[0].router->publish(Topic::kConsensus, kVote, net.now()) == 0);
    CHECK(net[1].router->publish(Topic::kTransactions, kTxn, net.now()) == 0);
    CHECK(net[0].router->publish(Topic::kBlocks, kVote, net.now()) == 1);
    CHECK(net[0].router->request(net[1].id, kVote, net.now()).has_value());
    net.settle();
    CHECK(net[1].node.messages.size() == 1);
    CHECK(net[1].node.requests.size() == 1);
    CHECK(net[0].offences.empty());
  }
  TEST_CASE("a grant that grows opens the other topics at both ends") {
    RouterNet net(2);
    net.join(0, 1, Grant::kSyncOnly, Grant::kFull);
    net[0].router->set_local_grant(net[1].id, Grant::kFull, net.now());
    net.settle();
    CHECK(net[0].node.ups.back().grant == Grant::kFull);
    CHECK(net[1].node.ups.back().grant == Grant::kFull);
    CHECK(net[1].router->publish(Topic::kConsensus, kVote, net.now()) == 1);
    net.settle();
    CHECK(net[0].node.messages.size() == 1);
  }
  TEST_CASE("a grant that is taken back ends the link") {
    RouterNet net(2);
    net.join(0, 1);
    net[0].router->set_local_grant(net[1].id, Grant::kNone, net.now());
    net.settle();
    REQUIRE(net[0].node.downs.size() == 1);
    CHECK(net[0].node.downs[0].end == LinkEnd::kNotAdmitted);
    CHECK(net[1].node.downs.size() == 1);
    CHECK(net[0].router->peers().empty());
  }

  TEST_CASE("two connections between the same nodes: both ends keep the smaller id's") {
    RouterNet net(2);
    net.join(1, 0);  // the larger id dialled first
    CHECK_FALSE(net[0].router->refusal_for(net[1].id, true, net.now()).has_value());
    net.join(0, 1);
    CHECK(net[0].router->peers().size() == 1);
    CHECK(net[1].router->peers().size() == 1);
    CHECK(net[0].node.downs.back().end == LinkEnd::kReplaced);
    CHECK(net[0].router->refusal_for(net[1].id, false, net.now()) == LinkEnd::kReplaced);
    CHECK(net[1].router->refusal_for(net[0].id, true, net.now()) == LinkEnd::kReplaced);
    // A restarted peer dials again before its old link has timed out here.
    CHECK_FALSE(net[1].router->refusal_for(net[0].id, false, net.now()).has_value());
    CHECK(net[0].router->publish(Topic::kConsensus, kVote, net.now()) == 1);
    net.settle();
    CHECK(net[1].node.messages.size() == 1);
  }
  TEST_CASE(
      "a peer that vanished without closing is let in again before its old link is given up") {
    RouterNet net(2);
    // The smaller id dialled: its link is the one that would stay.
    net.join(0, 1);
    CHECK(net[0].router->refusal_for(net[1].id, false, net.now()) == LinkEnd::kReplaced);
    net.advance(10s);
    CHECK_FALSE(net[0].router->refusal_for(net[1].id, false, net.now()).has_value());
    net.join(1, 0);
    CHECK(net[0].node.downs.back().end == LinkEnd::kReplaced);
    CHECK(net[0].router->peers().size() == 1);
    net.settle();
    CHECK(net[0].router->publish(Topic::kConsensus, kVote, net.now()) == 1);
  }
  TEST_CASE("a node that opens links without end is refused, and others are not") {
    RouterNet net(3);
    std::size_t opened = 0;
    for (std::uint64_t i = 0; i < 100; ++i) {
      const Link link{LinkId{1'000 + i}, net[1].id, true, Grant::kFull, Grant::kFull, {}};
      if (!net[0].router->open(link, net.now())) ++opened;
    }
    CHECK(opened == 20);
    CHECK(net[0].router->refusal_for(net[1].id, true, net.now()) == LinkEnd::kTooOften);
    CHECK_FALSE(net[0].router->refusal_for(net[2].id, true, net.now()).has_value());
    net.advance(2s);
    CHECK_FALSE(net[0].router->refusal_for(net[1].id, true, net.now()).has_value());
  }
  TEST_CASE("the number of peers is bounded") {
    Limits limits;
    limits.peers_max = 2;
    RouterNet net(4, limits);
    net.join(0, 1);
    net.join(0, 2);
    CHECK(net[0].router->refusal_for(net[3].id, true, net.now()) == LinkEnd::kNoRoom);
    const Link link{LinkId{99}, net[3].id, true, Grant::kFull, Grant::kFull, {}};
    CHECK(net[0].router->open(link, net.now()) == LinkEnd::kNoRoom);
    Link unwanted = link;
    unwanted.local_grant = Grant::kNone;
    CHECK(net[0].router->open(unwanted, net.now()) == LinkEnd::kNotAdmitted);
  }
  TEST_CASE("the snapshot counts what went in and out") {
    RouterNet net(2);
    net.join(0, 1);
    net[0].router->publish(Topic::kConsensus, kVote, net.now());
    net.settle();
    net[0].router->publish(Topic::kConsensus, kVote, net.now());
    net.settle();
    net.advance(1s);
    const auto sender = net[0].router->snapshot(net.now());
    const auto receiver = net[1].router->snapshot(net.now());
    REQUIRE(sender.peers.size() == 1);
    CHECK(sender.peers[0].id == net[1].id);
    CHECK(sender.peers[0].dialled_by_us);
    CHECK(sender.peers[0].age == 1s);
    CHECK(sender.peers[0].topics[0].messages_out == 2);
    CHECK(sender.peers[0].topics[0].bytes_out == 6);
    CHECK(receiver.peers[0].topics[0].messages_in == 2);
    CHECK(receiver.topics[0].bytes_in == 6);
    CHECK(receiver.topics[0].duplicates_in == 1);
  }
  TEST_CASE("the same calls give the same frames") {
    const auto trace = [] {
      RouterNet net(4);
      net.join_all();
      for (std::uint8_t i = 0; i < 50; ++i) {
        const Bytes bytes(std::size_t{i} * 100 + 1, i);
        net[i % 4].router->publish(i % 2 == 0 ? Topic::kConsensus : Topic::kTransactions, bytes,
                                   net.now());
        if (i % 5 == 0) net.advance(10ms);
      }
      net.settle();
      std::vector<MessageId> ids;
      for (std::size_t i = 0; i < 4; ++i) {
        for (const auto& message : net[i].node.messages) ids.push_back(message.id);
      }
      return ids;
    };
    CHECK(trace() == trace());
  }
}

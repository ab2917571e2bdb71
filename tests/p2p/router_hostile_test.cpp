// One test for each way a peer can misbehave: it is named, scored and dropped, memory stays bounded
// and the others keep their pace.
#include "base/rlp.hpp"
#include "p2p/gossip/frame.hpp"
#include "tests/testkit/p2p/router_net.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::p2p;
using namespace datapact::p2p::test;
using namespace std::chrono_literals;

namespace {

const Bytes kVote{1, 2, 3};

Bytes frame_of(const Entry& entry) {
  return rlp::Encoder{}.list(ByteView{encode_entry(entry)}).take();
}

/// Node 0 is honest, node 1 is its hostile peer, node 2 its honest one.
struct Hostile : RouterNet {
  LinkId link;
  explicit Hostile(const Limits& limits = {}) : RouterNet(3, limits) {
    link = join(0, 1);
    join(0, 2);
  }
  void inject_entry(const Entry& entry) { inject(0, link, frame_of(entry)); }
  void check_dropped_for(Offence offence) {
    REQUIRE((*this)[0].offences.size() == 1);
    CHECK((*this)[0].offences[0].peer == (*this)[1].id);
    CHECK((*this)[0].offences[0].offence == offence);
    CHECK((*this)[0].node.downs.size() == 1);
    check_others_live();
  }
  void check_others_live() {
    CHECK((*this)[0].router->peers() == std::vector<NodeId>{(*this)[2].id});
    const auto before = (*this)[2].node.messages.size();
    CHECK((*this)[0].router->publish(Topic::kConsensus, kVote, now()) == 1);
    settle();
    CHECK((*this)[2].node.messages.size() == before + 1);
    CHECK((*this)[0].router->snapshot(now()).pending_send_bytes == 0);
  }
};

}  // namespace

TEST_SUITE("p2p/router against hostile peers") {
  TEST_CASE("garbage costs the link, and the second time a ban") {
    Hostile net;
    net.inject(0, net.link, Bytes{0xde, 0xad, 0xbe, 0xef});
    net.check_dropped_for(Offence::kGarbage);
    net.link = net.join(0, 1);
    net.inject(0, net.link, Bytes{});
    CHECK(net[0].offences.back().is_banned);
    CHECK(net[0].node.downs.back().end == LinkEnd::kBanned);
    CHECK(net[0].router->refusal_for(net[1].id, false, net.now()) == LinkEnd::kBanned);
    CHECK(net[0].router->snapshot(net.now()).bans.size() == 1);
    net.advance(60s);
    CHECK_FALSE(net[0].router->refusal_for(net[1].id, false, net.now()).has_value());
  }
  TEST_CASE("an oversize frame costs the link") {
    Hostile net;
    net.inject(0, net.link, Bytes(kFrameBytesMax + 1, 0));
    net.check_dropped_for(Offence::kOversize);
  }
  TEST_CASE("an oversize message costs the link") {
    Limits limits;
    limits.topics[index_of(Topic::kTransactions)].message_bytes_max = 10;
    Hostile net(limits);
    const Bytes large(11, 1);
    net.inject_entry({EntryKind::kMessage, Topic::kTransactions, 0, large});
    net.check_dropped_for(Offence::kOversize);
  }
  TEST_CASE("a message in parts that announces too much costs the link at once") {
    Hostile net;
    net.inject_entry({EntryKind::kFirstPart, Topic::kBlocks, std::uint64_t{1} << 40U, kVote});
    net.check_dropped_for(Offence::kOversize);
  }
  TEST_CASE("parts without end cost the link") {
    Hostile net;
    net.inject_entry({EntryKind::kFirstPart, Topic::kBlocks, 4, kVote});
    net.inject_entry({EntryKind::kNextPart, Topic::kBlocks, 0, kVote});
    net.check_dropped_for(Offence::kEndlessFrames);
  }
  TEST_CASE("empty parts, which never end, cost the link") {
    Hostile net;
    net.inject_entry({EntryKind::kFirstPart, Topic::kBlocks, 4, kVote});
    net.inject_entry({EntryKind::kNextPart, Topic::kBlocks, 0, {}});
    net.check_dropped_for(Offence::kEndlessFrames);
  }
  TEST_CASE("a message that is never finished costs the link") {
    Hostile net;
    net.inject_entry({EntryKind::kFirstPart, Topic::kBlocks, 100, kVote});
    net.advance(29s);
    CHECK(net[0].offences.empty());
    net.advance(1s);
    net.check_dropped_for(Offence::kEndlessFrames);
  }
  TEST_CASE("parts out of place cost the link") {
    Hostile net;
    net.inject_entry({EntryKind::kNextPart, Topic::kBlocks, 0, kVote});
    net.check_dropped_for(Offence::kProtocol);
  }
  TEST_CASE("an entry between the parts of one before costs the link") {
    Hostile net;
    net.inject_entry({EntryKind::kFirstPart, Topic::kConsensus, 100, kVote});
    net.inject_entry({EntryKind::kMessage, Topic::kConsensus, 0, kVote});
    net.check_dropped_for(Offence::kProtocol);
  }
  TEST_CASE("parts within parts, or of another topic, cost the link") {
    Hostile net;
    const Bytes inner = encode_entry({EntryKind::kFirstPart, Topic::kBlocks, 100, kVote});
    net.inject_entry({EntryKind::kFirstPart, Topic::kBlocks, inner.size(), inner});
    net.check_dropped_for(Offence::kGarbage);
    net.link = net.join(0, 1);
    const Bytes other = encode_entry({EntryKind::kMessage, Topic::kConsensus, 0, kVote});
    net.inject_entry({EntryKind::kFirstPart, Topic::kBlocks, other.size(), other});
    CHECK(net[0].offences.back().offence == Offence::kGarbage);
    CHECK(net[0].node.messages.empty());
  }
  TEST_CASE("an empty message costs the link") {
    Hostile net;
    net.inject_entry({EntryKind::kMessage, Topic::kConsensus, 0, {}});
    net.check_dropped_for(Offence::kProtocol);
  }
  TEST_CASE("half-sent messages of many peers stay within one bound") {
    Limits limits;
    limits.assembly_bytes_total_max = 250'000;
    RouterNet net(5, limits);
    const Bytes part(100'000, 1);
    for (std::size_t i = 1; i < 5; ++i) {
      const LinkId link = net.join(0, i);
      net.inject(0, link, frame_of({EntryKind::kFirstPart, Topic::kBlocks, 1'000'000, part}));
    }
    // The first two are served on; those for whom memory is short are let go without blame.
    CHECK(net[0].router->peers() == std::vector<NodeId>{net[1].id, net[2].id});
    CHECK(net[0].offences.empty());
    CHECK(net[0].node.downs[0].end == LinkEnd::kNoRoom);
  }
  TEST_CASE("memory of half-sent messages is free again when their peer goes") {
    Limits limits;
    limits.assembly_bytes_total_max = 150'000;
    RouterNet net(2, limits);
    const Bytes part(100'000, 1);
    for (int i = 0; i < 5; ++i) {
      const LinkId link = net.join(0, 1);
      net.inject(0, link, frame_of({EntryKind::kFirstPart, Topic::kBlocks, 1'000'000, part}));
      CHECK(net[0].router->peers().size() == 1);
      net[0].router->close(link, LinkEnd::kRemoteClosed);
      net[1].router->close(link, LinkEnd::kRemoteClosed);
    }
  }
  TEST_CASE("a peer that answers what nobody asked is scored") {
    Hostile net;
    for (int i = 0; i < 5; ++i) {
      net.inject_entry({EntryKind::kResponse, Topic::kBlocks, 1'000, kVote});
    }
    CHECK(net[0].node.responses.empty());
    CHECK(net[0].offences.size() == 5);
    CHECK(net[0].offences.back().is_banned);
    net.check_others_live();
  }
  TEST_CASE("requests without measure are answered with busy and scored") {
    Hostile net;
    net.stop_reading(net.link, 0);
    for (std::uint64_t i = 0; i < 33; ++i) {
      net.inject_entry({EntryKind::kRequest, Topic::kBlocks, i, kVote});
    }
    CHECK(net[0].node.requests.size() == 32);
    REQUIRE(net[0].offences.size() == 1);
    CHECK(net[0].offences[0].offence == Offence::kTooManyRequests);
    for (std::uint64_t i = 33; i < 60; ++i) {
      net.inject_entry({EntryKind::kRequest, Topic::kBlocks, i, kVote});
    }
    CHECK(net[0].offences.back().is_banned);
    net.check_others_live();
  }
  TEST_CASE("a request that uses an id twice costs the link") {
    Hostile net;
    net.inject_entry({EntryKind::kRequest, Topic::kBlocks, 1, kVote});
    net.inject_entry({EntryKind::kRequest, Topic::kBlocks, 1, kVote});
    net.check_dropped_for(Offence::kProtocol);
  }
  TEST_CASE("a slow reader loses gossip first, then the link, and no other peer waits") {
    Limits limits;
    limits.topics[index_of(Topic::kTransactions)].queue_messages_max = 10;
    limits.topics[index_of(Topic::kConsensus)].queue_messages_max = 50;
    Hostile net(limits);
    net.stop_reading(net.link, 0);
    std::size_t taken = 0;
    for (std::uint8_t i = 0; i < 20; ++i) {
      taken += net[0].router->publish(Topic::kTransactions, Bytes{i}, net.now());
      net.settle();
    }
    CHECK(net[2].node.messages.size() == 20);
    // One is in the frame that is being written, ten wait, the others are dropped.
    CHECK(taken == 20 + 11);
    CHECK(net[0].offences.empty());
    for (std::uint8_t i = 0; i < 51; ++i) {
      net[0].router->publish(Topic::kConsensus, Bytes{i}, net.now());
      net.settle();
    }
    CHECK(net[2].node.messages.size() == 20 + 51);
    net.check_dropped_for(Offence::kSlowReader);
  }
  TEST_CASE("a peer that stops reading is dropped after a while even when little is sent") {
    Hostile net;
    net.stop_reading(net.link, 0);
    net[0].router->publish(Topic::kConsensus, kVote, net.now());
    net.settle();
    net.advance(9s);
    CHECK(net[0].offences.empty());
    net.advance(1s);
    net.check_dropped_for(Offence::kSlowReader);
  }
  TEST_CASE("queues together stay within one bound, and consensus passes it") {
    Limits limits;
    limits.queue_bytes_total_max = 1'000;
    Hostile net(limits);
    net.stop_reading(net.link, 0);
    net[0].router->send(net[1].id, Topic::kTransactions, kVote, net.now());
    net.settle();
    CHECK(net[0].router->send(net[1].id, Topic::kTransactions, Bytes(900, 1), net.now()));
    CHECK_FALSE(net[0].router->send(net[1].id, Topic::kTransactions, Bytes(900, 2), net.now()));
    CHECK_FALSE(net[0].router->send(net[2].id, Topic::kBlocks, Bytes(900, 3), net.now()));
    CHECK(net[0].router->send(net[1].id, Topic::kConsensus, Bytes(900, 4), net.now()));
  }
  TEST_CASE("a flood is read more slowly") {
    Limits limits;
    limits.read_bytes_per_second = 1'000;
    limits.read_bytes_burst = 1'000;
    Hostile net(limits);
    const Bytes frame = frame_of({EntryKind::kMessage, Topic::kTransactions, 0, Bytes(500, 1)});
    CHECK(net[0].router->receive(net.link, frame, net.now()) == 0s);
    CHECK(net[0].router->receive(net.link, frame, net.now()) > 500ms);
  }
  TEST_CASE("a peer that changes its grant without end costs the link, and the node hears little") {
    Hostile net;
    const auto before = net[0].node.ups.size();
    for (std::uint64_t i = 0; i < 100; ++i) {
      net.inject_entry({.kind = EntryKind::kGrant,
                        .topic = Topic::kConsensus,
                        .number = 1 + i % 2,
                        .bytes = {}});
    }
    net.check_dropped_for(Offence::kProtocol);
    CHECK(net[0].node.ups.size() - before <= 4);
  }
  TEST_CASE("a peer whose grant changes now and then keeps its link") {
    Hostile net;
    for (std::uint64_t i = 0; i < 20; ++i) {
      net[1].router->set_local_grant(net[0].id, i % 2 == 0 ? Grant::kSyncOnly : Grant::kFull,
                                     net.now());
      net.advance(1s);
    }
    CHECK(net[0].offences.empty());
    CHECK(net[0].router->grant_of(net[1].id) == Grant::kFull);
  }
  TEST_CASE("what the node reports is scored as it says") {
    struct Case {
      Offence offence;
      int times_to_ban;
    };
    for (const Case c : {Case{Offence::kForeignChain, 1}, Case{Offence::kInvalidBlock, 1},
                         Case{Offence::kForgedSignature, 2}, Case{Offence::kInvalidMessage, 5},
                         Case{Offence::kStaleMessage, 100}}) {
      CAPTURE(to_string(c.offence));
      Hostile net;
      for (int i = 0; i < c.times_to_ban; ++i) {
        CHECK(net[0].router->peers().size() == 2);
        net[0].router->report(net[1].id, c.offence, net.now());
      }
      net.settle();
      CHECK(net[0].offences.back().is_banned);
      net.check_others_live();
    }
  }
  TEST_CASE("the seen caches do not grow with what is sent") {
    Limits limits;
    limits.topics[index_of(Topic::kTransactions)].seen_max = 4;
    Hostile net(limits);
    for (std::uint8_t i = 0; i < 100; ++i) {
      net.inject_entry({EntryKind::kMessage, Topic::kTransactions, 0, Bytes{i}});
    }
    CHECK(net[0].node.messages.size() == 100);
    net.inject_entry({EntryKind::kMessage, Topic::kTransactions, 0, Bytes{99}});
    CHECK(net[0].node.messages.size() == 100);
    net.inject_entry({EntryKind::kMessage, Topic::kTransactions, 0, Bytes{1}});
    CHECK(net[0].node.messages.size() == 101);
  }
}

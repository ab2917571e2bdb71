#include "node/body_shelf.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::node;

namespace {

const p2p::NodeId kFirstPeer{{1}};
const p2p::NodeId kSecondPeer{{2}};
constexpr Round kRoundZero{0};

}  // namespace

TEST_SUITE("node/body_shelf") {
  TEST_CASE("a list is found by who sent it and by its height and round") {
    BodyShelf shelf;
    shelf.put(kFirstPeer, Height{4}, kRoundZero, Bytes{1});
    CHECK(shelf.find(kFirstPeer, Height{4}, kRoundZero) == Bytes{1});
    CHECK_FALSE(shelf.find(kSecondPeer, Height{4}, kRoundZero).has_value());
    CHECK_FALSE(shelf.find(kFirstPeer, Height{5}, kRoundZero).has_value());
    CHECK_FALSE(shelf.find(kFirstPeer, Height{4}, Round{1}).has_value());
  }
  TEST_CASE("the later list counts: a process that came back may have built another block") {
    BodyShelf shelf;
    shelf.put(kFirstPeer, Height{4}, kRoundZero, Bytes{1});
    shelf.put(kFirstPeer, Height{4}, kRoundZero, Bytes{2});
    CHECK(shelf.find(kFirstPeer, Height{4}, kRoundZero) == Bytes{2});
  }
  TEST_CASE("a peer has two lists here, and pushes out its own alone") {
    BodyShelf shelf;
    shelf.put(kSecondPeer, Height{1}, kRoundZero, Bytes{9});
    for (std::uint8_t i = 1; i <= 3; ++i) shelf.put(kFirstPeer, Height{i}, kRoundZero, Bytes{i});
    CHECK_FALSE(shelf.find(kFirstPeer, Height{1}, kRoundZero).has_value());
    CHECK(shelf.find(kFirstPeer, Height{2}, kRoundZero).has_value());
    CHECK(shelf.find(kFirstPeer, Height{3}, kRoundZero).has_value());
    CHECK(shelf.find(kSecondPeer, Height{1}, kRoundZero).has_value());
  }
  TEST_CASE("lists of decided heights and of peers that are gone are forgotten") {
    BodyShelf shelf;
    shelf.put(kFirstPeer, Height{4}, Round{3}, Bytes{1});
    shelf.put(kFirstPeer, Height{5}, kRoundZero, Bytes{2});
    shelf.put(kSecondPeer, Height{5}, kRoundZero, Bytes{3});
    shelf.forget_below(Height{5});
    CHECK_FALSE(shelf.find(kFirstPeer, Height{4}, Round{3}).has_value());
    CHECK(shelf.find(kFirstPeer, Height{5}, kRoundZero).has_value());
    shelf.peer_gone(kFirstPeer);
    CHECK_FALSE(shelf.find(kFirstPeer, Height{5}, kRoundZero).has_value());
    CHECK(shelf.find(kSecondPeer, Height{5}, kRoundZero).has_value());
  }
}

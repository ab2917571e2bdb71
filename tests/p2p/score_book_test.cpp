#include "p2p/gossip/score_book.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::p2p;
using namespace std::chrono_literals;

namespace {
NodeId node(std::uint8_t number) {
  NodeId id;
  id.raw()[0] = number;
  return id;
}
ScoreBook make_book() { return ScoreBook({1min, 1h, 4}); }
}  // namespace

TEST_SUITE("p2p/score_book") {
  TEST_CASE("every offence has a name and costs something") {
    for (std::size_t i = 0; i < kOffences; ++i) {
      const auto& rule = rule_of(static_cast<Offence>(i));
      CHECK_FALSE(rule.name.empty());
      CHECK(rule.points > 0);
    }
  }
  TEST_CASE("points add up to a ban") {
    auto book = make_book();
    CHECK_FALSE(book.add(node(1), Offence::kGarbage, 0s));
    CHECK(book.points(node(1), 0s) == 50);
    CHECK_FALSE(book.is_banned(node(1), 0s));
    CHECK(book.add(node(1), Offence::kGarbage, 0s));
    CHECK(book.is_banned(node(1), 0s));
    CHECK(book.is_banned(node(1), 59s));
    CHECK_FALSE(book.is_banned(node(1), 60s));
    CHECK_FALSE(book.is_banned(node(2), 0s));
  }
  TEST_CASE("a point fades each second") {
    auto book = make_book();
    CHECK_FALSE(book.add(node(1), Offence::kInvalidMessage, 0s));
    CHECK(book.points(node(1), 5s) == 15);
    CHECK(book.points(node(1), 1h) == 0);
    CHECK_FALSE(book.add(node(1), Offence::kInvalidMessage, 10s));
    CHECK(book.points(node(1), 10s) == 30);
  }
  TEST_CASE("each ban is twice as long, up to the limit, and a long calm is rewarded") {
    auto book = make_book();
    std::chrono::nanoseconds now = 0s;
    for (const auto length : {1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min}) {
      CHECK(book.add(node(1), Offence::kInvalidBlock, now));
      CHECK(book.is_banned(node(1), now + length - 1s));
      CHECK_FALSE(book.is_banned(node(1), now + length));
      now += length;
    }
    now += 1h + 1s;
    CHECK(book.add(node(1), Offence::kInvalidBlock, now));
    CHECK_FALSE(book.is_banned(node(1), now + 1min));
  }
  TEST_CASE("bans are listed with their cause and what is left of them") {
    auto book = make_book();
    CHECK(book.add(node(1), Offence::kForeignChain, 0s));
    const auto bans = book.bans(20s);
    REQUIRE(bans.size() == 1);
    CHECK(bans[0].id == node(1));
    CHECK(bans[0].last == Offence::kForeignChain);
    CHECK(bans[0].left == 40s);
    CHECK(book.bans(60s).empty());
  }
  TEST_CASE("the book is bounded, and a banned node is forgotten last") {
    auto book = make_book();
    CHECK(book.add(node(1), Offence::kInvalidBlock, 0s));
    for (std::uint8_t i = 2; i < 20; ++i) {
      CHECK_FALSE(book.add(node(i), Offence::kStaleMessage, std::chrono::seconds{i}));
    }
    CHECK(book.size() == 4);
    CHECK(book.is_banned(node(1), 20s));
  }
}

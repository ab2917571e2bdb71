#include "p2p/gossip/dial_book.hpp"

#include "base/prng.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::p2p;
using namespace std::chrono_literals;

namespace {
PeerAddress peer(std::uint8_t number, std::uint16_t port = 1) {
  PeerAddress out{.id = {}, .host = "127.0.0.1", .port = port};
  out.id.raw()[0] = number;
  return out;
}
struct Book {
  Prng random{1};
  DialBook book{{250ms, 30s}, random};
};
}  // namespace

TEST_SUITE("p2p/dial_book") {
  TEST_CASE("a configured peer is due at once and not again while it is dialled") {
    Book b;
    b.book.set_peers({peer(1), peer(2)}, 0s);
    CHECK(b.book.take_due(0s) == std::vector<PeerAddress>{peer(1), peer(2)});
    CHECK(b.book.take_due(1h).empty());
  }
  TEST_CASE("each failure doubles the delay up to its bound, within half of jitter") {
    Book b;
    b.book.set_peers({peer(1)}, 0s);
    std::chrono::nanoseconds now = 0s;
    std::chrono::nanoseconds delay = 250ms;
    for (int i = 0; i < 12; ++i) {
      CAPTURE(i);
      REQUIRE(b.book.take_due(now).size() == 1);
      b.book.dial_failed(peer(1).id, now);
      CHECK(b.book.take_due(now + delay / 2 - 1ns).empty());
      now += delay;
      delay = std::min<std::chrono::nanoseconds>(delay * 2, 30s);
    }
    CHECK(delay == 30s);
  }
  TEST_CASE("two books with different randomness do not dial at the same moment") {
    const auto due = [](std::uint64_t seed) {
      Prng random{seed};
      DialBook book({250ms, 30s}, random);
      book.set_peers({peer(1)}, 0s);
      (void)book.take_due(0s);
      book.dial_failed(peer(1).id, 0s);
      std::chrono::nanoseconds now = 0s;
      while (book.take_due(now).empty()) now += 1us;
      return now;
    };
    CHECK(due(1) != due(2));
    CHECK(due(1) == due(1));
  }
  TEST_CASE("a peer that dialled us is not dialled, and is again when it leaves") {
    Book b;
    b.book.set_peers({peer(1)}, 0s);
    CHECK(b.book.take_due(0s).size() == 1);
    b.book.connected(peer(1).id, 0s);
    b.book.dial_failed(peer(1).id, 0s);  // the second connection was refused
    CHECK(b.book.take_due(1h).empty());
    b.book.disconnected(peer(1).id, 1h);
    CHECK(b.book.take_due(1h).empty());
    CHECK(b.book.take_due(1h + 250ms).size() == 1);
  }
  TEST_CASE("a connection that breaks soon counts as a failure, one that lasted does not") {
    Book b;
    b.book.set_peers({peer(1)}, 0s);
    std::chrono::nanoseconds now = 0s;
    for (int i = 0; i < 6; ++i) {
      REQUIRE(b.book.take_due(now).size() == 1);
      b.book.connected(peer(1).id, now);
      now += 1s;
      b.book.disconnected(peer(1).id, now);
      now += 30s;
    }
    REQUIRE(b.book.take_due(now).size() == 1);
    b.book.connected(peer(1).id, now);
    b.book.disconnected(peer(1).id, now + 1s);
    CHECK(b.book.take_due(now + 1s + 7s).empty());
    REQUIRE(b.book.take_due(now + 1min).size() == 1);
    b.book.connected(peer(1).id, now + 1min);
    b.book.disconnected(peer(1).id, now + 2min);
    CHECK(b.book.take_due(now + 2min + 250ms).size() == 1);
  }
  TEST_CASE("replacing the peers keeps those that stay") {
    Book b;
    b.book.set_peers({peer(1), peer(2)}, 0s);
    (void)b.book.take_due(0s);
    b.book.connected(peer(1).id, 0s);
    b.book.dial_failed(peer(2).id, 0s);
    b.book.set_peers({peer(1), peer(2, 99), peer(3)}, 1ms);
    CHECK(b.book.is_configured(peer(3).id));
    CHECK_FALSE(b.book.is_configured(peer(4).id));
    // A new port is worth an attempt at once.
    CHECK(b.book.take_due(1ms) == std::vector<PeerAddress>{peer(2, 99), peer(3)});
  }
  TEST_CASE("others than the configured peers are ignored") {
    Book b;
    b.book.connected(peer(1).id, 0s);
    b.book.disconnected(peer(1).id, 0s);
    b.book.dial_failed(peer(1).id, 0s);
    CHECK(b.book.take_due(1h).empty());
  }
}

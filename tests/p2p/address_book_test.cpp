#include "p2p/gossip/address_book.hpp"

#include <doctest/doctest.h>

using namespace datapact::p2p;
using namespace std::chrono_literals;

namespace {
AddressBook make_book(std::size_t addresses_max = 10) {
  return AddressBook({.handshakes_max = 3,
                      .connections_per_address_max = 2,
                      .addresses_max = addresses_max,
                      .failures = {1, 2}});
}
}  // namespace

TEST_SUITE("p2p/address_book") {
  TEST_CASE("connections of one address are bounded, and free again when they end") {
    auto book = make_book();
    CHECK(book.enter("a", 0s));
    CHECK(book.enter("a", 0s));
    CHECK_FALSE(book.enter("a", 0s));
    CHECK(book.enter("b", 0s));
    book.handshake_done("a", true, 0s);
    CHECK_FALSE(book.enter("a", 0s));
    book.leave("a");
    CHECK(book.enter("a", 0s));
  }
  TEST_CASE("handshakes at once are bounded over all addresses") {
    auto book = make_book();
    for (const std::string address : {"a", "b", "c"}) CHECK(book.enter(address, 0s));
    CHECK_FALSE(book.enter("d", 0s));
    book.handshake_done("a", true, 0s);
    CHECK(book.handshakes() == 2);
    CHECK(book.enter("d", 0s));
  }
  TEST_CASE("an address whose handshakes fail too often waits outside") {
    auto book = make_book();
    for (int i = 0; i < 2; ++i) {
      REQUIRE(book.enter("a", 0s));
      book.handshake_done("a", false, 0s);
      book.leave("a");
    }
    CHECK_FALSE(book.enter("a", 0s));
    CHECK(book.enter("b", 0s));
    CHECK(book.enter("a", 1s));
  }
  TEST_CASE("addresses are bounded, and calm ones make room") {
    auto book = make_book(2);
    REQUIRE(book.enter("a", 0s));
    book.handshake_done("a", false, 0s);
    book.leave("a");
    REQUIRE(book.enter("b", 0s));
    CHECK_FALSE(book.enter("c", 0s));
    CHECK(book.enter("c", 2s));
    CHECK(book.size() == 2);
  }
}

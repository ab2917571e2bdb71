#include "p2p/gossip/address_book.hpp"

#include <doctest/doctest.h>

using namespace datapact::p2p;
using namespace std::chrono_literals;

namespace {
AddressBook make_book(std::size_t addresses_max = 10) {
  return AddressBook({.handshakes_max = 3,
                      .handshakes_kept = 0,
                      .handshakes_per_address_max = 2,
                      .connections_per_address_max = 2,
                      .addresses_max = addresses_max,
                      .failures = {1, 2}});
}
}  // namespace

TEST_SUITE("p2p/address_book") {
  TEST_CASE("connections of one address are bounded, and free again when they end") {
    auto book = make_book();
    CHECK(book.enter("a", false, 0s));
    CHECK(book.enter("a", false, 0s));
    CHECK_FALSE(book.enter("a", false, 0s));
    CHECK(book.enter("b", false, 0s));
    book.handshake_done("a", true, 0s);
    CHECK_FALSE(book.enter("a", false, 0s));
    book.leave("a");
    CHECK(book.enter("a", false, 0s));
  }
  TEST_CASE("handshakes at once are bounded over all addresses") {
    auto book = make_book();
    for (const std::string address : {"a", "b", "c"}) CHECK(book.enter(address, false, 0s));
    CHECK_FALSE(book.enter("d", false, 0s));
    book.handshake_done("a", true, 0s);
    CHECK(book.handshakes() == 2);
    CHECK(book.enter("d", false, 0s));
  }
  TEST_CASE("a few addresses do not keep the configured peers from shaking hands") {
    AddressBook book({.handshakes_max = 8,
                      .handshakes_kept = 4,
                      .handshakes_per_address_max = 3,
                      .connections_per_address_max = 8,
                      .addresses_max = 10,
                      .failures = {1, 2}});
    for (int i = 0; i < 3; ++i) CHECK(book.enter("a", false, 0s));
    CHECK_FALSE(book.enter("a", false, 0s));
    CHECK(book.enter("b", false, 0s));
    // Half of the places are left, for those alone whom this node itself would dial.
    CHECK_FALSE(book.enter("c", false, 0s));
    for (int i = 0; i < 4; ++i) CHECK(book.enter("peer", true, 0s));
    CHECK_FALSE(book.enter("peer", true, 0s));
    // What is done no longer counts against its address.
    book.handshake_done("a", true, 0s);
    book.handshake_done("peer", true, 0s);
    CHECK(book.enter("peer", true, 0s));
  }
  TEST_CASE("an address whose handshakes fail too often waits outside") {
    auto book = make_book();
    for (int i = 0; i < 2; ++i) {
      REQUIRE(book.enter("a", false, 0s));
      book.handshake_done("a", false, 0s);
      book.leave("a");
    }
    CHECK_FALSE(book.enter("a", false, 0s));
    CHECK(book.enter("b", false, 0s));
    CHECK(book.enter("a", false, 1s));
  }
  TEST_CASE("addresses are bounded, and calm ones make room") {
    auto book = make_book(2);
    REQUIRE(book.enter("a", false, 0s));
    book.handshake_done("a", false, 0s);
    book.leave("a");
    REQUIRE(book.enter("b", false, 0s));
    CHECK_FALSE(book.enter("c", false, 0s));
    CHECK(book.enter("c", false, 2s));
    CHECK(book.size() == 2);
  }
}

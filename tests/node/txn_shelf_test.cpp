#include "node/txn_shelf.hpp"

#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::node;

namespace {

chain::TxnPtr shelf_txn(std::uint64_t nonce) { return testkit::signed_txn({.nonce = nonce}); }

}  // namespace

TEST_SUITE("node/txn_shelf") {
  TEST_CASE("a transaction is found by its hash, and another one is not") {
    TxnShelf shelf({2, 100});
    const auto one = shelf_txn(1);
    shelf.add(one, 40);
    CHECK(shelf.find(one->hash()) == one);
    CHECK(shelf.find(shelf_txn(2)->hash()) == nullptr);
  }
  TEST_CASE("the oldest go when there are too many or too much") {
    TxnShelf shelf({2, 100});
    const std::vector txns{shelf_txn(1), shelf_txn(2), shelf_txn(3)};
    for (const auto& each : txns) shelf.add(each, 40);
    CHECK(shelf.find(txns[0]->hash()) == nullptr);
    CHECK(shelf.find(txns[1]->hash()) != nullptr);
    shelf.add(shelf_txn(4), 90);
    CHECK(shelf.find(txns[2]->hash()) == nullptr);
  }
  TEST_CASE("one that is added again keeps its place and is counted once") {
    TxnShelf shelf({2, 100});
    const auto one = shelf_txn(1);
    for (int i = 0; i < 5; ++i) shelf.add(one, 40);
    const auto two = shelf_txn(2);
    shelf.add(two, 40);
    CHECK(shelf.find(one->hash()) == one);
    shelf.add(shelf_txn(3), 40);
    CHECK(shelf.find(one->hash()) == nullptr);
    CHECK(shelf.find(two->hash()) == two);
  }
}

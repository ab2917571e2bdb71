#include "node/sender_cache.hpp"

#include "ledger/chain/transaction.hpp"

#include <doctest/doctest.h>

#include <cstdint>

using namespace datapact;
using namespace datapact::node;

namespace {

chain::RecoveredTxn txn_no(std::uint64_t nonce) {
  chain::Transaction txn;
  txn.nonce = Nonce{nonce};
  return chain::RecoveredTxn::assume_sender(std::move(txn), to_address(uint256{100 + nonce}));
}

}  // namespace

TEST_SUITE("node/sender_cache") {
  TEST_CASE("a full cache forgets the oldest transaction first") {
    SenderCache cache(2);
    for (const std::uint64_t nonce : {0U, 1U, 2U, 3U, 4U}) {
      cache.remember(txn_no(nonce));
      CHECK(cache.sender_of(txn_no(nonce).hash()) == txn_no(nonce).sender());
      if (nonce > 0) CHECK(cache.sender_of(txn_no(nonce - 1).hash()).has_value());
      if (nonce > 1) CHECK_FALSE(cache.sender_of(txn_no(nonce - 2).hash()).has_value());
    }
  }

  TEST_CASE("what is told twice takes one place") {
    SenderCache cache(2);
    for (const std::uint64_t nonce : {0U, 1U, 1U, 1U}) cache.remember(txn_no(nonce));
    CHECK(cache.sender_of(txn_no(0).hash()).has_value());
  }

  TEST_CASE("a cache without places remembers nothing") {
    SenderCache cache(0);
    cache.remember(txn_no(0));
    CHECK_FALSE(cache.sender_of(txn_no(0).hash()).has_value());
  }
}

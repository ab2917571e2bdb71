#include "p2p/gossip/token_bucket.hpp"

#include <doctest/doctest.h>

using namespace datapact::p2p;
using namespace std::chrono_literals;

TEST_SUITE("p2p/token_bucket") {
  TEST_CASE("a burst at once, then the rate") {
    TokenBucket bucket({1'000, 5'000}, 0s);
    CHECK(bucket.take(5'000, 0s));
    CHECK_FALSE(bucket.take(1, 0s));
    CHECK(bucket.take(1'000, 1s));
    CHECK_FALSE(bucket.take(1, 1s));
    CHECK(bucket.level(100h) == 5'000);
  }
  TEST_CASE("a slow rate is not lost to rounding") {
    TokenBucket bucket({1, 10}, 0s);
    CHECK(bucket.take(10, 0s));
    for (int i = 1; i < 1'000; ++i) CHECK(bucket.level(std::chrono::milliseconds{i}) == 0);
    CHECK(bucket.level(1s) == 1);
  }
  TEST_CASE("a clock that stands still or goes back gives nothing") {
    TokenBucket bucket({1'000, 10}, 10s);
    CHECK(bucket.take(10, 10s));
    CHECK(bucket.level(9s) == 0);
    bucket.give_back(100);
    CHECK(bucket.level(9s) == 10);
  }
}

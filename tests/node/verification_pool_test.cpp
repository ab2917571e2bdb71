#include "node/verification_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <string>

using namespace datapact::node;

TEST_SUITE("node/verification_pool") {
  TEST_CASE("a full queue refuses, and stopping runs what was taken") {
    VerificationPool pool(1, 2);
    std::promise<void> started;
    std::promise<void> gate;
    std::atomic<int> ran = 0;
    CHECK(pool.try_post(Lane::kOrdinary, [&] {
      started.set_value();
      gate.get_future().wait();
      ++ran;
    }));
    started.get_future().wait();
    CHECK(pool.try_post(Lane::kOrdinary, [&] { ++ran; }));
    CHECK(pool.try_post(Lane::kOrdinary, [&] { ++ran; }));
    CHECK_FALSE(pool.try_post(Lane::kOrdinary, [&] { ++ran; }));
    gate.set_value();
    pool.stop();
    CHECK(ran == 3);
    CHECK_FALSE(pool.try_post(Lane::kOrdinary, [] {}));
  }
  TEST_CASE("votes go before transactions, and have room of their own") {
    VerificationPool pool(1, 1);
    std::promise<void> started;
    std::promise<void> gate;
    std::string order;
    CHECK(pool.try_post(Lane::kOrdinary, [&] {
      started.set_value();
      gate.get_future().wait();
    }));
    started.get_future().wait();
    CHECK(pool.try_post(Lane::kOrdinary, [&] { order += "txn "; }));
    CHECK(pool.try_post(Lane::kUrgent, [&] { order += "vote "; }));
    CHECK_FALSE(pool.try_post(Lane::kUrgent, [] {}));
    gate.set_value();
    pool.stop();
    CHECK(order == "vote txn ");
  }
}

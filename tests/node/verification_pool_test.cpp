#include "node/verification_pool.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

using namespace datapact::node;

TEST_SUITE("node/verification_pool") {
  TEST_CASE("a full queue refuses, and stopping runs what was taken") {
    VerificationPool pool(1, 2);
    std::promise<void> started;
    std::promise<void> gate;
    std::atomic<int> ran = 0;
    CHECK(pool.try_post([&] {
      started.set_value();
      gate.get_future().wait();
      ++ran;
    }));
    started.get_future().wait();
    CHECK(pool.try_post([&] { ++ran; }));
    CHECK(pool.try_post([&] { ++ran; }));
    CHECK_FALSE(pool.try_post([&] { ++ran; }));
    gate.set_value();
    pool.stop();
    CHECK(ran == 3);
    CHECK_FALSE(pool.try_post([] {}));
  }
}

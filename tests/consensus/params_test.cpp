#include "consensus/params.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::consensus;
using namespace std::chrono_literals;

TEST_SUITE("consensus/params") {
  TEST_CASE("a round's timeout doubles until the cap and stays there") {
    const Timing timing{250ms, 60s, 1s, 30s};
    CHECK(round_timeout(timing, Round{0}) == 1s);
    CHECK(round_timeout(timing, Round{1}) == 2s);
    CHECK(round_timeout(timing, Round{4}) == 16s);
    CHECK(round_timeout(timing, Round{5}) == 30s);
    CHECK(round_timeout(timing, kRoundMax) == 30s);
  }
  TEST_CASE("votes are sent again after half a timeout and at least every five seconds") {
    const Timing timing{250ms, 60s, 1s, 30s};
    CHECK(resend_period(timing, Round{0}) == 500ms);
    CHECK(resend_period(timing, Round{2}) == 2s);
    CHECK(resend_period(timing, Round{9}) == 5s);
  }
  TEST_CASE("the timings are those of genesis") {
    chain::QbftConfig config;
    config.block_period = 100ms;
    config.empty_block_period = 7s;
    config.request_timeout = 3s;
    config.request_timeout_max = 9s;
    const auto timing = timing_of(config);
    CHECK(timing.block_period == 100ms);
    CHECK(timing.empty_block_period == 7s);
    CHECK(timing.request_timeout == 3s);
    CHECK(timing.request_timeout_max == 9s);
  }
}

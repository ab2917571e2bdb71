#include "consensus/clock_watch.hpp"

#include "consensus/params.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::consensus;
using namespace std::chrono_literals;

namespace {

const chain::ValidatorSet kFour{Address{{1}}, Address{{2}}, Address{{3}}, Address{{4}}};

/// What the first of four measures of the other three.
ClockWatch watch(std::initializer_list<std::chrono::milliseconds> ahead,
                 std::chrono::milliseconds uncertainty = 0ms) {
  ClockWatch out;
  std::size_t i = 1;
  for (const auto value : ahead) out.saw({kFour[i++], value, uncertainty});
  return out;
}

}  // namespace

TEST_SUITE("consensus/clock_watch") {
  TEST_CASE("the skew is the median of the other validators") {
    CHECK(watch({30ms, 250ms, 900ms}).ahead(kFour) == 250ms);
    CHECK(watch({-30ms, -250ms, -900ms}).ahead(kFour) == -250ms);
    CHECK(watch({-5ms, 250ms}).ahead(kFour) == 0ms);
  }
  TEST_CASE("one liar among four changes nothing") {
    CHECK(watch({10h, 3ms, 5ms}).level(kFour) == ClockLevel::kGood);
    CHECK(watch({10h}).level(kFour) == ClockLevel::kGood);
    CHECK(watch({10h, 1ms}).level(kFour) == ClockLevel::kGood);
  }
  TEST_CASE("the levels begin at 200 ms and at one second") {
    CHECK(watch({199ms, 199ms, 199ms}).level(kFour) == ClockLevel::kGood);
    CHECK(watch({200ms, 200ms, 200ms}).level(kFour) == ClockLevel::kSkewed);
    CHECK(watch({-999ms, -999ms, -999ms}).level(kFour) == ClockLevel::kSkewed);
    CHECK(watch({-1s, -1s, -1s}).level(kFour) == ClockLevel::kWrong);
  }
  TEST_CASE("a slow link is not taken for a wrong clock") {
    CHECK(watch({3s, 3s, 3s}, 3s).level(kFour) == ClockLevel::kGood);
    CHECK(watch({-3s, -3s, -3s}, 1s).level(kFour) == ClockLevel::kWrong);
  }
  TEST_CASE("a newer sample replaces the older, and a peer that is gone says nothing") {
    auto clock = watch({2s, 2s, 2s});
    clock.saw({kFour[1], 0ms, 0ms});
    clock.saw({kFour[2], 0ms, 0ms});
    CHECK(clock.level(kFour) == ClockLevel::kGood);
    auto gone = watch({2s, 2s, 2s});
    gone.forget(kFour[1]);
    gone.forget(kFour[2]);
    CHECK(gone.ahead(kFour) == 0ms);
    auto left = watch({2s, 2s, 2s});
    left.keep_only({kFour[1]});
    CHECK(left.ahead({kFour[1]}) == 2s);
    CHECK(left.ahead(kFour) == 0ms);
  }
}

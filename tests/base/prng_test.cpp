#include "base/prng.hpp"

#include "base/task_runner.hpp"
#include "base/types.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace datapact {
namespace {

TEST_SUITE("base/prng") {
  TEST_CASE("the same seed gives the same sequence and another seed another one") {
    Prng a{7};
    Prng b{7};
    Prng c{8};
    const std::uint64_t first = a.next();
    CHECK(first == b.next());
    CHECK(first != c.next());
    CHECK(random_fixed<Hash256>(a) == random_fixed<Hash256>(b));
  }

  TEST_CASE("numbers below a bound stay below it and reach every value") {
    Prng prng{1};
    std::array<int, 5> seen{};
    for (int i = 0; i < 1000; ++i) ++seen.at(prng.below(5));
    for (const int count : seen) CHECK(count > 100);
    CHECK(prng.below(1) == 0);
  }
}

TEST_SUITE("base/task_runner") {
  TEST_CASE("every index is run once") {
    std::vector<int> runs(10);
    SequentialRunner{}.parallel_for(runs.size(), [&](std::size_t i) { ++runs[i]; });
    CHECK(runs == std::vector<int>(10, 1));
  }
}

}  // namespace
}  // namespace datapact

#include "node/thread_runner.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <barrier>
#include <cstddef>
#include <mutex>
#include <numeric>
#include <set>
#include <thread>
#include <vector>

using namespace datapact;
using namespace datapact::node;

TEST_SUITE("node/thread_runner") {
  TEST_CASE("every task runs once, whatever the number of threads and tasks") {
    for (const std::size_t width : {1U, 2U, 5U}) {
      ThreadRunner runner(width);
      CHECK(runner.width() == width);
      for (const std::size_t count : {0U, 1U, 2U, 4U, 1'000U}) {
        std::vector<int> runs(count);
        runner.parallel_for(count, [&](std::size_t i) { ++runs[i]; });
        CHECK(std::ranges::count(runs, 1) == static_cast<std::ptrdiff_t>(count));
      }
    }
  }

  TEST_CASE("as many tasks as there are threads make progress at once") {
    constexpr std::size_t kWidth = 3;
    ThreadRunner runner(kWidth);
    std::barrier all_are_here{static_cast<std::ptrdiff_t>(kWidth)};
    std::mutex mutex;
    std::set<std::thread::id> threads;
    runner.parallel_for(kWidth, [&](std::size_t) {
      all_are_here.arrive_and_wait();
      const std::scoped_lock lock(mutex);
      threads.insert(std::this_thread::get_id());
    });
    CHECK(threads.size() == kWidth);
    CHECK(threads.contains(std::this_thread::get_id()));
  }

  TEST_CASE("tasks see what was written before them, and the caller what they wrote") {
    ThreadRunner runner(4);
    std::vector<std::size_t> values(64);
    for (std::size_t turn = 0; turn < 2'000; ++turn) {
      runner.parallel_for(values.size(), [&](std::size_t i) { values[i] += i; });
      // Without the lock between one call and the next, a thread that comes late would add twice.
      for (std::size_t& value : values) ++value;
    }
    const auto sum = std::accumulate(values.begin(), values.end(), std::size_t{0});
    CHECK(sum == 2'000 * (64 * 63 / 2 + 64));
  }

  TEST_CASE("one thread alone runs the tasks in their order") {
    std::vector<std::size_t> order;
    ThreadRunner(1).parallel_for(4, [&](std::size_t i) { order.push_back(i); });
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3});
  }
}

#include "tests/trade/campaign/campaign.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

using namespace datapact::testkit;  // NOLINT(google-build-using-namespace)

TEST_SUITE("trade/campaign") {
  TEST_CASE("client and contract give the right verdict on every random corruption") {
    const auto results = run_campaign({7, 250, 1});
    std::set<std::string> clients;
    for (std::size_t i = 0; i < results.size(); ++i) {
      CAPTURE(i);
      CHECK(results[i].fault == "");
      clients.insert(results[i].client);
    }
    CHECK(clients == std::set<std::string>{"complainChunk", "complainKey", "decrypts right",
                                           "refuses before lock", "waits for the refund"});
  }

  TEST_CASE("the same seed gives the same verdicts whatever the threads do") {
    const auto one = run_campaign({8, 40, 1});
    const auto two = run_campaign({8, 40, 2});
    CHECK(std::ranges::equal(one, two, [](const CaseResult& a, const CaseResult& b) {
      return a.client == b.client && a.contract == b.contract && a.n == b.n && a.s == b.s;
    }));
    CHECK(count_verdicts(run_campaign({9, 40, 1})) != count_verdicts(one));
  }

  TEST_CASE("a number of chunks or a part that comes too seldom or too often is named") {
    const auto nothing = count_choices({});
    CHECK(nothing.of_chunks.contains(1));
    CHECK(nothing.of_chunks.contains(1'023));
    CHECK(nothing.of_chunks.contains(1'025));
    CHECK(nothing.of_parts.size() == 5);

    auto counts = nothing;
    for (auto& [n, times] : counts.of_chunks) times = 100;
    for (auto& [part, times] : counts.of_parts) times = 580;
    CHECK(find_uneven(counts).empty());
    counts.of_chunks[1] = 210;
    counts.of_chunks[1'025] = 0;
    counts.of_parts[Part::kPoint] = 200;
    CHECK(find_uneven(counts) ==
          std::vector<std::string>{"n 1: 210 of 2910", "n 1025: 0 of 2910", "R: 200 of 2520"});
  }
}

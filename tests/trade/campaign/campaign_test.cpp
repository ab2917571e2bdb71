#include "tests/trade/campaign/campaign.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>

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
}

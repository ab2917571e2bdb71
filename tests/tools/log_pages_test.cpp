#include "tools/cli/log_pages.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/cli_error.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

using Span = std::pair<std::uint64_t, std::uint64_t>;

/// One log a height; a wider range is refused, with or without a narrower one.
struct FakeNode {
  std::uint64_t width_max;
  bool names_range;
  std::int64_t code = -32005;
  std::vector<Span> asked = {};

  json::Value operator()(const std::string& method, const json::Value& params) {
    CHECK(method == "eth_getLogs");
    const auto& filter = (*params.as_array())[0];
    const Span span{quantity_member(filter, "fromBlock"), quantity_member(filter, "toBlock")};
    asked.push_back(span);
    if (span.second - span.first >= width_max) {
      auto error = json::Value::object({{"code", code}, {"message", "too many"}});
      if (names_range) {
        error.set("data", json::Value::object({{"from", to_quantity(span.first)},
                                               {"to", to_quantity(span.first + width_max - 1)}}));
      }
      throw CliError(ExitCode::kFailed, "rpc-error", "too many", {}, error);
    }
    json::Value out = json::Value::array();
    for (auto height = span.first; height <= span.second; ++height) out.push(to_quantity(height));
    return out;
  }
};

json::Array read(LogPages& pages, FakeNode& node, std::uint64_t first, std::uint64_t last) {
  return pages.read([&](const auto& method, const auto& params) { return node(method, params); },
                    json::Value::object({}), {first, last});
}

void check_heights(const json::Array& found, std::uint64_t first, std::uint64_t last) {
  REQUIRE(found.size() == last - first + 1);
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == to_quantity(first + i));
}

}  // namespace

TEST_SUITE("tools/log_pages") {
  TEST_CASE("a refused page is asked for as narrow as the node says, and so are the next ones") {
    FakeNode node{.width_max = 1000, .names_range = true};
    LogPages pages;
    check_heights(read(pages, node, 5, 2504), 5, 2504);
    CHECK(node.asked == std::vector<Span>{{5, 2504}, {5, 1004}, {1005, 2004}, {2005, 2504}});
    node.asked.clear();
    check_heights(read(pages, node, 0, 1000), 0, 1000);
    CHECK(node.asked == std::vector<Span>{{0, 999}, {1000, 1000}});
  }

  TEST_CASE("past the blocks with many logs the pages are wide again") {
    FakeNode dense{.width_max = 10, .names_range = true};
    LogPages pages;
    check_heights(read(pages, dense, 0, 99), 0, 99);
    FakeNode sparse{.width_max = 10'000, .names_range = true};
    check_heights(read(pages, sparse, 100, 99'999), 100, 99'999);
    CHECK(sparse.asked.size() < 100);
    const auto& widest = sparse.asked[sparse.asked.size() - 2];
    CHECK(widest.second - widest.first + 1 == 10'000);
  }

  TEST_CASE("where logs are dense few calls are refused") {
    FakeNode node{.width_max = 10, .names_range = true};
    LogPages pages;
    check_heights(read(pages, node, 0, 799), 0, 799);
    CHECK(node.asked.size() < 80 + 12);
  }

  TEST_CASE("without a word of the node the range is halved, down to one block") {
    FakeNode node{.width_max = 1, .names_range = false};
    LogPages pages;
    check_heights(read(pages, node, 0, 7), 0, 7);
    CHECK(node.asked.size() == 3 + 8);
  }

  TEST_CASE("one block that is refused, and any other error, fail") {
    LogPages pages;
    FakeNode full{.width_max = 0, .names_range = false};
    CHECK_THROWS_AS(read(pages, full, 0, 3), CliError);
    CHECK(full.asked == std::vector<Span>{{0, 3}, {0, 1}, {0, 0}});
    FakeNode other{.width_max = 0, .names_range = true, .code = -32602};
    CHECK_THROWS_AS(read(pages, other, 0, 0), CliError);
    CHECK(other.asked.size() == 1);
  }

  TEST_CASE("a range that is no narrower is not believed") {
    LogPages pages;
    FakeNode node{.width_max = 0, .names_range = true};
    CHECK_THROWS_AS(read(pages, node, 0, 3), CliError);
    CHECK(node.asked == std::vector<Span>{{0, 3}, {0, 1}, {0, 0}});
  }
}

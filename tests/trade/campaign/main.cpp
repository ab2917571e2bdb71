// trade_campaign [--cases N] [--seed S] [--threads T]: random corruptions of sales against the real
// contracts. Prints the seed, how often each verdict came and each fault; the last line is "N
// passed, M failed". A fault is repeated alone with its seed and --only NUMBER.
#include "tests/testkit/trade/exchange_chain.hpp"
#include "tests/trade/campaign/campaign.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using namespace datapact::testkit;  // NOLINT(google-build-using-namespace)

struct Arguments {
  CampaignRequest request{20'250'601, 10'000, 2};
  std::optional<std::uint64_t> only;
};

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments out;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string_view text = i + 1 < argc ? argv[i + 1] : "";
    std::uint64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end.ec != std::errc{} || end.ptr != text.data() + text.size()) return {};
    if (name == "--cases") {
      out.request.cases = number;
    } else if (name == "--seed") {
      out.request.seed = number;
    } else if (name == "--threads" && number >= 1 && number <= 64) {
      out.request.threads = static_cast<unsigned>(number);
    } else if (name == "--only") {
      out.only = number;
    } else {
      return {};
    }
  }
  return out;
}

std::vector<CaseResult> run(const Arguments& arguments) {
  if (!arguments.only) return run_campaign(arguments.request);
  const ExchangeChain chain;
  ExchangePlayer player(chain.genesis());
  return {run_case(chain, player, arguments.request.seed, *arguments.only)};
}

void print_shapes(const std::vector<CaseResult>& results) {
  std::map<std::uint64_t, std::size_t> by_count;
  for (const auto& result : results) ++by_count[result.n];
  std::printf("chunks (n: cases)");
  for (const auto& [n, count] : by_count) {
    std::printf(" %llu: %zu", static_cast<unsigned long long>(n), count);
  }
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = parse(argc, argv);
  if (!arguments) {
    std::fprintf(stderr,
                 "usage: trade_campaign [--cases N] [--seed S] [--threads T] [--only NUMBER]\n");
    return 2;
  }
  std::printf("seed %llu\n", static_cast<unsigned long long>(arguments->request.seed));
  const auto results = run(*arguments);
  std::size_t failed = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto& result = results[i];
    if (result.fault.empty()) continue;
    ++failed;
    std::printf("case %zu (n %llu, s %u, %s %s): %s\n", i,
                static_cast<unsigned long long>(result.n), result.s,
                std::string(to_string(result.part)).c_str(),
                std::string(to_string(result.stage)).c_str(), result.fault.c_str());
  }
  print_shapes(results);
  for (const auto& [verdict, count] : count_verdicts(results)) {
    std::printf("%6zu  %s\n", count, verdict.c_str());
  }
  std::printf("%zu passed, %zu failed\n", results.size() - failed, failed);
  return failed == 0 ? 0 : 1;
}

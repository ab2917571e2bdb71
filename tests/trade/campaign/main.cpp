// trade_campaign [--cases N] [--seed S] [--threads T]: random corruptions of sales against the real
// contracts. Prints the seed, how often each number of chunks, each part and each verdict came, and
// each fault; the last line is "N passed, M failed". Fails, too, when what was corrupted was drawn
// unevenly. A fault is repeated alone with its seed and --only NUMBER. tests/run shows the lines
// that begin with REPORT.
#include "tests/testkit/trade/exchange_chain.hpp"
#include "tests/trade/campaign/campaign.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

using namespace datapact::testkit;  // NOLINT(google-build-using-namespace)

/// Of an even draw, over 100 then fall to each number of chunks.
constexpr std::size_t kEvenFrom = 5'000;

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

void print(const Counts& counts) {
  std::printf("REPORT: cases for each n:");
  for (const auto& [n, times] : counts.of_chunks) {
    std::printf(" %llu: %zu", static_cast<unsigned long long>(n), times);
  }
  std::printf("\nREPORT: cases for each part:");
  for (const auto& [part, times] : counts.of_parts) {
    std::printf(" %s: %zu", std::string(to_string(part)).c_str(), times);
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
  std::printf("REPORT: seed %llu\n", static_cast<unsigned long long>(arguments->request.seed));
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
  const auto counts = count_choices(results);
  print(counts);
  for (const auto& [verdict, count] : count_verdicts(results)) {
    std::printf("REPORT: %6zu  %s\n", count, verdict.c_str());
  }
  // Fewer cases are uneven by chance.
  const bool enough = results.size() >= kEvenFrom;
  const auto uneven = enough ? find_uneven(counts) : std::vector<std::string>{};
  for (const auto& choice : uneven) std::printf("drawn unevenly: %s\n", choice.c_str());
  std::printf("%zu passed, %zu failed\n", results.size() - failed, failed);
  return failed == 0 && uneven.empty() ? 0 : 1;
}

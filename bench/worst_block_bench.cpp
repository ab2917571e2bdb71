// Blocks of 100 M gas that do one dear thing all the time (the public benchmark_eest folder): how
// long a validator decodes and executes each, with every check of a node, on one thread. Printed by
// family, the worst of its blocks. usage: worst_block_bench [--json] [--filter TEXT] [FIXTURES]
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/state/memory_state.hpp"
#include "tests/conformance_runner/blockchain_case.hpp"
#include "tests/testkit/fixtures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 3;
/// The size of block that figures of other clients are about.
constexpr std::string_view kSize = "value_100M";

struct Figure {
  std::string family;
  std::string name;
  std::int64_t gas = 0;
  double cpu_seconds = 0;
  double wall_seconds = 0;
  [[nodiscard]] double mgas_per_second() const {
    return static_cast<double>(gas) / 1e6 / cpu_seconds;
  }
};

struct Options {
  bool as_json = false;
  std::string filter{kSize};
};

double cpu_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);  // NOLINT(*-include-cleaner): of POSIX's <time.h>
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}
double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Decodes and executes the first block on its genesis. The error is the reason of a refusal.
Result<std::int64_t, std::string> execute(const conformance::ChainCase& test,
                                          const state::MemoryState& genesis) {
  auto block = chain::decode_block(test.blocks.front().rlp);
  if (!block) return fail(std::string{to_string(block.error())});
  const chain::AncestorHashes ancestors = [&test](Height) { return test.genesis_hash; };
  const auto executed =
      chain::execute_block({test.genesis, test.genesis_hash, genesis, genesis, ancestors},
                           std::move(*block), test.config);
  if (!executed) return fail(chain::to_string(executed.error()));
  return static_cast<std::int64_t>((*executed)->block.header.gas_used.raw());
}

/// The best of a few rounds, which other work on the machine hardly touches.
Result<Figure, std::string> measure(const conformance::ChainCase& test) {
  const state::MemoryState genesis{test.pre};
  Figure out;
  for (int round = 0; round < kRounds; ++round) {
    const double wall = wall_seconds();
    const double cpu = cpu_seconds();
    TRY(out.gas, execute(test, genesis));
    const double cpu_spent = cpu_seconds() - cpu;
    const double wall_spent = wall_seconds() - wall;
    out.cpu_seconds = round == 0 ? cpu_spent : std::min(out.cpu_seconds, cpu_spent);
    out.wall_seconds = round == 0 ? wall_spent : std::min(out.wall_seconds, wall_spent);
  }
  return out;
}

/// "test_shifts[fork_Osaka-blockchain_test-opcode_SAR-benchmark-gas-value_100M]" of a path before
/// it.
std::string short_name(std::string_view id) {
  const auto at = id.rfind("::");
  return std::string{at == std::string_view::npos ? id : id.substr(at + 2)};
}

Result<void, std::string> measure_file(const fs::path& file, const std::string& family,
                                       const Options& options, std::vector<Figure>& figures) {
  const auto document = json::parse(testkit::read_text(file), {.depth_max = 64});
  if (!document.ok() || !document->is_object()) {
    return fail(fmt::format("{}: must be a JSON object", file.string()));
  }
  for (const auto& [id, test] : *document->as_object()) {
    if (id.find(options.filter) == std::string::npos) continue;
    TRY(const auto chain_case, conformance::read_chain_case(test));
    if (!chain_case || chain_case->blocks.empty()) continue;
    auto figure = measure(*chain_case);
    if (!figure) return fail(fmt::format("{}: {}", id, figure.error()));
    if (figure->gas == 0) continue;  // an empty block has no rate
    figure->family = family;
    figure->name = short_name(id);
    figures.push_back(std::move(*figure));
  }
  return {};
}

Result<std::vector<Figure>, std::string> run(const Options& options) {
  const auto root = testkit::fixtures_root();
  if (!root) return fail(std::string{"the public test data is not there: name its folder"});
  const fs::path folder = *root / "benchmark_eest";
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Figure> out;
  for (const fs::path& file : files) {
    const std::string family = (file.parent_path().filename() / file.stem()).string();
    TRY_VOID(measure_file(file, family, options, out));
  }
  return out;
}

/// The folder of the public test data for testkit. Before any other thread; POSIX declares setenv.
bool use_fixtures(const char* folder) {
  return setenv("DATAPACT_FIXTURES", folder, 1) == 0;  // NOLINT(*-mt-unsafe,*-include-cleaner)
}

/// The slowest of each family, slowest first.
std::vector<Figure> worst_of_families(std::vector<Figure> figures) {
  std::ranges::sort(figures, {}, &Figure::mgas_per_second);
  std::vector<Figure> out;
  for (const Figure& figure : figures) {
    if (std::ranges::find(out, figure.family, &Figure::family) == out.end()) out.push_back(figure);
  }
  return out;
}

void print_text(const std::vector<Figure>& figures) {
  fmt::print("{:<40} {:>11} {:>8} {:>8} {:>8}\n", "the worst block of", "gas", "CPU s", "wall s",
             "Mgas/s");
  for (const Figure& figure : worst_of_families(figures)) {
    fmt::print("{:<40} {:>11} {:>8.3f} {:>8.3f} {:>8.1f}\n", figure.family, figure.gas,
               figure.cpu_seconds, figure.wall_seconds, figure.mgas_per_second());
  }
}

void print_json(const std::vector<Figure>& figures) {
  json::Value blocks = json::Value::array();
  for (const Figure& figure : figures) {
    blocks.push(json::Value::object({{"family", figure.family},
                                     {"name", figure.name},
                                     {"gas", figure.gas},
                                     {"cpuSeconds", figure.cpu_seconds},
                                     {"wallSeconds", figure.wall_seconds},
                                     {"mgasPerSecond", figure.mgas_per_second()}}));
  }
  fmt::print("{}", json::to_pretty_text(json::Value::object({{"blocks", blocks}})));
}

}  // namespace
}  // namespace datapact::bench

int main(int argc, char** argv) {
  namespace bench = datapact::bench;
  bench::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--json") {
      options.as_json = true;
    } else if (argument == "--filter" && i + 1 < argc) {
      options.filter = argv[++i];
    } else if (argument.starts_with('-') || !bench::use_fixtures(argv[i])) {
      fmt::print(stderr, "usage: worst_block_bench [--json] [--filter TEXT] [FIXTURES]\n");
      return 2;
    }
  }
  const auto figures = bench::run(options);
  if (!figures) {
    fmt::print(stderr, "worst_block_bench: {}\n", figures.error());
    return 1;
  }
  if (options.as_json) {
    bench::print_json(*figures);
  } else {
    bench::print_text(*figures);
  }
  return 0;
}

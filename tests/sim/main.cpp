// The simulator's command line; tests/simulate builds and calls it.
#include "tests/sim/world.hpp"
#ifdef DATAPACT_PLANTS
#include "tests/sim/planted.hpp"
#endif

#include <CLI/CLI.hpp>
#include <leveldb/db.h>

#include <array>
#include <cinttypes>
#include <cstdio>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace datapact;
using namespace datapact::sim;

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t count = 1;
  std::size_t nodes = 0;
  std::uint64_t heights = 30;
  std::uint32_t jobs = 1;
  std::string plant;
  bool until_found = false;
  bool trace = false;
  bool quiet = false;
};

std::string describe_faults(const FaultCounts& counts) {
  std::string text;
  for (std::size_t i = 0; i < kFaults; ++i) {
    if (counts.of(i) == 0) continue;
    text.append(text.empty() ? "" : ", ").append(kFaultNames[i]);
    text.append(" ").append(std::to_string(counts.of(i)));
  }
  return text;
}

/// Exits with 1 when the scenario found a violation.
int run_seed(const Options& options, std::uint64_t seed) {
  const auto nodes = options.nodes == 0 ? std::nullopt : std::optional{options.nodes};
  World world(make_scenario(seed, nodes, options.heights), options.trace);
  const Report report = world.run();
  if (!options.quiet) {
    std::printf("faults: %s\n", describe_faults(report.faults).c_str());
    std::printf("%" PRIu64 " events in %" PRId64 " simulated ms, %zu kinds of fault\n",
                report.events, report.time.count(), report.faults.kinds());
  }
  for (const auto& violation : report.violations) {
    std::printf("violation: %s\n", violation.c_str());
  }
  std::printf("seed %" PRIu64 ": %" PRIu64 " heights, %" PRIu64 " faults, trace %016" PRIx64
              ", %zu violations\n",
              seed, report.heights, report.faults.total(), report.trace, report.violations.size());
  return report.violations.empty() ? 0 : 1;
}

/// Each seed has a process of its own: a broken assertion ends one scenario, and is a violation.
class Child {
 public:
  Child(const Options& options, std::uint64_t seed) : seed_(seed) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) std::abort();
    std::fflush(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      const int code = run_seed(options, seed);
      std::fflush(nullptr);
      ::_exit(code);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  /// True when nothing was violated.
  bool finish() const {
    std::array<char, 4096> buffer{};
    for (auto got = ::read(output_, buffer.data(), buffer.size()); got > 0;
         got = ::read(output_, buffer.data(), buffer.size())) {
      std::fwrite(buffer.data(), 1, static_cast<std::size_t>(got), stdout);
    }
    ::close(output_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    if (WIFSIGNALED(status)) {
      std::printf("seed %" PRIu64 ": ended by signal %d, 1 violations\n", seed_, WTERMSIG(status));
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }

 private:
  std::uint64_t seed_;
  ::pid_t pid_ = 0;
  int output_ = -1;
};

int run_all(const Options& options) {
  std::uint64_t violated = 0;
  std::uint64_t done = 0;
  while (done < options.count) {
    std::vector<Child> children;
    for (std::uint32_t i = 0; i < options.jobs && done < options.count; ++i) {
      children.emplace_back(options, options.seed + done++);
    }
    for (const auto& child : children) {
      if (child.finish()) continue;
      ++violated;
      if (options.until_found) {
        std::printf("found by seed %" PRIu64 "\n", child.seed());
        return 0;
      }
    }
  }
  if (options.until_found) {
    std::printf("not found in %" PRIu64 " seeds\n", done);
    return 1;
  }
  if (options.count > 1) {
    std::printf("%" PRIu64 " scenarios, %" PRIu64 " with violations\n", done, violated);
  }
  return violated == 0 ? 0 : 1;
}

bool choose_plant([[maybe_unused]] const std::string& name) {
#ifdef DATAPACT_PLANTS
  for (const auto& known : consensus::kPlants) {
    if (known.name != name) continue;
    plant(known.plant);
    return true;
  }
#endif
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Runs a consortium under a simulated clock, network and disk"};
  app.add_option("--seed", options.seed, "The first seed");
  app.add_option("--count", options.count, "How many seeds, one after the other");
  app.add_option("--nodes", options.nodes, "Validators, 4 to 20; without it the seed decides")
      ->check(CLI::Range(4, 20));
  app.add_option("--heights", options.heights, "Heights each scenario reaches at least")
      ->check(CLI::Range(30, 10'000));
  app.add_option("--jobs", options.jobs, "Scenarios at once")->check(CLI::Range(1, 64));
  app.add_option("--plant", options.plant, "Switches a known bug on; `list` names them");
  app.add_flag("--until-found", options.until_found, "Ends at the first violation");
  app.add_flag("--trace", options.trace, "Every event and effect to standard error");
  app.add_flag("--quiet", options.quiet, "One line for each seed");
  CLI11_PARSE(app, argc, argv);
  if (options.plant == "list") {
    for (const auto& known : consensus::kPlants) std::puts(std::string{known.name}.c_str());
    return 0;
  }
  if (!options.plant.empty() && !choose_plant(options.plant)) {
    std::fprintf(stderr, "--plant: no bug named %s in this program (--plant list)\n",
                 options.plant.c_str());
    return 2;
  }
  std::printf("store: LevelDB %d.%d on a simulated disk\n", leveldb::kMajorVersion,
              leveldb::kMinorVersion);
  if (options.count == 1 && !options.until_found && options.plant.empty()) {
    return run_seed(options, options.seed);
  }
  return run_all(options);
}

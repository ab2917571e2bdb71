// Runs the programs of the public evm_benchmarks folder: code analysed beforehand, CPU time, gas of
// the execution alone. Beside them, when asked, in the same run and call by call in turn, on
// virtual machines of EVMC's kind.
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "bench/vm_machine.hpp"
#include "bench/vm_programs.hpp"
#include "tests/testkit/fixtures.hpp"
#include "tests/testkit/memory_host.hpp"
#include "vm/message.hpp"
#include "vm/revision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::bench {
namespace {

using Machines = std::vector<std::unique_ptr<Machine>>;

constexpr double kSecondsMin = 0.3;
constexpr std::size_t kRoundsMin = 5;
constexpr std::int64_t kGas = 1'000'000'000;
constexpr std::string_view kUsage =
    "usage: vm_bench [--json] [--all] [--filter TEXT] [--evmc LIBRARY[,OPTION[=VALUE]]...]... "
    "[FIXTURES]\n";

/// Of one machine, from many runs; the medians.
struct Figure {
  double microseconds = 0;
  double microseconds_min = 0;
  /// What a call costs before the first instruction: behind EVMC's interface, which hands over
  /// bytes, that includes the analysis of the code, which a node keeps.
  double setup_microseconds = 0;
  /// Of the instructions alone.
  [[nodiscard]] double net_microseconds() const { return microseconds - setup_microseconds; }
};

struct Comparison {
  std::string name;
  std::int64_t gas = 0;
  std::size_t rounds = 0;
  std::vector<Figure> figures;  ///< by machine; ours first
  [[nodiscard]] double mgas_per_second(std::size_t machine) const {
    return static_cast<double>(gas) / figures[machine].net_microseconds();
  }
  /// Above one where ours is faster.
  [[nodiscard]] double ratio(std::size_t machine) const {
    return mgas_per_second(0) / mgas_per_second(machine);
  }
};

struct Options {
  bool as_json = false;
  bool all = false;
  std::string filter;
  std::vector<std::string> libraries;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// What one machine is measured by: a world put back to its start before each run.
class Lane {
 public:
  Lane(Machine& machine, const Program& program) : machine_(machine) {
    host_.deploy(program.target, program.code);
    host_.account(program.sender).balance = uint256{1} << 100;
    fresh_ = host_.world;  // NOLINT(*-prefer-member-initializer): not before the lines above
    message_.recipient = program.target;
    message_.code_address = program.target;
    message_.sender = program.sender;
    message_.input = program.input;
  }

  [[nodiscard]] Outcome run() {
    setups_.push_back(run_with(0).cpu_microseconds);
    Run done = run_with(kGas);
    times_.push_back(done.cpu_microseconds);
    total_ += done.cpu_microseconds;
    return std::move(done.outcome);
  }
  [[nodiscard]] double total_microseconds() const { return total_; }
  [[nodiscard]] Figure figure() const {
    return {median(times_), std::ranges::min(times_), median(setups_)};
  }

 private:
  /// Without gas the first instruction already fails, after everything that comes before it.
  Run run_with(std::int64_t gas) {
    host_.world = fresh_;
    message_.gas = gas;
    return machine_.run(host_, message_);
  }

  Machine& machine_;
  testkit::MemoryHost host_{vm::Revision::kCancun};
  testkit::MemoryWorld fresh_;
  vm::Message message_;
  std::vector<double> times_;
  std::vector<double> setups_;
  double total_ = 0;
};

std::string difference(const Outcome& ours, const Outcome& theirs) {
  return fmt::format(
      "status {} and {}, gas left {} and {}, refund {} and {}, output of {} and {} bytes{}",
      ours.status, theirs.status, ours.gas_left, theirs.gas_left, ours.gas_refund,
      theirs.gas_refund, ours.output.size(), theirs.output.size(),
      ours.output == theirs.output ? "" : " that differ");
}

/// Round after round, in each every machine once. The error names a program that does not finish,
/// or on whose outcome the machines do not agree.
Result<Comparison, std::string> compare(const Program& program, const Machines& machines) {
  std::vector<std::unique_ptr<Lane>> lanes;
  for (const auto& machine : machines) lanes.push_back(std::make_unique<Lane>(*machine, program));
  Comparison out;
  out.name = program.name;
  const auto is_enough = [&] {
    return out.rounds >= kRoundsMin && std::ranges::all_of(lanes, [](const auto& lane) {
             return lane->total_microseconds() >= kSecondsMin * 1e6;
           });
  };
  while (!is_enough()) {
    const Outcome ours = lanes.front()->run();
    if (!ours.is_finished()) return fail(fmt::format("{}: {}", program.name, ours.status));
    for (std::size_t i = 1; i < lanes.size(); ++i) {
      const Outcome theirs = lanes[i]->run();
      if (theirs == ours) continue;
      return fail(fmt::format("{}: {} and {} do not agree: {}", program.name,
                              machines.front()->name(), machines[i]->name(),
                              difference(ours, theirs)));
    }
    out.gas = kGas - ours.gas_left;
    ++out.rounds;
  }
  for (const auto& lane : lanes) out.figures.push_back(lane->figure());
  return out;
}

/// Of the main programs; zero when none ran.
template <class Value>
double geometric_mean(const std::vector<Comparison>& comparisons, const Value& value) {
  double sum = 0;
  int count = 0;
  for (const Comparison& comparison : comparisons) {
    if (!is_main(comparison.name)) continue;
    sum += std::log(value(comparison));
    ++count;
  }
  return count == 0 ? 0 : std::exp(sum / count);
}
double mean_speed(const std::vector<Comparison>& comparisons, std::size_t machine) {
  return geometric_mean(comparisons,
                        [machine](const Comparison& of) { return of.mgas_per_second(machine); });
}
double mean_ratio(const std::vector<Comparison>& comparisons, std::size_t machine) {
  return geometric_mean(comparisons, [machine](const Comparison& of) { return of.ratio(machine); });
}

void print_text(const std::vector<Comparison>& comparisons, const Machines& machines) {
  const auto letter = [](std::size_t machine) { return static_cast<char>('A' + machine); };
  std::string head =
      fmt::format("{:<34} {:>11} {:>11} {:>9}", "Mgas/s of CPU time", "gas", "A us", "A");
  for (std::size_t i = 0; i < machines.size(); ++i) {
    fmt::print("{}: {}\n", letter(i), machines[i]->name());
    if (i != 0) head += fmt::format(" {:>9} {:>6}", letter(i), fmt::format("A/{}", letter(i)));
  }
  fmt::print("{}\n", head);
  for (const Comparison& of : comparisons) {
    fmt::print("{:<34} {:>11} {:>11.1f} {:>9.1f}", of.name, of.gas, of.figures[0].microseconds,
               of.mgas_per_second(0));
    for (std::size_t i = 1; i < machines.size(); ++i) {
      fmt::print(" {:>9.1f} {:>6.2f}", of.mgas_per_second(i), of.ratio(i));
    }
    fmt::print("\n");
  }
  fmt::print("{:<34} {:>11} {:>11} {:>9.1f}", "geometric mean, main programs", "", "",
             mean_speed(comparisons, 0));
  for (std::size_t i = 1; i < machines.size(); ++i) {
    fmt::print(" {:>9.1f} {:>6.2f}", mean_speed(comparisons, i), mean_ratio(comparisons, i));
  }
  fmt::print("\n");
}

json::Value to_json(const Comparison& comparison, std::size_t machine) {
  const Figure& figure = comparison.figures[machine];
  return json::Value::object({{"cpuMicroseconds", figure.microseconds},
                              {"cpuMicrosecondsMin", figure.microseconds_min},
                              {"setupMicroseconds", figure.setup_microseconds},
                              {"mgasPerSecond", comparison.mgas_per_second(machine)},
                              {"ratio", comparison.ratio(machine)}});
}

void print_json(const std::vector<Comparison>& comparisons, const Machines& machines) {
  json::Value names = json::Value::array();
  json::Value means = json::Value::array();
  for (std::size_t i = 0; i < machines.size(); ++i) {
    names.push(machines[i]->name());
    means.push(json::Value::object(
        {{"mgasPerSecond", mean_speed(comparisons, i)}, {"ratio", mean_ratio(comparisons, i)}}));
  }
  json::Value cases = json::Value::array();
  for (const Comparison& of : comparisons) {
    json::Value figures = json::Value::array();
    for (std::size_t i = 0; i < machines.size(); ++i) figures.push(to_json(of, i));
    cases.push(json::Value::object({{"name", of.name},
                                    {"gas", of.gas},
                                    {"runs", static_cast<std::int64_t>(of.rounds)},
                                    {"machines", figures}}));
  }
  fmt::print("{}", json::to_pretty_text(json::Value::object(
                       {{"machines", names}, {"cases", cases}, {"geometricMeans", means}})));
}

/// The folder of the public test data for testkit. Before any other thread; POSIX declares setenv.
bool use_fixtures(const char* folder) {
  return setenv("DATAPACT_FIXTURES", folder, 1) == 0;  // NOLINT(*-mt-unsafe,*-include-cleaner)
}

/// Nothing on a wrong argument.
std::optional<Options> parse(int argc, char** argv) {
  Options out;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const bool has_value = i + 1 < argc;
    if (argument == "--json") {
      out.as_json = true;
    } else if (argument == "--all") {
      out.all = true;
    } else if (argument == "--filter" && has_value) {
      out.filter = argv[++i];
    } else if (argument == "--evmc" && has_value) {
      out.libraries.emplace_back(argv[++i]);
    } else if (argument.starts_with('-') || !use_fixtures(argv[i])) {
      return std::nullopt;
    }
  }
  return out;
}

Result<Machines, std::string> machines_of(const Options& options) {
  Machines out;
  out.push_back(make_own_machine());
  for (const std::string& library : options.libraries) {
    TRY(out.emplace_back(), load_evmc_machine(library));
  }
  return out;
}

bool is_wanted(const Options& options, std::string_view name) {
  if (options.all) return true;
  return options.filter.empty() ? is_main(name) : name.find(options.filter) != std::string::npos;
}

Result<std::vector<Comparison>, std::string> run(const Options& options, const Machines& machines) {
  const auto root = testkit::fixtures_root();
  if (!root) return fail(std::string{"the public test data is not there: name its folder"});
  std::vector<Comparison> out;
  for (const Program& program : programs_in(*root / "evm_benchmarks")) {
    if (!is_wanted(options, program.name)) continue;
    TRY(out.emplace_back(), compare(program, machines));
  }
  return out;
}

int bench(const Options& options) {
  const auto machines = machines_of(options);
  if (!machines.ok()) {
    fmt::print(stderr, "vm_bench: --evmc {}\n", machines.error());
    return 2;
  }
  const auto comparisons = run(options, *machines);
  if (!comparisons.ok()) {
    fmt::print(stderr, "vm_bench: {}\n", comparisons.error());
    return 1;
  }
  if (options.as_json) {
    print_json(*comparisons, *machines);
  } else {
    print_text(*comparisons, *machines);
  }
  return 0;
}

}  // namespace
}  // namespace datapact::bench

int main(int argc, char** argv) {
  const auto options = datapact::bench::parse(argc, argv);
  if (!options) {
    fmt::print(stderr, "{}", datapact::bench::kUsage);
    return 2;
  }
  return datapact::bench::bench(*options);
}

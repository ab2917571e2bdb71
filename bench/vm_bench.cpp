// Runs the programs of the public evm_benchmarks folder: code analysed beforehand, CPU time, gas of
// the execution alone. usage: vm_bench [--json] [--all] [--filter TEXT] [FIXTURES]
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "tests/testkit/fixtures.hpp"
#include "tests/testkit/memory_host.hpp"
#include "vm/message.hpp"
#include "vm/revision.hpp"
#include "vm/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kSecondsMin = 0.3;
constexpr int kRoundsMin = 5;

/// Of each program the input that stands for it; the others run with --all.
constexpr std::string_view kMain[] = {
    "snailtracer/benchmark", "blake2b_shifts/8415nulls", "blake2b_huff/8415nulls",
    "sha1_shifts/5311",      "sha1_divs/5311",           "structarray_alloc/nfts_rank",
    "swap_math/spent",       "weierstrudel/15",
};

struct Case {
  std::string name;
  Bytes code;
  Bytes input;
  Address target;
  Address sender;
};

struct Figure {
  std::string name;
  std::int64_t gas = 0;
  std::int64_t runs = 0;
  double microseconds = 0;  ///< median
  double microseconds_min = 0;
  [[nodiscard]] double mgas_per_second() const { return static_cast<double>(gas) / microseconds; }
};

Address address_of(const json::Value& object, std::string_view member) {
  return fixed_from_hex<Address>(*object.find(member)->as_string()).value();
}

/// The cases of one file, one for each labelled input.
std::vector<Case> cases_of(const fs::path& file) {
  std::vector<Case> out;
  const auto document = json::parse(testkit::read_text(file), {.depth_max = 64});
  if (!document.ok()) return out;
  for (const auto& [name, test] : *document->as_object()) {
    const json::Value& txn = *test.find("transaction");
    const Address target = address_of(txn, "to");
    const json::Value& account = *test.find("pre")->find(to_hex0x(target));
    const json::Value* labels = test.find("_info")->find("labels");
    const json::Array& inputs = *txn.find("data")->as_array();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const json::Value* label = labels->find(std::to_string(i));
      out.push_back({name + "/" + (label != nullptr ? *label->as_string() : std::to_string(i)),
                     from_hex(*account.find("code")->as_string()).value(),
                     from_hex(*inputs[i].as_string()).value(), target, address_of(txn, "sender")});
    }
  }
  return out;
}

double cpu_microseconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

/// The median of many runs, each in a fresh world.
Figure measure(const Case& item) {
  testkit::MemoryHost host{vm::Revision::kCancun};
  host.deploy(item.target, item.code);
  host.account(item.sender).balance = uint256{1} << 100;
  const testkit::MemoryWorld fresh = host.world;
  vm::Message message;
  message.gas = 1'000'000'000;
  message.recipient = item.target;
  message.code_address = item.target;
  message.sender = item.sender;
  message.input = item.input;

  Figure out{item.name};
  std::vector<double> times;
  double total = 0;
  while (total < kSecondsMin * 1e6 || times.size() < kRoundsMin) {
    host.world = fresh;
    const double start = cpu_microseconds();
    const vm::CallResult result = host.run(message);
    times.push_back(cpu_microseconds() - start);
    total += times.back();
    out.gas = message.gas - result.gas_left;
    if (result.status != vm::Status::kSuccess && result.status != vm::Status::kRevert) {
      fmt::print(stderr, "{}: {}\n", item.name, vm::to_string(result.status));
      break;
    }
  }
  out.microseconds_min = *std::min_element(times.begin(), times.end());
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2),
                   times.end());
  out.microseconds = times[times.size() / 2];
  out.runs = static_cast<std::int64_t>(times.size());
  return out;
}

bool is_main(std::string_view name) {
  return std::find(std::begin(kMain), std::end(kMain), name) != std::end(kMain);
}

double geometric_mean(const std::vector<Figure>& figures) {
  double sum = 0;
  int count = 0;
  for (const Figure& figure : figures) {
    if (!is_main(figure.name)) continue;
    sum += std::log(figure.mgas_per_second());
    ++count;
  }
  return count == 0 ? 0 : std::exp(sum / count);
}

void print(const std::vector<Figure>& figures, bool as_json) {
  if (!as_json) {
    for (const Figure& figure : figures) {
      fmt::print("{:<34} {:>11} gas {:>11.1f} us {:>9.1f} Mgas/s\n", figure.name, figure.gas,
                 figure.microseconds, figure.mgas_per_second());
    }
    fmt::print("geometric mean of the main programs: {:.1f} Mgas/s\n", geometric_mean(figures));
    return;
  }
  json::Value cases = json::Value::array();
  for (const Figure& figure : figures) {
    cases.push(json::Value::object({{"name", figure.name},
                                    {"gas", figure.gas},
                                    {"runs", figure.runs},
                                    {"cpuMicroseconds", figure.microseconds},
                                    {"cpuMicrosecondsMin", figure.microseconds_min},
                                    {"mgasPerSecond", figure.mgas_per_second()}}));
  }
  fmt::print("{}", json::to_pretty_text(json::Value::object(
                       {{"cases", cases}, {"geometricMean", geometric_mean(figures)}})));
}

}  // namespace
}  // namespace datapact::bench

int main(int argc, char** argv) {
  using namespace datapact;
  bool as_json = false;
  bool all = false;
  std::string filter;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--json") {
      as_json = true;
    } else if (argument == "--all") {
      all = true;
    } else if (argument == "--filter" && i + 1 < argc) {
      filter = argv[++i];
    } else if (!argument.starts_with('-') && setenv("DATAPACT_FIXTURES", argv[i], 1) == 0) {
      continue;
    } else {
      fmt::print(stderr, "usage: vm_bench [--json] [--all] [--filter TEXT] [FIXTURES]\n");
      return 2;
    }
  }
  const auto root = testkit::fixtures_root();
  if (!root) {
    fmt::print(stderr, "the public test data is not there: name its folder\n");
    return 2;
  }
  std::vector<bench::fs::path> files;
  for (const auto& entry : bench::fs::recursive_directory_iterator(*root / "evm_benchmarks")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<bench::Figure> figures;
  for (const auto& file : files) {
    for (const auto& item : bench::cases_of(file)) {
      const bool wanted = all || (filter.empty() ? bench::is_main(item.name)
                                                 : item.name.find(filter) != std::string::npos);
      if (wanted) figures.push_back(bench::measure(item));
    }
  }
  bench::print(figures, as_json);
  return 0;
}

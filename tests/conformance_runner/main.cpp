// Runs files of the public state-test format against the ledger; see tests/conformance.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "ledger/chain/eip3155_tracer.hpp"
#include "tests/conformance_runner/later.hpp"
#include "tests/conformance_runner/report.hpp"
#include "tests/conformance_runner/run_case.hpp"
#include "vm/precompiles.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace datapact::conformance {
namespace {

namespace fs = std::filesystem;

constexpr int kExitFailures = 1;
constexpr int kExitUsage = 2;

struct Options {
  std::vector<fs::path> paths;
  std::string fork;
  std::string filter;
  fs::path later;
  /// Writes a new list of the cases that call missing precompiles, instead of judging the old one.
  fs::path write_later;
  bool trace = false;
};

std::string read_text(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) throw std::runtime_error{fmt::format("{}: cannot be read", path.string())};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// Every .json file below the paths, sorted within each.
std::vector<fs::path> files_of(const std::vector<fs::path>& paths) {
  std::vector<fs::path> out;
  for (const fs::path& path : paths) {
    if (!fs::is_directory(path)) {
      out.push_back(path);
      continue;
    }
    const auto begin = out.size();
    for (const auto& entry : fs::recursive_directory_iterator{path}) {
      if (entry.path().extension() == ".json") out.push_back(entry.path());
    }
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
  }
  return out;
}

class Runner {
 public:
  Runner(const Options& options, LaterList later) : options_(options), later_(std::move(later)) {}

  void run_file(const fs::path& path) {
    const std::string folder = path.parent_path().string();
    const auto document = json::parse(read_text(path));
    if (!document) return reject_file(path, document.error().message);
    const auto file = read_state_file(*document);
    if (!file) return reject_file(path, file.error());
    for (const StateCase& test : file->cases) {
      if (is_wanted(test)) run(test, path, folder);
    }
    if (file->foreign > 0 && options_.fork.empty() && options_.filter.empty()) {
      report_.add(folder, Verdict::kSkipped, file->foreign);
      report_.add_reason("of a fork this build does not know", file->foreign);
    }
  }

  const Report& report() const noexcept { return report_; }
  const std::vector<std::string>& later_lines() const noexcept { return later_lines_; }

 private:
  bool is_wanted(const StateCase& test) const {
    return (options_.fork.empty() || test.fork == options_.fork) &&
           test.id.find(options_.filter) != std::string::npos;
  }

  void reject_file(const fs::path& path, const std::string& message) {
    fmt::print("FAILED {}\n  {}\n", path.string(), message);
    report_.add(path.parent_path().string(), Verdict::kFailed);
  }

  void run(const StateCase& test, const fs::path& path, const std::string& folder) {
    std::unique_ptr<vm::Tracer> tracer;
    if (options_.trace) {
      fmt::print(stderr, "{}\n", test.id);
      tracer = std::make_unique<chain::Eip3155Tracer>(
          [](std::string_view line) { fmt::print(stderr, "{}\n", line); });
    }
    const CaseResult result = run_case(test, tracer.get());
    report_.add(folder, judge(test, path, result));
  }

  Verdict judge(const StateCase& test, const fs::path& path, const CaseResult& result) {
    if (result.missing_precompile) {
      const std::string name{vm::precompile_name(*result.missing_precompile)};
      later_lines_.push_back(fmt::format("{}\t{}", name, test.id));
      if (later_.contains(test.id) || !options_.write_later.empty()) {
        report_.add_reason("calls precompile " + name);
        return Verdict::kSkipped;
      }
      fmt::print(
          "FAILED {}\n  {}\n  calls precompile {}, which this build lacks, and is not listed\n",
          test.id, path.string(), name);
      return Verdict::kFailed;
    }
    if (result.mismatches.empty()) return Verdict::kPassed;
    fmt::print("FAILED {}\n  {}\n", test.id, path.string());
    for (const std::string& line : result.mismatches) fmt::print("  {}\n", line);
    return Verdict::kFailed;
  }

  const Options& options_;
  LaterList later_;
  Report report_;
  std::vector<std::string> later_lines_;
};

LaterList read_later(const fs::path& path) {
  if (path.empty()) return {};
  auto list = LaterList::parse(read_text(path));
  if (!list) throw std::runtime_error{fmt::format("{}: {}", path.string(), list.error())};
  return std::move(*list);
}

void write_later(const fs::path& path, std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  std::ofstream out{path, std::ios::binary};
  out << "# State tests that call a precompile this build lacks, found by running them: "
         "precompile, tab, case.\n"
         "# Written by tests/conformance state --write-later PATH...\n";
  for (const std::string& line : lines) out << line << '\n';
  if (!out.flush()) throw std::runtime_error{fmt::format("{}: cannot be written", path.string())};
}

int run_all(const Options& options) {
  Runner runner{options, read_later(options.later)};
  const std::vector<fs::path> files = files_of(options.paths);
  if (files.empty()) throw std::runtime_error{"no .json file there"};
  for (const fs::path& file : files) runner.run_file(file);
  if (!options.write_later.empty()) write_later(options.write_later, runner.later_lines());
  runner.report().print();
  return runner.report().total().failed == 0 ? 0 : kExitFailures;
}

}  // namespace
}  // namespace datapact::conformance

int main(int argc, char** argv) {
  using namespace datapact::conformance;
  CLI::App app{
      "Runs state tests: prints each failure with case, expected and got, counts by folder, and "
      "as the last line \"N passed, M failed, K skipped\"; exits 1 on a failure."};
  Options options;
  app.add_option("PATH", options.paths, "files, or folders searched for .json files")
      ->required()
      ->check(CLI::ExistingPath);
  app.add_option("--fork", options.fork, "only this fork: Cancun or Prague");
  app.add_option("--filter", options.filter, "only cases whose id contains this text");
  app.add_option("--later", options.later, "list of cases that wait for a missing precompile");
  app.add_option("--write-later", options.write_later, "write such a list instead of judging it");
  app.add_flag("--trace", options.trace, "print an EIP-3155 trace of each case to stderr");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  try {
    return run_all(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return kExitUsage;
  }
}

// Runs files of the public test formats against the ledger; see tests/conformance.
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/report.hpp"
#include "tests/conformance_runner/run_files.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <pthread.h>
#include <string>
#include <thread>
#include <vector>

namespace datapact::conformance {
namespace {

constexpr int kExitFailures = 1;
constexpr int kExitUsage = 2;
/// 1,024 nested calls of the VM, also with AddressSanitizer's larger frames.
constexpr std::size_t kThreadStackBytes = std::size_t{64} << 20U;

struct Options {
  std::string kind;
  std::vector<std::filesystem::path> paths;
  Selection selection;
  std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  bool as_json = false;
};

void enlarge_stacks() {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kThreadStackBytes);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
}

std::string kind_names() {
  std::string out;
  for (const KindPtr& kind : all_kinds()) {
    out += fmt::format("{}{}", out.empty() ? "" : ", ", kind->name());
  }
  return out;
}

KindPtr find_kind(const std::string& name) {
  for (KindPtr& kind : all_kinds()) {
    if (kind->name() == name) return std::move(kind);
  }
  throw std::invalid_argument{fmt::format("no kind {}: one of {}", name, kind_names())};
}

int run(const Options& options) {
  const KindPtr kind = find_kind(options.kind);
  const auto files = files_of(*kind, options.paths);
  if (files.empty()) throw std::invalid_argument{"no test file there"};
  // Traces of several cases at once could not be read.
  const std::size_t threads = options.selection.trace ? 1 : options.threads;
  Report report{options.as_json};
  run_files(*kind, files, options.selection, threads, report);
  report.print();
  return report.total().failed == 0 ? 0 : kExitFailures;
}

}  // namespace
}  // namespace datapact::conformance

int main(int argc, char** argv) {
  using namespace datapact::conformance;
  CLI::App app{
      "Runs public tests: prints each failure with case, expected and got, counts by folder, and "
      "as the last line \"N passed, M failed, K skipped\"; exits 1 on a failure."};
  Options options;
  app.add_option("KIND", options.kind, "one of " + kind_names())->required();
  app.add_option("PATH", options.paths, "files, or folders searched for files of the kind")
      ->required()
      ->check(CLI::ExistingPath);
  app.add_option("--fork", options.selection.fork, "only cases of this fork, such as Prague");
  app.add_option("--filter", options.selection.filter, "only cases whose id contains this text");
  app.add_option("--jobs", options.threads, "files run at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_flag("--trace", options.selection.trace,
               "print an EIP-3155 trace of each case to stderr");
  app.add_flag("--json", options.as_json, "print one JSON document instead of text");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  enlarge_stacks();
  try {
    return run(options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return kExitUsage;
  }
}

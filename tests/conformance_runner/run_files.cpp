#include "tests/conformance_runner/run_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <future>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace datapact::conformance {
namespace {

namespace fs = std::filesystem;

/// What one file came to: its cases, or why it is not of the format.
struct FileResult {
  CaseSink sink;
  std::optional<std::string> rejection;
};

std::optional<std::string> read_text(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

FileResult run_file(Kind& kind, const fs::path& path, const Selection& selection) {
  FileResult out{CaseSink{selection}, std::nullopt};
  const auto text = read_text(path);
  if (!text) {
    out.rejection = "cannot be read";
  } else if (auto ran = kind.run_file(path, *text, out.sink); !ran) {
    out.rejection = std::move(ran).error();
  }
  return out;
}

}  // namespace

std::vector<fs::path> files_of(const Kind& kind, const std::vector<fs::path>& paths) {
  std::vector<fs::path> out;
  for (const fs::path& path : paths) {
    if (!fs::is_directory(path)) {
      out.push_back(path);
      continue;
    }
    const auto begin = out.size();
    for (const auto& entry : fs::recursive_directory_iterator{path}) {
      if (entry.is_regular_file() && kind.is_test_file(entry.path())) out.push_back(entry.path());
    }
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end());
  }
  return out;
}

void run_files(Kind& kind, const std::vector<fs::path>& files, const Selection& selection,
               std::size_t threads, Report& report) {
  std::vector<std::promise<FileResult>> results(files.size());
  std::atomic<std::size_t> next_file = 0;
  const auto work = [&] {
    for (std::size_t i = next_file++; i < files.size(); i = next_file++) {
      results[i].set_value(run_file(kind, files[i], selection));
    }
  };
  std::vector<std::jthread> workers;
  workers.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) workers.emplace_back(work);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const FileResult result = results[i].get_future().get();
    report.add(files[i], result.sink);
    if (result.rejection) report.reject(files[i], *result.rejection);
    results[i] = {};
  }
}

}  // namespace datapact::conformance

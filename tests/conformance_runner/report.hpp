#pragma once
// Failures and counts, as people read them and as one JSON document.
#include "base/json.hpp"
#include "tests/conformance_runner/case_sink.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

namespace datapact::conformance {

struct Counts {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  void add(Verdict verdict);
};

/// Prints failures as files come in.
class Report {
 public:
  explicit Report(bool as_json) : as_json_(as_json) {}
  void add(const std::filesystem::path& file, const CaseSink& sink);
  /// A file that is not of the format counts as one failure.
  void reject(const std::filesystem::path& file, const std::string& reason);
  /// A table by folder, why cases were skipped or left out, and "N passed, M failed, K skipped" as
  /// the last line; or the JSON document.
  void print() const;
  [[nodiscard]] const Counts& total() const noexcept { return total_; }

 private:
  void count(const std::filesystem::path& file, Verdict verdict);
  void fail_case(const std::filesystem::path& file, const std::string& id,
                 const Mismatches& mismatches);
  [[nodiscard]] json::Value to_json() const;

  bool as_json_;
  std::map<std::string, Counts> folders_;
  std::map<std::string, std::size_t> skip_reasons_;
  std::map<std::string, std::size_t> left_out_;
  json::Array failures_;
  Counts total_;
};

}  // namespace datapact::conformance

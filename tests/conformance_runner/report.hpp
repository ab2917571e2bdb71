#pragma once
// Counts by folder and the lines people read.
#include "tests/conformance_runner/run_case.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace datapact::conformance {

enum class Verdict : std::uint8_t { kPassed, kFailed, kSkipped };

struct Counts {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  void add(Verdict verdict, std::size_t cases = 1);
};

class Report {
 public:
  void add(const std::string& folder, Verdict verdict, std::size_t cases = 1);
  /// Remembers why cases were skipped.
  void add_reason(const std::string& reason, std::size_t cases = 1);
  /// A table by folder, the reasons, and "N passed, M failed, K skipped" as the last line.
  void print() const;
  [[nodiscard]] const Counts& total() const noexcept { return total_; }

 private:
  std::map<std::string, Counts> folders_;
  std::map<std::string, std::size_t> reasons_;
  Counts total_;
};

}  // namespace datapact::conformance

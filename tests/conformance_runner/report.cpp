#include "tests/conformance_runner/report.hpp"

#include <fmt/format.h>

namespace datapact::conformance {

void Counts::add(Verdict verdict, std::size_t cases) {
  switch (verdict) {
    case Verdict::kPassed:
      passed += cases;
      return;
    case Verdict::kFailed:
      failed += cases;
      return;
    case Verdict::kSkipped:
      skipped += cases;
      return;
  }
}

void Report::add(const std::string& folder, Verdict verdict, std::size_t cases) {
  folders_[folder].add(verdict, cases);
  total_.add(verdict, cases);
}

void Report::add_reason(const std::string& reason, std::size_t cases) { reasons_[reason] += cases; }

void Report::print() const {
  fmt::print("{:>8} {:>8} {:>8}  folder\n", "passed", "failed", "skipped");
  for (const auto& [folder, counts] : folders_) {
    fmt::print("{:>8} {:>8} {:>8}  {}\n", counts.passed, counts.failed, counts.skipped, folder);
  }
  for (const auto& [reason, cases] : reasons_) fmt::print("skipped {}: {}\n", cases, reason);
  fmt::print("{} passed, {} failed, {} skipped\n", total_.passed, total_.failed, total_.skipped);
}

}  // namespace datapact::conformance

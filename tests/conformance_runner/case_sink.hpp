#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::conformance {

/// Which cases the command line asks for.
struct Selection {
  std::string fork;    ///< empty: all
  std::string filter;  ///< text the id contains
  bool trace = false;
};

/// Lines of "what: expected X, got Y"; none: the case passed.
using Mismatches = std::vector<std::string>;

enum class Verdict : std::uint8_t { kPassed, kFailed, kSkipped };

struct CaseResult {
  std::string id;
  Verdict verdict = Verdict::kPassed;
  Mismatches mismatches;
  std::string skip_reason;
};

/// Collects what the cases of one file came to. Not thread-safe: one a file.
class CaseSink {
 public:
  explicit CaseSink(Selection selection) : selection_(std::move(selection)) {}

  /// `fork` is empty where the format knows none.
  [[nodiscard]] bool wants(std::string_view id, std::string_view fork = {}) const {
    return (fork.empty() || selection_.fork.empty() || selection_.fork == fork) &&
           id.find(selection_.filter) != std::string_view::npos;
  }
  [[nodiscard]] bool wants_trace() const noexcept { return selection_.trace; }

  void add(std::string id, Mismatches mismatches) {
    const auto verdict = mismatches.empty() ? Verdict::kPassed : Verdict::kFailed;
    cases_.push_back({std::move(id), verdict, std::move(mismatches), {}});
  }
  void skip(std::string id, std::string reason) {
    cases_.push_back({std::move(id), Verdict::kSkipped, {}, std::move(reason)});
  }
  /// Results that are no cases of this ledger, such as those of forks before Cancun: named in the
  /// report and not counted.
  void leave_out(std::size_t results, const std::string& reason) { left_out_[reason] += results; }

  [[nodiscard]] const std::vector<CaseResult>& cases() const noexcept { return cases_; }
  [[nodiscard]] const std::map<std::string, std::size_t>& left_out() const noexcept {
    return left_out_;
  }

 private:
  Selection selection_;
  std::vector<CaseResult> cases_;
  std::map<std::string, std::size_t> left_out_;
};

}  // namespace datapact::conformance

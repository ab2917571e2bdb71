#include "tests/conformance_runner/report.hpp"

#include <fmt/format.h>

#include <utility>

namespace datapact::conformance {
namespace {

json::Value to_json(const Counts& counts) {
  return json::Value::object({{"passed", std::uint64_t{counts.passed}},
                              {"failed", std::uint64_t{counts.failed}},
                              {"skipped", std::uint64_t{counts.skipped}}});
}

json::Value to_json(const std::map<std::string, std::size_t>& reasons) {
  json::Object out;
  for (const auto& [reason, cases] : reasons) out.emplace_back(reason, std::uint64_t{cases});
  return out;
}

}  // namespace

void Counts::add(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      ++passed;
      return;
    case Verdict::kFailed:
      ++failed;
      return;
    case Verdict::kSkipped:
      ++skipped;
      return;
  }
}

void Report::add(const std::filesystem::path& file, const CaseSink& sink) {
  for (const CaseResult& result : sink.cases()) {
    count(file, result.verdict);
    if (result.verdict == Verdict::kSkipped) ++skip_reasons_[result.skip_reason];
    if (result.verdict == Verdict::kFailed) fail_case(file, result.id, result.mismatches);
  }
  for (const auto& [reason, results] : sink.left_out()) left_out_[reason] += results;
}

void Report::reject(const std::filesystem::path& file, const std::string& reason) {
  count(file, Verdict::kFailed);
  fail_case(file, "the file", {reason});
}

void Report::count(const std::filesystem::path& file, Verdict verdict) {
  folders_[file.parent_path().string()].add(verdict);
  total_.add(verdict);
}

void Report::fail_case(const std::filesystem::path& file, const std::string& id,
                       const Mismatches& mismatches) {
  if (!as_json_) {
    fmt::print("FAILED {}\n  {}\n", id, file.string());
    for (const std::string& line : mismatches) fmt::print("  {}\n", line);
    return;
  }
  json::Array lines;
  for (const std::string& line : mismatches) lines.emplace_back(line);
  failures_.push_back(json::Value::object(
      {{"case", id}, {"file", file.string()}, {"mismatches", std::move(lines)}}));
}

json::Value Report::to_json() const {
  json::Object folders;
  for (const auto& [folder, counts] : folders_) {
    folders.emplace_back(folder, conformance::to_json(counts));
  }
  return json::Value::object({{"total", conformance::to_json(total_)},
                              {"folders", std::move(folders)},
                              {"failures", failures_},
                              {"skipped", conformance::to_json(skip_reasons_)},
                              {"notCounted", conformance::to_json(left_out_)}});
}

void Report::print() const {
  if (as_json_) {
    fmt::print("{}", json::to_pretty_text(to_json()));
    return;
  }
  fmt::print("{:>8} {:>8} {:>8}  folder\n", "passed", "failed", "skipped");
  for (const auto& [folder, counts] : folders_) {
    fmt::print("{:>8} {:>8} {:>8}  {}\n", counts.passed, counts.failed, counts.skipped, folder);
  }
  for (const auto& [reason, cases] : skip_reasons_) fmt::print("skipped {}: {}\n", cases, reason);
  for (const auto& [reason, cases] : left_out_) fmt::print("not counted {}: {}\n", cases, reason);
  fmt::print("{} passed, {} failed, {} skipped\n", total_.passed, total_.failed, total_.skipped);
}

}  // namespace datapact::conformance

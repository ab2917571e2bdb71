#pragma once
// Long work on two cores with progress on the terminal; Ctrl-C stops it between batches.
#include "tools/cli/session.hpp"
#include "trade/lot.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace datapact::tools {

class LongWork {
 public:
  LongWork(Session& session, std::string name);
  ~LongWork();
  LongWork(const LongWork&) = delete;
  LongWork& operator=(const LongWork&) = delete;
  LongWork(LongWork&&) = delete;
  LongWork& operator=(LongWork&&) = delete;
  [[nodiscard]] trade::Work work();

 private:
  Session& session_;
  std::string name_;
  std::unique_ptr<TaskRunner> runner_;
  std::chrono::steady_clock::time_point start_;
};

/// The CliError that says what stopped the work: code 8 for bytes that do not match, 130 for an
/// interrupt, 3 for a file.
[[noreturn]] void fail_work(const trade::LotError& error);

}  // namespace datapact::tools

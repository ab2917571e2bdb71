#pragma once
// Long work on two cores with progress on the terminal; Ctrl-C stops it between batches.
#include "tools/cli/session.hpp"
#include "trade/lot.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
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
  /// `resumed`: bytes of the data that an earlier run did.
  [[nodiscard]] trade::Work work(std::uint64_t resumed = 0);
  /// The CliError for work that leaves something to go on from: an interrupt says how far it came.
  [[noreturn]] void fail_resumable(const trade::LotError& error) const;

 private:
  Session& session_;
  std::string name_;
  std::unique_ptr<TaskRunner> runner_;
  std::chrono::steady_clock::time_point start_;
  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
};

/// "registering lot 1 of 3"; without a number when there is one.
[[nodiscard]] std::string lots_name(const std::string& what, std::uint32_t lot, std::size_t lots);

/// The CliError that says what stopped the work: code 8 for bytes that do not match, 130 for an
/// interrupt, 3 for a file.
[[noreturn]] void fail_work(const trade::LotError& error);

}  // namespace datapact::tools

#include "tools/trading/work_progress.hpp"

#include "base/byte_stream.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/session.hpp"
#include "tools/cli/system.hpp"
#include "trade/data_layout.hpp"
#include "trade/lot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace datapact::tools {

LongWork::LongWork(Session& session, std::string name)
    : session_(session),
      name_(std::move(name)),
      runner_(make_thread_runner()),
      start_(std::chrono::steady_clock::now()) {}

LongWork::~LongWork() { session_.out.end_progress(); }

trade::Work LongWork::work(std::uint64_t resumed) {
  if (resumed != 0) session_.out.note(fmt::format("{} goes on at {}", name_, human_bytes(resumed)));
  return {*runner_, [this, resumed](std::uint64_t done, std::uint64_t total) {
            done_ = done;
            total_ = total;
            const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start_;
            const double rate = static_cast<double>(done - resumed) / std::max(spent.count(), 1e-6);
            session_.out.progress(fmt::format("{}: {} of {}, {}/s, {:.0f} s left", name_,
                                              human_bytes(done), human_bytes(total),
                                              human_bytes(static_cast<std::uint64_t>(rate)),
                                              static_cast<double>(total - done) / rate));
            return !interrupted();
          }};
}

void LongWork::fail_resumable(const trade::LotError& error) const {
  if (!std::holds_alternative<trade::Stopped>(error)) fail_work(error);
  session_.out.end_progress();
  throw CliError(ExitCode::kInterrupted, "interrupted",
                 fmt::format("{} was interrupted at {} of {}; what is done is kept", name_,
                             human_bytes(done_), human_bytes(total_)),
                 "run the same command again: it goes on from there");
}

std::string lots_name(const std::string& what, std::uint32_t lot, std::size_t lots) {
  return lots == 1 ? what : fmt::format("{} lot {} of {}", what, lot, lots);
}

void fail_work(const trade::LotError& error) {
  const std::string message = trade::describe(error);
  if (std::holds_alternative<trade::Stopped>(error))
    throw CliError(ExitCode::kInterrupted, "interrupted", "interrupted");
  if (const auto* stream = std::get_if<StreamError>(&error)) fail_stream(*stream);
  if (std::holds_alternative<trade::ShapeError>(error)) fail_usage(message);
  const bool chunk = std::holds_alternative<trade::WrongChunk>(error);
  fail_verification(chunk ? "wrong-chunk" : "wrong-data", message);
}

}  // namespace datapact::tools

#pragma once
// A recording of what reached the core thread and when, and its replay: the same events at the same
// times give the same block hashes. Layout: docs/formats/event-log.md.
#include "base/result.hpp"
#include "base/types.hpp"
#include "node/core_event.hpp"
#include "node/core_loop.hpp"
#include "node/ports.hpp"

#include <cstdio>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace datapact::node {

/// Writes to a file as events are handled, without syncing: a diagnosis, not a journal. A write
/// that fails ends the recording with one warning. Core thread only.
class EventRecorder {
 public:
  [[nodiscard]] static Result<std::unique_ptr<EventRecorder>, std::string> open(
      const std::filesystem::path& file);
  void begin(UnixMillis now);
  void record(const CoreEvent& event, UnixMillis now);

 private:
  struct Close {
    void operator()(std::FILE* file) const noexcept;
  };
  using File = std::unique_ptr<std::FILE, Close>;
  explicit EventRecorder(File file) : file_(std::move(file)) {}
  void write(ByteView item);

  File file_;
};

/// Keeps tasks until the log says when their answers came.
class ReplayTasks final : public BlockTasks {
 public:
  ReplayTasks(const chain::GenesisConfig& config, const store::Ledger& ledger)
      : config_(config), ledger_(ledger) {}
  void build(BuildTask task) override { builds_.push_back(std::move(task)); }
  void check(CheckTask task) override { checks_.push_back(std::move(task)); }
  void sync(SyncTask task) override { sync_ = std::move(task); }
  void remember_sender(const chain::RecoveredTxn&) override {}
  /// Runs what was asked for; nothing when it was not asked.
  [[nodiscard]] std::optional<CoreEvent> answer_build(std::uint64_t considered);
  [[nodiscard]] std::optional<CoreEvent> answer_check();
  [[nodiscard]] std::optional<CoreEvent> answer_sync();

 private:
  const chain::GenesisConfig& config_;
  const store::Ledger& ledger_;
  /// In the order in which the one executor answers them.
  std::deque<BuildTask> builds_;
  std::deque<CheckTask> checks_;
  std::optional<SyncTask> sync_;
  std::deque<BlockSynced> synced_;
};

/// Timers fire when the log says so.
class ReplayTimers final : public Timers {
 public:
  void start(const consensus::TimerFired&, std::chrono::milliseconds) override {}
  void start_sync(std::chrono::milliseconds) override {}
};

/// Drives `loop`, whose ports hold `tasks`, through the whole log. Fails with the place of the
/// first record that does not decode or does not fit what the loop asked for.
[[nodiscard]] Result<void, std::string> replay(ByteView log, const consensus::Domain& domain,
                                               CoreLoop& loop, ReplayTasks& tasks);

}  // namespace datapact::node

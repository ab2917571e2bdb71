#pragma once
// Ports of a CoreLoop in which nothing moves by itself: tasks are done at once and their answers
// wait, timers wait for the test's clock.
#include "node/block_tasks.hpp"
#include "node/core_event.hpp"
#include "node/ports.hpp"

#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::node::test {

/// Builds at once and hands the answer over when asked.
class InlineTasks final : public BlockTasks {
 public:
  InlineTasks(const chain::GenesisConfig& config, const store::Ledger& ledger)
      : config_(config), ledger_(ledger) {}
  void build(BuildTask task) override {
    answers.emplace_back(run(task, {config_, ledger_}, [] { return false; }));
  }
  void check(CheckTask task) override { answers.emplace_back(run(task, {config_, ledger_})); }
  void sync(SyncTask task) override {
    run(task, {config_, ledger_}, [this](BlockSynced synced) {
      answers.emplace_back(std::move(synced));
      return true;
    });
  }
  void remember_sender(const chain::RecoveredTxn& txn) override {
    remembered.push_back(txn.hash());
  }
  std::deque<CoreEvent> answers;
  std::vector<TxnHash> remembered;

 private:
  const chain::GenesisConfig& config_;
  const store::Ledger& ledger_;
};

class SimTimers final : public Timers {
 public:
  explicit SimTimers(const UnixMillis& now) : now_(now) {}
  void start(const consensus::TimerFired& timer, std::chrono::milliseconds delay) override {
    timers.insert_or_assign(timer.kind, std::pair{now_ + delay, timer});
  }
  void start_sync(std::chrono::milliseconds delay) override { sync_at = now_ + delay; }
  std::map<consensus::TimerKind, std::pair<UnixMillis, consensus::TimerFired>> timers;
  std::optional<UnixMillis> sync_at;

 private:
  const UnixMillis& now_;
};

}  // namespace datapact::node::test

#pragma once
// The executor thread: one at a time, in order. Its stack fits 1,024 nested calls (main raises the
// process's default before any thread starts).
#include "base/mutex.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/ledger.hpp"
#include "node/core_inbox.hpp"
#include "node/ports.hpp"

#include <deque>
#include <thread>
#include <variant>

namespace datapact::node {

/// Thread contract: build, check and sync may be called from the core thread; stop from any.
class BlockWorker final : public BlockTasks {
 public:
  /// Borrows everything; answers go to `inbox`.
  BlockWorker(const chain::GenesisConfig& config, const store::Ledger& ledger, CoreInbox& inbox);
  ~BlockWorker() override;
  BlockWorker(const BlockWorker&) = delete;
  BlockWorker& operator=(const BlockWorker&) = delete;

  void build(BuildTask task) override { push(std::move(task)); }
  void check(CheckTask task) override { push(std::move(task)); }
  void sync(SyncTask task) override { push(std::move(task)); }
  /// Finishes the block under way, drops the others and joins. Idempotent.
  void stop();

 private:
  using Task = std::variant<BuildTask, CheckTask, SyncTask>;
  void push(Task task);
  void run_tasks();
  void perform(const BuildTask& task);
  void perform(const CheckTask& task);
  void perform(const SyncTask& task);
  [[nodiscard]] bool is_stopping() const;

  const chain::GenesisConfig& config_;
  const store::Ledger& ledger_;
  CoreInbox& inbox_;
  mutable Mutex mutex_;
  Condition changed_;
  std::deque<Task> tasks_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace datapact::node

#pragma once
// The executor thread: one at a time, in order, with threads that help it. Its stack fits 1,024
// nested calls (main raises the process's default before any thread starts).
#include "base/mutex.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/store/ledger.hpp"
#include "node/block_tasks.hpp"
#include "node/core_inbox.hpp"
#include "node/ports.hpp"
#include "node/sender_cache.hpp"
#include "node/thread_runner.hpp"

#include <cstddef>
#include <deque>
#include <thread>
#include <utility>
#include <variant>

namespace datapact::node {

struct WorkerSize {
  /// What a block has to do that is independent of each other, recoveries and tries, is shared out
  /// among so many, the executor thread one of them.
  std::size_t threads = 1;
  /// Transactions of the pool whose senders are remembered.
  std::size_t senders_max = 0;
};

/// Thread contract: build, check, sync and remember_sender may be called from the core thread; stop
/// from any.
class BlockWorker final : public BlockTasks {
 public:
  /// Borrows everything; answers go to `inbox`.
  BlockWorker(const chain::GenesisConfig& config, const store::Ledger& ledger, CoreInbox& inbox,
              const WorkerSize& size);
  ~BlockWorker() override;
  BlockWorker(const BlockWorker&) = delete;
  BlockWorker& operator=(const BlockWorker&) = delete;

  void build(BuildTask task) override { push(std::move(task)); }
  void check(CheckTask task) override { push(std::move(task)); }
  void sync(SyncTask task) override { push(std::move(task)); }
  void remember_sender(const chain::RecoveredTxn& txn) override { senders_.remember(txn); }
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

  SenderCache senders_;
  ThreadRunner runner_;
  const TaskPorts ports_;
  CoreInbox& inbox_;
  mutable Mutex mutex_;
  Condition changed_;
  std::deque<Task> tasks_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace datapact::node

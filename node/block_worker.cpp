#include "node/block_worker.hpp"

#include "base/mutex.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/ledger.hpp"
#include "node/block_tasks.hpp"
#include "node/core_event.hpp"
#include "node/core_inbox.hpp"
#include "node/ports.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <variant>

namespace datapact::node {

BlockWorker::BlockWorker(const chain::GenesisConfig& config, const store::Ledger& ledger,
                         CoreInbox& inbox, const WorkerSize& size)
    : senders_(size.senders_max),
      runner_(size.threads),
      ports_{config, ledger, {.runner = &runner_, .senders = &senders_}},
      inbox_(inbox),
      thread_([this] { run_tasks(); }) {}

BlockWorker::~BlockWorker() { stop(); }

void BlockWorker::stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
    tasks_.clear();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void BlockWorker::push(Task task) {
  {
    const Lock lock(mutex_);
    if (stopping_) return;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void BlockWorker::run_tasks() {
  while (true) {  // The event loop of this thread: ends with stop().
    std::optional<Task> task;
    {
      const Lock lock(mutex_);
      while (tasks_.empty() && !stopping_) changed_.wait(mutex_);
      if (stopping_) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    std::visit([this](const auto& t) { perform(t); }, *task);
  }
}

void BlockWorker::perform(const BuildTask& task) {
  const auto end = std::chrono::steady_clock::now() + task.budget;
  inbox_.push_answer(run(task, ports_, [end] { return std::chrono::steady_clock::now() >= end; }));
}

void BlockWorker::perform(const CheckTask& task) { inbox_.push_answer(run(task, ports_)); }

void BlockWorker::perform(const SyncTask& task) {
  run(task, ports_, [this](BlockSynced synced) {
    inbox_.push_answer(std::move(synced));
    return !is_stopping();
  });
}

bool BlockWorker::is_stopping() const {
  const Lock lock(mutex_);
  return stopping_;
}

}  // namespace datapact::node

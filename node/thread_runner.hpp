#pragma once
// Threads behind base's TaskRunner: they wait for work and share out the tasks of one caller, who
// works too. Which thread runs a task is left to chance; the result may not depend on it.
#include "base/mutex.hpp"
#include "base/task_runner.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace datapact::node {

/// Thread contract: parallel_for from one thread at a time, and never out of a task. What the
/// caller wrote before it is seen by the tasks, and what they wrote by the caller after it.
class ThreadRunner final : public TaskRunner {
 public:
  /// As many tasks run at once, one of them on the caller's thread: `width` - 1 threads are
  /// started, and joined at the end. At least 1.
  explicit ThreadRunner(std::size_t width);
  ~ThreadRunner() override;
  ThreadRunner(const ThreadRunner&) = delete;
  ThreadRunner& operator=(const ThreadRunner&) = delete;

  void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) override;
  [[nodiscard]] std::size_t width() const override { return threads_.size() + 1; }

 private:
  /// Lives on the caller's stack while it runs.
  struct Job {
    const std::function<void(std::size_t)>& body;
    std::size_t count = 0;
    std::atomic<std::size_t> next = 0;
    void work();
  };

  void serve();
  /// The next job after number `last`, which it becomes; null when there will be none.
  [[nodiscard]] Job* join_job(std::uint64_t& last);
  void leave_job();

  Mutex mutex_;
  Condition changed_;
  Condition left_;
  Job* job_ GUARDED_BY(mutex_) = nullptr;
  /// Of the job, or of the last one.
  std::uint64_t number_ GUARDED_BY(mutex_) = 0;
  /// Threads at work on the job, beside the caller.
  std::size_t busy_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace datapact::node

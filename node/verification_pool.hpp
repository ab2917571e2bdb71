#pragma once
// Threads for pure work on what strangers send: decoding and signature recovery. Bounded: a full
// queue refuses, and the caller says so to the client.
#include "base/mutex.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

namespace datapact::node {

/// Thread contract: any thread.
class VerificationPool {
 public:
  VerificationPool(std::size_t threads, std::size_t jobs_max);
  ~VerificationPool();
  VerificationPool(const VerificationPool&) = delete;
  VerificationPool& operator=(const VerificationPool&) = delete;

  /// False when the queue is full or the pool has stopped; then `job` will not run. Jobs must not
  /// throw.
  [[nodiscard]] bool try_post(std::function<void()> job);
  /// Runs what is queued, refuses more and joins. Idempotent.
  void stop();

 private:
  void run();

  const std::size_t jobs_max_;
  Mutex mutex_;
  Condition changed_;
  std::deque<std::function<void()>> jobs_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace datapact::node

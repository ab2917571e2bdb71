#pragma once
// Threads for pure work on what strangers send: decoding and signature recovery, in two lanes, so
// that no flood of transactions delays a vote. Each lane is bounded: a full one refuses, and the
// caller says so to the client.
#include "base/mutex.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

namespace datapact::node {

enum class Lane : std::uint8_t {
  kUrgent,    ///< votes and blocks: goes first
  kOrdinary,  ///< transactions
};

/// Thread contract: any thread.
class VerificationPool {
 public:
  VerificationPool(std::size_t threads, std::size_t jobs_max);
  ~VerificationPool();
  VerificationPool(const VerificationPool&) = delete;
  VerificationPool& operator=(const VerificationPool&) = delete;

  /// False when the lane is full or the pool has stopped; then `job` will not run. Jobs must not
  /// throw.
  [[nodiscard]] bool try_post(Lane lane, std::function<void()> job);
  /// Runs what is queued, refuses more and joins. Idempotent.
  void stop();

 private:
  void run();
  /// The lane to serve next; null when both are empty.
  [[nodiscard]] std::deque<std::function<void()>>* waiting() REQUIRES_LOCK(mutex_);

  const std::size_t jobs_max_;
  Mutex mutex_;
  Condition changed_;
  std::array<std::deque<std::function<void()>>, 2> lanes_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace datapact::node

#pragma once
// Simulated time: what is to happen, in order of time and, at one instant, of its scheduling.
#include "base/types.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace datapact::sim {

class Scheduler {
 public:
  using Action = std::function<void()>;

  [[nodiscard]] UnixMillis now() const noexcept { return now_; }
  void after(std::chrono::milliseconds delay, Action action) {
    queue_.emplace(std::pair{now_ + delay, next_++}, std::move(action));
  }
  /// Forgets all that was to happen.
  void clear() { queue_.clear(); }
  /// False when nothing is left.
  bool run_next() {
    if (queue_.empty()) return false;
    auto first = queue_.extract(queue_.begin());
    now_ = first.key().first;
    first.mapped()();
    return true;
  }

 private:
  UnixMillis now_{1'700'000'000'000};
  std::uint64_t next_ = 0;
  std::map<std::pair<UnixMillis, std::uint64_t>, Action> queue_;
};

}  // namespace datapact::sim

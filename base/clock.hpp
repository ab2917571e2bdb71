#pragma once
// Time as an argument: the deterministic core never reads a clock, it is handed one of these.
#include "base/types.hpp"

namespace datapact {

/// Thread contract: implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall clock in UTC, for header times.
  [[nodiscard]] virtual UnixMillis now() const = 0;
  /// Never goes back, for timers and durations.
  [[nodiscard]] virtual std::chrono::nanoseconds monotonic() const = 0;
};

}  // namespace datapact

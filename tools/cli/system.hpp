#pragma once
// The process's own clock, randomness and cores behind base's interfaces.
#include "base/clock.hpp"
#include "base/random_source.hpp"
#include "base/task_runner.hpp"

#include <memory>

namespace datapact::tools {

/// getrandom(2). Thread-safe.
class SystemRandom final : public RandomSource {
 public:
  void fill(MutableBytes out) override;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override;
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override;
};

/// One std::jthread a core. One parallel_for at a time.
[[nodiscard]] std::unique_ptr<TaskRunner> make_thread_runner();

/// True after SIGINT or SIGTERM: long work looks here between batches. `watch_interrupts` installs
/// the handler.
void watch_interrupts();
[[nodiscard]] bool interrupted() noexcept;

}  // namespace datapact::tools

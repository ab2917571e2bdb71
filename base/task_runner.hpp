#pragma once
#include <cstddef>
#include <functional>

namespace datapact {

/// Runs independent tasks, on one thread or many. The result of a computation may not depend on the
/// schedule: tasks write to disjoint places only. `body` must not throw.
class TaskRunner {
 public:
  virtual ~TaskRunner() = default;
  /// Calls body(i) once for each i in [0, count) and returns when all have returned.
  virtual void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) = 0;
  /// How many tasks can make progress at once: a hint for cutting work into pieces.
  [[nodiscard]] virtual std::size_t width() const = 0;
};

/// One after another on the caller's thread.
class SequentialRunner final : public TaskRunner {
 public:
  void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) override {
    for (std::size_t i = 0; i < count; ++i) body(i);
  }
  [[nodiscard]] std::size_t width() const override { return 1; }
};

}  // namespace datapact

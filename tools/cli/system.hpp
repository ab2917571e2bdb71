#pragma once
// The process's own cores behind base's interface; its interrupts.
#include "base/task_runner.hpp"

#include <memory>

namespace datapact::tools {

/// A thread a core (node/thread_runner.hpp).
[[nodiscard]] std::unique_ptr<TaskRunner> make_thread_runner();

/// True after SIGINT or SIGTERM: long work looks here between batches. `watch_interrupts` installs
/// the handler, and makes a file at its size limit and a closed pipe errors of the write.
void watch_interrupts();
[[nodiscard]] bool interrupted() noexcept;

}  // namespace datapact::tools

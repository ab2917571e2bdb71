#include "tools/cli/system.hpp"

#include "base/task_runner.hpp"
#include "node/thread_runner.hpp"

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <memory>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): <csignal> has only what C has
#include <thread>

namespace datapact::tools {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

}  // namespace

std::unique_ptr<TaskRunner> make_thread_runner() {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::make_unique<node::ThreadRunner>(cores);
}

void watch_interrupts() {
  const auto handler = [](int) { g_interrupted = 1; };
  std::signal(SIGINT, handler);
  std::signal(SIGTERM, handler);
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() noexcept { return g_interrupted != 0; }

}  // namespace datapact::tools

#include "tools/cli/system.hpp"

#include "base/task_runner.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace datapact::tools {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

/// Workers take the next index until none is left; the caller works too.
class ThreadRunner final : public TaskRunner {
 public:
  explicit ThreadRunner(std::size_t width) : width_(width) {
    for (std::size_t i = 1; i < width; ++i) {
      workers_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
    }
  }
  ~ThreadRunner() override {
    for (auto& worker : workers_) worker.request_stop();
    wake_.notify_all();
  }
  ThreadRunner(const ThreadRunner&) = delete;
  ThreadRunner& operator=(const ThreadRunner&) = delete;
  ThreadRunner(ThreadRunner&&) = delete;
  ThreadRunner& operator=(ThreadRunner&&) = delete;

  void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) override {
    {
      const std::lock_guard lock(mutex_);
      body_ = &body;
      count_ = count;
      next_ = 0;
      ++generation_;
    }
    wake_.notify_all();
    work(body, count);
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return busy_ == 0; });
    body_ = nullptr;
  }
  [[nodiscard]] std::size_t width() const override { return width_; }

 private:
  void work(const std::function<void(std::size_t)>& body, std::size_t count) {
    for (std::size_t i = next_++; i < count; i = next_++) body(i);
  }
  void serve(const std::stop_token& stop) {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [&] { return generation_ != seen; })) {
      seen = generation_;
      if (body_ == nullptr) continue;
      const auto& body = *body_;
      const std::size_t count = count_;
      ++busy_;
      lock.unlock();
      work(body, count);
      lock.lock();
      if (--busy_ == 0) idle_.notify_all();
    }
  }

  std::size_t width_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable_any idle_;
  const std::function<void(std::size_t)>* body_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_ = 0;
  std::uint64_t generation_ = 0;
  std::size_t busy_ = 0;
  std::vector<std::jthread> workers_;
};

}  // namespace

std::unique_ptr<TaskRunner> make_thread_runner() {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::make_unique<ThreadRunner>(cores);
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

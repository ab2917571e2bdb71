#include "node/verification_pool.hpp"

#include <utility>

namespace datapact::node {

VerificationPool::VerificationPool(std::size_t threads, std::size_t jobs_max)
    : jobs_max_(jobs_max) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

VerificationPool::~VerificationPool() { stop(); }

bool VerificationPool::try_post(std::function<void()> job) {
  {
    const Lock lock(mutex_);
    if (stopping_ || jobs_.size() >= jobs_max_) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void VerificationPool::stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  threads_.clear();
}

void VerificationPool::run() {
  while (true) {  // The event loop of this thread: ends with stop() and an empty queue.
    std::function<void()> job;
    {
      const Lock lock(mutex_);
      while (jobs_.empty() && !stopping_) changed_.wait(mutex_);
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace datapact::node

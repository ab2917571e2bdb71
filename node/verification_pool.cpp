#include "node/verification_pool.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

namespace datapact::node {

VerificationPool::VerificationPool(std::size_t threads, std::size_t jobs_max)
    : jobs_max_(jobs_max) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

VerificationPool::~VerificationPool() { stop(); }

bool VerificationPool::try_post(Lane lane, std::function<void()> job) {
  {
    const Lock lock(mutex_);
    auto& jobs = lanes_.at(static_cast<std::size_t>(lane));
    if (stopping_ || jobs.size() >= jobs_max_) return false;
    jobs.push_back(std::move(job));
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

std::deque<std::function<void()>>* VerificationPool::waiting() {
  for (auto& jobs : lanes_) {
    if (!jobs.empty()) return &jobs;
  }
  return nullptr;
}

void VerificationPool::run() {
  while (true) {  // The event loop of this thread: ends with stop() and empty lanes.
    std::function<void()> job;
    {
      const Lock lock(mutex_);
      while (waiting() == nullptr && !stopping_) changed_.wait(mutex_);
      auto* const jobs = waiting();
      if (jobs == nullptr) return;
      job = std::move(jobs->front());
      jobs->pop_front();
    }
    job();
  }
}

}  // namespace datapact::node

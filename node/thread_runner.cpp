#include "node/thread_runner.hpp"

#include "base/assert.hpp"
#include "base/mutex.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>

namespace datapact::node {

ThreadRunner::ThreadRunner(std::size_t width) {
  PRECONDITION(width >= 1);
  threads_.reserve(width - 1);
  for (std::size_t i = 1; i < width; ++i) threads_.emplace_back([this] { serve(); });
}

ThreadRunner::~ThreadRunner() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void ThreadRunner::parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
  Job job{body, count};
  // A single task gains nothing from others, who would have to wake up for it.
  if (threads_.empty() || count <= 1) return job.work();
  {
    const Lock lock(mutex_);
    PRECONDITION(job_ == nullptr);
    job_ = &job;
    ++number_;
  }
  changed_.notify_all();
  job.work();
  const Lock lock(mutex_);
  // Who has not joined by now finds no job any more.
  job_ = nullptr;
  while (busy_ != 0) left_.wait(mutex_);
}

void ThreadRunner::Job::work() {
  for (std::size_t i = next++; i < count; i = next++) body(i);
}

void ThreadRunner::serve() {
  std::uint64_t last = 0;
  while (Job* job = join_job(last)) {  // The loop of this thread: ends with the runner.
    job->work();
    leave_job();
  }
}

ThreadRunner::Job* ThreadRunner::join_job(std::uint64_t& last) {
  const Lock lock(mutex_);
  while (!stopping_ && (job_ == nullptr || number_ == last)) changed_.wait(mutex_);
  if (stopping_) return nullptr;
  last = number_;
  ++busy_;
  return job_;
}

void ThreadRunner::leave_job() {
  const Lock lock(mutex_);
  if (--busy_ == 0) left_.notify_all();
}

}  // namespace datapact::node

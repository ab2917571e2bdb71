#include "node/core_inbox.hpp"

#include <utility>

namespace datapact::node {

bool CoreInbox::try_push(CoreEvent& event) {
  {
    const Lock lock(mutex_);
    if (closed_ || events_.size() >= events_max_) return false;
    events_.push_back(std::move(event));
  }
  changed_.notify_one();
  return true;
}

void CoreInbox::push_answer(CoreEvent event) {
  {
    const Lock lock(mutex_);
    if (closed_) return;
    events_.push_back(std::move(event));
  }
  changed_.notify_one();
}

std::optional<CoreEvent> CoreInbox::pop_until(std::chrono::steady_clock::time_point deadline) {
  const Lock lock(mutex_);
  while (events_.empty() && !closed_) {
    if (changed_.wait_until(mutex_, deadline) == std::cv_status::timeout) break;
  }
  if (events_.empty() || closed_) return std::nullopt;
  auto event = std::move(events_.front());
  events_.pop_front();
  return event;
}

void CoreInbox::close() {
  std::deque<CoreEvent> dropped;
  {
    const Lock lock(mutex_);
    closed_ = true;
    // Destroyed outside the lock: an event may hold a caller's promise.
    dropped.swap(events_);
  }
  changed_.notify_all();
}

bool CoreInbox::is_closed() const {
  const Lock lock(mutex_);
  return closed_;
}

}  // namespace datapact::node

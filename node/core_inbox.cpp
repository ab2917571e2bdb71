#include "node/core_inbox.hpp"

#include "base/mutex.hpp"
#include "node/core_event.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <optional>
#include <ranges>
#include <utility>
#include <variant>

namespace datapact::node {

std::deque<CoreEvent>& CoreInbox::lane_of(const CoreEvent& event) {
  const bool is_ordinary =
      std::holds_alternative<TxnSubmitted>(event) || std::holds_alternative<PoolQuery>(event);
  return is_ordinary ? ordinary_ : urgent_;
}

bool CoreInbox::try_push(CoreEvent& event) {
  {
    const Lock lock(mutex_);
    auto& lane = lane_of(event);
    if (closed_ || lane.size() >= events_max_) return false;
    lane.push_back(std::move(event));
  }
  changed_.notify_one();
  return true;
}

void CoreInbox::push_answer(CoreEvent event) {
  {
    const Lock lock(mutex_);
    if (closed_) return;
    auto& lane = lane_of(event);
    if (const auto* up = std::get_if<PeerUp>(&event); up != nullptr && is_told(*up)) return;
    lane.push_back(std::move(event));
  }
  changed_.notify_one();
}

/// Whether the last that waits of this peer is that it is up: once is enough, since all that
/// follows from it happens when it is handled.
bool CoreInbox::is_told(const PeerUp& up) const {
  for (const auto& event : std::views::reverse(urgent_)) {
    if (const auto* down = std::get_if<PeerDown>(&event);
        down != nullptr && down->peer == up.peer) {
      return false;
    }
    const auto* earlier = std::get_if<PeerUp>(&event);
    if (earlier != nullptr && earlier->peer == up.peer) {
      return earlier->validator == up.validator;
    }
  }
  return false;
}

std::optional<CoreEvent> CoreInbox::pop_until(std::chrono::steady_clock::time_point deadline) {
  const Lock lock(mutex_);
  while (urgent_.empty() && ordinary_.empty() && !closed_) {
    if (changed_.wait_until(mutex_, deadline) == std::cv_status::timeout) break;
  }
  return take();
}

std::optional<CoreEvent> CoreInbox::try_pop() {
  const Lock lock(mutex_);
  return take();
}

std::optional<CoreEvent> CoreInbox::take() {
  auto& lane = urgent_.empty() ? ordinary_ : urgent_;
  if (lane.empty() || closed_) return std::nullopt;
  auto event = std::move(lane.front());
  lane.pop_front();
  return event;
}

void CoreInbox::close() {
  std::deque<CoreEvent> ordinary;
  std::deque<CoreEvent> urgent;
  {
    const Lock lock(mutex_);
    closed_ = true;
    // Destroyed outside the lock: an event may hold a caller's promise.
    ordinary.swap(ordinary_);
    urgent.swap(urgent_);
  }
  changed_.notify_all();
}

bool CoreInbox::is_closed() const {
  const Lock lock(mutex_);
  return closed_;
}

}  // namespace datapact::node

#pragma once
// The only way to the core thread, in two lanes: what clients send never delays a vote. Each lane
// is bounded for what others send: when it is full clients are told to come back (RPC -32005) and a
// peer's message is dropped. Answers to the core's own tasks and timers always fit: it asked for
// each of them. Thread contract: any thread pushes, one pops.
#include "base/mutex.hpp"
#include "node/core_event.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

namespace datapact::node {

class CoreInbox {
 public:
  explicit CoreInbox(std::size_t events_max) : events_max_(events_max) {}

  /// False when the event's lane is full or the inbox closed; then the event is untouched.
  [[nodiscard]] bool try_push(CoreEvent& event);
  /// For answers the core waits for, and for peers that come and go. Dropped when closed. A peer
  /// that is up is told once, however often that is said before the core looks.
  void push_answer(CoreEvent event);
  /// Waits until an event, `deadline` or close(); nothing in the latter two cases.
  [[nodiscard]] std::optional<CoreEvent> pop_until(std::chrono::steady_clock::time_point deadline);
  /// Without waiting.
  [[nodiscard]] std::optional<CoreEvent> try_pop();
  void close();
  [[nodiscard]] bool is_closed() const;

 private:
  [[nodiscard]] std::optional<CoreEvent> take() REQUIRES_LOCK(mutex_);
  [[nodiscard]] bool is_told(const PeerUp& up) const REQUIRES_LOCK(mutex_);
  [[nodiscard]] std::deque<CoreEvent>& lane_of(const CoreEvent& event) REQUIRES_LOCK(mutex_);

  const std::size_t events_max_;
  mutable Mutex mutex_;
  Condition changed_;
  /// Transactions and questions.
  std::deque<CoreEvent> ordinary_ GUARDED_BY(mutex_);
  /// Everything else; goes first.
  std::deque<CoreEvent> urgent_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace datapact::node

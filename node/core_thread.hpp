#pragma once
// Runs a CoreLoop on a thread of its own: inbox, timers, clock. Timers live here, because only this
// thread starts them and waits for them.
#include "base/clock.hpp"
#include "consensus/events.hpp"
#include "node/core_inbox.hpp"
#include "node/core_loop.hpp"
#include "node/event_log.hpp"
#include "node/ports.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <thread>

namespace datapact::node {

/// Touched by the core thread only.
class TimerTable final : public Timers {
 public:
  void start(const consensus::TimerFired& timer, std::chrono::milliseconds delay) override;
  void start_sync(std::chrono::milliseconds delay) override;
  /// Far away when no timer runs.
  [[nodiscard]] std::chrono::steady_clock::time_point next_deadline() const;
  /// The earliest timer that is due.
  [[nodiscard]] std::optional<CoreEvent> take_due();

 private:
  struct Entry {
    std::chrono::steady_clock::time_point at;
    consensus::TimerFired timer;
  };
  std::map<consensus::TimerKind, Entry> entries_;
  std::optional<std::chrono::steady_clock::time_point> sync_at_;
};

class CoreThread {
 public:
  /// `recorder` may be null. `on_failure` is called once, on the core thread, when the loop can go
  /// on no longer. Everything is borrowed.
  CoreThread(CoreLoop& loop, CoreInbox& inbox, TimerTable& timers, const Clock& clock,
             EventRecorder* recorder, std::function<void(const std::string&)> on_failure);
  ~CoreThread();
  CoreThread(const CoreThread&) = delete;
  CoreThread& operator=(const CoreThread&) = delete;

  /// Closes the inbox, lets the event under way end and joins. Idempotent.
  void stop();

 private:
  void run();
  void handle(CoreEvent event);

  CoreLoop& loop_;
  CoreInbox& inbox_;
  TimerTable& timers_;
  const Clock& clock_;
  EventRecorder* recorder_;
  std::function<void(const std::string&)> on_failure_;
  std::jthread thread_;
};

}  // namespace datapact::node

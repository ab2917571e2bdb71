#include "node/core_thread.hpp"

#include "base/clock.hpp"
#include "consensus/events.hpp"
#include "node/core_event.hpp"
#include "node/core_inbox.hpp"
#include "node/core_loop.hpp"
#include "node/event_log.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace datapact::node {

using SteadyClock = std::chrono::steady_clock;

void TimerTable::start(const consensus::TimerFired& timer, std::chrono::milliseconds delay) {
  entries_.insert_or_assign(timer.kind, Entry{SteadyClock::now() + delay, timer});
}

void TimerTable::start_sync(std::chrono::milliseconds delay) {
  sync_at_ = SteadyClock::now() + delay;
}

SteadyClock::time_point TimerTable::next_deadline() const {
  auto deadline = SteadyClock::now() + std::chrono::hours(1);
  for (const auto& [kind, entry] : entries_) deadline = std::min(deadline, entry.at);
  if (sync_at_) deadline = std::min(deadline, *sync_at_);
  return deadline;
}

std::optional<CoreEvent> TimerTable::take_due() {
  const auto now = SteadyClock::now();
  if (sync_at_ && *sync_at_ <= now) {
    sync_at_.reset();
    return SyncTimer{};
  }
  auto earliest = entries_.end();
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    if (earliest == entries_.end() || at->second.at < earliest->second.at) earliest = at;
  }
  if (earliest == entries_.end() || earliest->second.at > now) return std::nullopt;
  const auto timer = earliest->second.timer;
  entries_.erase(earliest);
  return TimerExpired{timer};
}

CoreThread::CoreThread(CoreLoop& loop, CoreInbox& inbox, TimerTable& timers, const Clock& clock,
                       EventRecorder* recorder, std::function<void(const std::string&)> on_failure)
    : loop_(loop),
      inbox_(inbox),
      timers_(timers),
      clock_(clock),
      recorder_(recorder),
      on_failure_(std::move(on_failure)),
      thread_([this] { run(); }) {}

CoreThread::~CoreThread() { stop(); }

void CoreThread::stop() {
  inbox_.close();
  if (thread_.joinable()) thread_.join();
}

void CoreThread::run() {
  const auto start = clock_.now();
  if (recorder_ != nullptr) recorder_->begin(start);
  loop_.begin(start);
  // The event loop: ends when the inbox is closed or the loop has failed.
  while (!inbox_.is_closed() && !loop_.failure()) {
    if (auto due = timers_.take_due()) {
      handle(std::move(*due));
      continue;
    }
    if (auto event = inbox_.pop_until(timers_.next_deadline())) handle(std::move(*event));
  }
  const auto& failure = loop_.failure();
  if (!failure) return;
  inbox_.close();
  on_failure_(*failure);
}

void CoreThread::handle(CoreEvent event) {
  const auto now = clock_.now();
  if (recorder_ != nullptr) recorder_->record(event, now);
  loop_.handle(std::move(event), now);
}

}  // namespace datapact::node

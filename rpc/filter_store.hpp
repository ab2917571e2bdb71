#pragma once
// Filters of polling clients (eth_newFilter, eth_newBlockFilter): bounded in number, forgotten when
// idle. An id is 128 random bits: who does not know it cannot use it. Thread contract: any thread.
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/types.hpp"
#include "rpc/limits.hpp"
#include "rpc/log_query.hpp"

#include <map>
#include <optional>
#include <string>

namespace datapact::rpc {

struct Filter {
  /// Absent: the filter reports block hashes.
  std::optional<LogQuery> logs;
  /// First height that was not reported yet.
  Height next;
};

class FilterStore {
 public:
  FilterStore(const Clock& clock, const Limits& limits) : clock_(clock), limits_(limits) {}

  /// Nothing when the store is full of filters in use.
  [[nodiscard]] std::optional<std::string> add(Filter filter);
  /// A copy, marked as just used.
  [[nodiscard]] std::optional<Filter> find(const std::string& id);
  /// Two polls at once may report a block twice, never leave one out.
  void advance(const std::string& id, Height next);
  /// Whether there was one.
  [[nodiscard]] bool remove(const std::string& id);

 private:
  struct Entry {
    Filter filter;
    std::chrono::nanoseconds used{0};
  };
  void forget_idle() REQUIRES_LOCK(mutex_);

  const Clock& clock_;
  const Limits& limits_;
  Mutex mutex_;
  std::map<std::string, Entry> filters_ GUARDED_BY(mutex_);
};

}  // namespace datapact::rpc

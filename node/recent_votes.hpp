#pragma once
// The others' votes for the height being decided, as they came: a node whose links do not reach
// everybody gets them from those who have them.
#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "base/types.hpp"

#include <cstddef>
#include <deque>
#include <vector>

namespace datapact::node {

/// Thread contract: any thread.
class RecentVotes {
 public:
  /// The oldest go when there are more, or more bytes, than this.
  explicit RecentVotes(std::size_t votes_max = 1'024, std::size_t bytes_max = 16U << 20U)
      : votes_max_(votes_max), bytes_max_(bytes_max) {}

  void add(Height height, Bytes encoded);
  [[nodiscard]] std::vector<Bytes> at(Height height) const;
  void forget_below(Height height);

 private:
  struct Entry {
    Height height;
    Bytes encoded;
  };
  void drop_oldest() REQUIRES_LOCK(mutex_);

  const std::size_t votes_max_;
  const std::size_t bytes_max_;
  mutable Mutex mutex_;
  std::deque<Entry> entries_ GUARDED_BY(mutex_);
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace datapact::node

#pragma once
// The others' votes for the height being decided, as they came: a node whose links do not reach
// everybody gets them from those who have them.
#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace datapact::node {

/// A vote by a validator of its height, checked.
struct RecentVote {
  Address author;
  Height height;
  Round round;
  consensus::MessageCode code = consensus::MessageCode::kPrepare;
  Hash256 digest;
  Bytes encoded;
};

/// Thread contract: any thread.
class RecentVotes {
 public:
  /// Beyond `votes_max` an author's oldest vote goes; beyond `bytes_max` over all authors the
  /// oldest vote of who holds the most bytes: nobody can push out the others' votes.
  explicit RecentVotes(std::size_t votes_max = 64, std::size_t bytes_max = 16U << 20U)
      : votes_max_(votes_max), bytes_max_(bytes_max) {}

  /// The first vote of an author for a height, round and code stays.
  void add(RecentVote vote);
  [[nodiscard]] std::vector<Bytes> at(Height height) const;
  /// The proposal of that digest, if it is here.
  [[nodiscard]] std::optional<Bytes> proposal(const Hash256& digest) const;
  void forget_below(Height height);

 private:
  struct Author {
    std::deque<RecentVote> votes;
    std::size_t bytes = 0;
  };
  void drop_oldest(Author& author) REQUIRES_LOCK(mutex_);

  const std::size_t votes_max_;
  const std::size_t bytes_max_;
  mutable Mutex mutex_;
  std::map<Address, Author> authors_ GUARDED_BY(mutex_);
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace datapact::node

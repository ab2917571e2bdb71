#include "node/recent_votes.hpp"

#include <utility>

namespace datapact::node {

void RecentVotes::add(Height height, Bytes encoded) {
  const Lock lock(mutex_);
  bytes_ += encoded.size();
  entries_.push_back({height, std::move(encoded)});
  while (entries_.size() > votes_max_ || bytes_ > bytes_max_) drop_oldest();
}

std::vector<Bytes> RecentVotes::at(Height height) const {
  const Lock lock(mutex_);
  std::vector<Bytes> out;
  for (const auto& entry : entries_) {
    if (entry.height == height) out.push_back(entry.encoded);
  }
  return out;
}

void RecentVotes::forget_below(Height height) {
  const Lock lock(mutex_);
  while (!entries_.empty() && entries_.front().height < height) drop_oldest();
}

void RecentVotes::drop_oldest() {
  bytes_ -= entries_.front().encoded.size();
  entries_.pop_front();
}

}  // namespace datapact::node

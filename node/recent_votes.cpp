#include "node/recent_votes.hpp"

#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "base/types.hpp"
#include "consensus/messages.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::node {

void RecentVotes::add(RecentVote vote) {
  const Lock lock(mutex_);
  auto& author = authors_[vote.author];
  const bool is_known = std::ranges::any_of(author.votes, [&](const RecentVote& held) {
    return held.height == vote.height && held.round == vote.round && held.code == vote.code;
  });
  if (is_known) return;
  author.bytes += vote.encoded.size();
  bytes_ += vote.encoded.size();
  author.votes.push_back(std::move(vote));
  if (author.votes.size() > votes_max_) drop_oldest(author);
  while (bytes_ > bytes_max_) {
    drop_oldest(std::ranges::max_element(authors_, {}, [](const auto& entry) {
                  return entry.second.bytes;
                })->second);
  }
}

std::vector<Bytes> RecentVotes::at(Height height) const {
  const Lock lock(mutex_);
  std::vector<Bytes> out;
  for (const auto& [address, author] : authors_) {
    for (const auto& vote : author.votes) {
      if (vote.height == height) out.push_back(vote.encoded);
    }
  }
  return out;
}

std::optional<Bytes> RecentVotes::proposal(const Hash256& digest) const {
  const Lock lock(mutex_);
  for (const auto& [address, author] : authors_) {
    for (const auto& vote : author.votes) {
      const bool is_wanted =
          vote.code == consensus::MessageCode::kProposal && vote.digest == digest;
      if (is_wanted) return vote.encoded;
    }
  }
  return std::nullopt;
}

void RecentVotes::forget_below(Height height) {
  const Lock lock(mutex_);
  for (auto& [address, author] : authors_) {
    // Within an author's votes heights may be out of order by one: two threads add them.
    const auto old = std::ranges::stable_partition(
        author.votes, [&](const RecentVote& vote) { return vote.height < height; });
    const auto count = std::distance(author.votes.begin(), old.begin());
    for (auto i = count; i > 0; --i) drop_oldest(author);
  }
  std::erase_if(authors_, [](const auto& entry) { return entry.second.votes.empty(); });
}

void RecentVotes::drop_oldest(Author& author) {
  const std::size_t size = author.votes.front().encoded.size();
  author.bytes -= size;
  bytes_ -= size;
  author.votes.pop_front();
}

}  // namespace datapact::node

#include "p2p/gossip/score_book.hpp"

#include "p2p/gossip/backoff.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/snapshot.hpp"
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace datapact::p2p {
namespace {

constexpr std::chrono::seconds kFadeOnePoint{1};

}  // namespace

std::uint32_t ScoreBook::faded(const Record& record, Instant now) {
  const auto gone = (now - record.at) / kFadeOnePoint;
  return gone >= record.points ? 0 : record.points - static_cast<std::uint32_t>(gone);
}

ScoreBook::Record& ScoreBook::record_for(const NodeId& node) {
  if (const auto found = records_.find(node); found != records_.end()) return found->second;
  if (records_.size() >= policy_.entries_max) {
    // The one that has behaved for the longest time since its ban.
    const auto calm = [](const auto& entry) {
      return std::max(entry.second.at, entry.second.banned_until);
    };
    records_.erase(std::ranges::min_element(records_, {}, calm));
  }
  return records_[node];
}

void ScoreBook::ban(Record& record, Instant now) const {
  record.banned_until = now + doubled(policy_.ban, record.bans, policy_.ban_max);
  record.points = 0;
  ++record.bans;
}

bool ScoreBook::add(const NodeId& node, Offence offence, Instant now) {
  Record& record = record_for(node);
  const bool was_calm = now - std::max(record.at, record.banned_until) > policy_.ban_max;
  if (was_calm) record.bans = 0;
  record.points = faded(record, now) + rule_of(offence).points;
  record.at = now;
  record.last = offence;
  if (record.points < kBanPoints) return false;
  ban(record, now);
  return true;
}

std::uint32_t ScoreBook::points(const NodeId& node, Instant now) const {
  const auto found = records_.find(node);
  return found == records_.end() ? 0 : faded(found->second, now);
}

bool ScoreBook::is_banned(const NodeId& node, Instant now) const {
  const auto found = records_.find(node);
  return found != records_.end() && now < found->second.banned_until;
}

std::vector<BanSnapshot> ScoreBook::bans(Instant now) const {
  std::vector<BanSnapshot> out;
  for (const auto& [node, record] : records_) {
    if (now >= record.banned_until) continue;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(record.banned_until - now);
    out.push_back({node, record.last, left});
  }
  return out;
}

}  // namespace datapact::p2p

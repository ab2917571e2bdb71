#include "node/vote_guard.hpp"

#include "base/result.hpp"
#include "consensus/messages.hpp"
#include "consensus/unsigned_vote.hpp"

#include <string>

namespace datapact::node {

void VoteGuard::remember(const consensus::VotePoint& point) {
  if (point.height < height_) return;
  if (point.height > height_) signed_.clear();
  height_ = point.height;
  signed_.try_emplace({point.round, point.code}, point.digest);
}

Result<void, std::string> VoteGuard::admit(const consensus::VotePoint& point) {
  if (point.height < height_) {
    return fail("refused to sign at height " + std::to_string(point.height.raw()) +
                ": already voted at " + std::to_string(height_.raw()));
  }
  remember(point);
  if (signed_.at({point.round, point.code}) != point.digest) {
    return fail("refused to sign a second " + std::string(to_string(point.code)) + " at height " +
                std::to_string(point.height.raw()) + " round " + std::to_string(point.round.raw()));
  }
  return {};
}

}  // namespace datapact::node

#include "consensus/leader_health.hpp"

#include "base/types.hpp"
#include "consensus/params.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>
#include <map>

namespace datapact::consensus {

void LeaderHealth::heard(const Address& validator) {
  const auto at = records_.find(validator);
  if (at == records_.end()) return;
  at->second.silent = 0;
  at->second.is_disconnected = false;
}

void LeaderHealth::height_ended(const chain::ValidatorSet& validators) {
  for (const auto& validator : validators) {
    auto& silent = records_[validator].silent;
    // Counted from the height after the one in which it was heard last.
    silent = std::min(silent + 1, kSilentHeightsMax + 1);
  }
}

void LeaderHealth::turn_ended(const Address& proposer, bool used) {
  auto& record = records_[proposer];
  if (used) {
    record.missed = 0;
    record.skipped = 0;
  } else if (record.missed < kMissedTurnsMax) {
    ++record.missed;
  } else if (++record.skipped >= kSkippedTurnsMax) {
    record.missed = kMissedTurnsMax - 1;
    record.skipped = 0;
  }
}

void LeaderHealth::keep_only(const chain::ValidatorSet& validators) {
  // NOLINTNEXTLINE(misc-include-cleaner): <map> has it for maps
  std::erase_if(records_, [&](const auto& entry) {
    return !std::ranges::binary_search(validators, entry.first);
  });
}

bool LeaderHealth::is_doubtful(const Address& proposer) const {
  const auto at = records_.find(proposer);
  if (at == records_.end()) return false;
  const auto& record = at->second;
  return record.is_disconnected || record.silent > kSilentHeightsMax ||
         record.missed >= kMissedTurnsMax;
}

}  // namespace datapact::consensus

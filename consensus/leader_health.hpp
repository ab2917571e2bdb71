#pragma once
// Which proposers are not worth waiting for (QBFT.md section 13.5): without it a dead leader costs
// a whole time-out at each of its turns. A doubt changes timing only, never what may be voted for.
// Not thread-safe.
#include "base/types.hpp"
#include "ledger/chain/seal.hpp"

#include <cstdint>
#include <map>

namespace datapact::consensus {

class LeaderHealth {
 public:
  /// A new session: whatever was missed before is forgiven.
  void connected(const Address& validator) { records_.erase(validator); }
  void disconnected(const Address& validator) { records_[validator].is_disconnected = true; }
  /// A vote by `validator` arrived, for whatever height: he is there, by whatever way it came. A
  /// session may come up again before it is known whose it is.
  void heard(const Address& validator);
  /// A height was decided here: who was not heard meanwhile is silent.
  void height_ended(const chain::ValidatorSet& validators);
  /// The height whose round 0 was `proposer`'s is final; `used`: with a block of his.
  void turn_ended(const Address& proposer, bool used);
  /// Forgets who left the set.
  void keep_only(const chain::ValidatorSet& validators);

  /// Disconnected, silent for kSilentHeightsMax heights, or without a block in his last
  /// kMissedTurnsMax turns. Who is doubted for the last gets one more try after kSkippedTurnsMax
  /// turns: nobody would notice otherwise that he proposes again.
  [[nodiscard]] bool is_doubtful(const Address& proposer) const;

 private:
  struct Record {
    bool is_disconnected = false;
    std::uint32_t silent = 0;
    std::uint32_t missed = 0;
    std::uint32_t skipped = 0;
  };
  std::map<Address, Record> records_;
};

}  // namespace datapact::consensus

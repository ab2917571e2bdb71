#pragma once
// How far our clock is from the other validators' (QBFT.md section 15, "Milliseconds"). A sample is
// what the transport measured with one exchange: known to half its round trip, and taken towards
// zero by that much, so that a slow link is never taken for a wrong clock. Not thread-safe.
#include "base/types.hpp"
#include "ledger/chain/seal.hpp"

#include <chrono>
#include <cstdint>
#include <map>

namespace datapact::consensus {

struct ClockSample {
  Address validator;
  /// Our clock minus theirs.
  std::chrono::milliseconds ahead{0};
  /// Half the round trip of the exchange.
  std::chrono::milliseconds uncertainty{0};
};

enum class ClockLevel : std::uint8_t {
  kGood,
  kSkewed,  ///< at least kClockWarning: to be mended soon
  kWrong,   ///< at least kClockDriftMax: nothing is signed until it is mended
};

class ClockWatch {
 public:
  void saw(const ClockSample& sample);
  /// A peer that is gone says nothing more about our clock.
  void forget(const Address& validator) { samples_.erase(validator); }
  void keep_only(const chain::ValidatorSet& validators);

  /// The median over the others of `validators`, towards zero; zero while at most f of them have
  /// been heard, because those may lie.
  [[nodiscard]] std::chrono::milliseconds ahead(const chain::ValidatorSet& validators) const;
  [[nodiscard]] ClockLevel level(const chain::ValidatorSet& validators) const;

 private:
  std::map<Address, std::chrono::milliseconds> samples_;
};

}  // namespace datapact::consensus

#include "consensus/clock_watch.hpp"

#include "consensus/params.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace datapact::consensus {

using std::chrono::milliseconds;

namespace {

milliseconds towards_zero(milliseconds value, milliseconds by) {
  if (value > milliseconds{0}) return std::max(value - by, milliseconds{0});
  return std::min(value + by, milliseconds{0});
}

}  // namespace

void ClockWatch::saw(const ClockSample& sample) {
  samples_.insert_or_assign(sample.validator, towards_zero(sample.ahead, sample.uncertainty));
}

void ClockWatch::keep_only(const chain::ValidatorSet& validators) {
  std::erase_if(samples_, [&](const auto& entry) {
    return !std::ranges::binary_search(validators, entry.first);
  });
}

milliseconds ClockWatch::ahead(const chain::ValidatorSet& validators) const {
  std::vector<milliseconds> values;
  for (const auto& [validator, value] : samples_) {
    if (std::ranges::binary_search(validators, validator)) {
      values.push_back(value);
    }
  }
  if (validators.empty() || values.size() <= chain::faults_max(validators.size())) return {};
  std::ranges::sort(values);
  // Of an even count the middle value nearer to zero: half of the others must agree.
  const auto low = values[(values.size() - 1) / 2];
  const auto high = values[values.size() / 2];
  if (low > milliseconds{0}) return low;
  return high < milliseconds{0} ? high : milliseconds{0};
}

ClockLevel ClockWatch::level(const chain::ValidatorSet& validators) const {
  const auto skew = std::chrono::abs(ahead(validators));
  if (skew >= kClockDriftMax) return ClockLevel::kWrong;
  return skew >= kClockWarning ? ClockLevel::kSkewed : ClockLevel::kGood;
}

}  // namespace datapact::consensus

#include "consensus/params.hpp"

#include "base/types.hpp"
#include "consensus/plants.hpp"
#include "ledger/chain/genesis.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace datapact::consensus {

Timing timing_of(const chain::QbftConfig& config) noexcept {
  return {config.block_period, config.empty_block_period, config.request_timeout,
          config.request_timeout_max};
}

std::chrono::milliseconds round_timeout(const Timing& timing, Round round) noexcept {
  auto timeout = timing.request_timeout;
  // Bounded by the cap: at most log2(cap / base) doublings happen.
  const auto cap = is_planted(Plant::kUncappedTimer) ? std::chrono::hours{1'000'000}
                                                     : timing.request_timeout_max;
  for (std::uint32_t i = 0; i < round.raw() && timeout < cap; ++i) timeout *= 2;
  return std::min<std::chrono::milliseconds>(timeout, cap);
}

std::chrono::milliseconds resend_period(const Timing& timing, Round round) noexcept {
  const auto half = std::max(round_timeout(timing, round) / 2, std::chrono::milliseconds{1});
  return std::min(half, kResendPeriodMax);
}

}  // namespace datapact::consensus

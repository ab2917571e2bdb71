#include "node/chain_meter.hpp"

#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/executed_block.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace datapact::node {

void IntervalHistogram::observe(std::chrono::milliseconds interval) noexcept {
  const auto bound = std::ranges::lower_bound(kBounds, interval);
  ++counts[static_cast<std::size_t>(bound - kBounds.begin())];
  sum += interval;
}

std::uint64_t IntervalHistogram::count() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

void ChainMeter::count_block(const chain::FinalBlock& block, Round round,
                             std::chrono::milliseconds interval) {
  const auto& executed = block.executed();
  // Genesis may be as old as it likes.
  if (block.height() > Height{1}) block_interval.observe(interval);
  ++blocks;
  last_txns = executed.block.transactions.size();
  last_bytes = chain::encode(executed.block).size();
  last_gas = executed.block.header.gas_used;
  txns += last_txns;
  // Cannot wrap: 60 million gas a block fill 64 bits after 10^11 blocks.
  gas_used = Gas{gas_used.raw() + last_gas.raw()};
  failed_rounds += round.raw();
}

}  // namespace datapact::node

#pragma once
// What final blocks were like: counters for the ops listener. Plain values, copied freely.
#include "base/types.hpp"
#include "ledger/chain/executed_block.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace datapact::node {

/// Counts per bucket, each without those of the smaller ones, and one more for the rest.
struct IntervalHistogram {
  /// Upper bounds, inclusive. A period is 250 ms and an empty period a minute by default.
  static constexpr std::array<std::chrono::milliseconds, 10> kBounds{
      std::chrono::milliseconds{250},    std::chrono::milliseconds{500},
      std::chrono::milliseconds{1'000},  std::chrono::milliseconds{2'000},
      std::chrono::milliseconds{5'000},  std::chrono::milliseconds{10'000},
      std::chrono::milliseconds{30'000}, std::chrono::milliseconds{60'000},
      std::chrono::milliseconds{90'000}, std::chrono::milliseconds{300'000}};

  std::array<std::uint64_t, kBounds.size() + 1> counts{};
  std::chrono::milliseconds sum{0};

  void observe(std::chrono::milliseconds interval) noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept;
};

struct ChainMeter {
  /// From the parent's time to the block's; not of block 1, whose parent is genesis.
  IntervalHistogram block_interval;
  std::uint64_t blocks = 0;
  std::uint64_t txns = 0;
  Gas gas_used;
  /// Rounds that failed before a block was final.
  std::uint64_t failed_rounds = 0;
  // Of the newest block.
  std::size_t last_txns = 0;
  std::size_t last_bytes = 0;
  Gas last_gas;

  void count_block(const chain::FinalBlock& block, Round round, std::chrono::milliseconds interval);
};

}  // namespace datapact::node

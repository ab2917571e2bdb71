#pragma once
// What a seed stands for: how many validators, which of them misbehave, which faults come back
// again and again. Everything else a run needs is drawn from the same seed while it runs.
#include "tests/sim/faults.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/sim_network.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::sim {

/// What a validator is from the beginning, beside running and failing like any other.
enum class Lot : std::uint8_t { kOrdinary, kDead, kTwin, kForger, kAmnesiac };

struct Scenario {
  std::uint64_t seed = 0;
  std::size_t validators = 4;
  std::uint64_t heights = 30;
  LinkQuality quality;
  /// One for each validator; at most f are not ordinary.
  std::vector<Lot> lots;
  /// Those that come again and again: partitions, outages, power cuts.
  std::vector<Fault> recurring;
  std::chrono::milliseconds skew_max{0};
  std::chrono::milliseconds execution_max{5};
  /// Of 10 spells between transactions, how many are quiet.
  std::uint32_t quiet_tenths = 3;
  /// No transaction comes once the faults have ended.
  bool ends_quiet = false;
};

/// The scenario of `seed`; `validators` replaces the drawn number.
[[nodiscard]] Scenario make_scenario(std::uint64_t seed, std::optional<std::size_t> validators,
                                     std::uint64_t heights);

}  // namespace datapact::sim

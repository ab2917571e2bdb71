#pragma once
// What a seed stands for: how many validators, which of them misbehave, which faults come back
// again and again. Everything else a run needs is drawn from the same seed while it runs.
#include "tests/sim/faults.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/probe.hpp"
#include "tests/sim/sim_network.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::sim {

/// What a validator is from the beginning, beside running and failing like any other.
enum class Lot : std::uint8_t {
  kOrdinary,
  kDead,
  kTwin,
  kForger,
  kAmnesiac,
  kLeaver,  ///< takes part until the faults end, and then never again
};

/// How Governance changes the validator set while the scenario runs.
enum class SetPlan : std::uint8_t {
  kNone,
  kWalk,           ///< somebody joins or leaves, at random
  kGrowAndShrink,  ///< all the spare ones join, then the set shrinks to its first size, and again
  kProposers,      ///< whoever proposes next is removed, and comes back
};

/// A step of the protocol schedule.
struct RulesChange {
  Rules rules;
  /// Of the newest block when it is sent, or of the step before when that one is higher.
  std::uint64_t ahead = 1;
};

/// A scenario has at least so many heights and kinds of fault.
inline constexpr std::uint64_t kHeightsMin = 30;
inline constexpr std::size_t kFaultKindsMin = 3;

struct Scenario {
  std::uint64_t seed = 0;
  std::size_t validators = 4;
  /// Nodes that are no validators at the beginning.
  std::size_t spares = 0;
  SetPlan set_plan = SetPlan::kNone;
  std::uint64_t heights = kHeightsMin;
  /// The rules of the first block, and how Governance changes them. Without changes there is no
  /// probe, either.
  Rules first_rules;
  std::vector<RulesChange> rules_changes;
  LinkQuality quality;
  /// One for each validator; at most f are not ordinary.
  std::vector<Lot> lots;
  /// Those that come again and again: partitions, outages, power cuts. At least kFaultKindsMin.
  std::vector<Fault> recurring;
  std::chrono::milliseconds skew_max{0};
  std::chrono::milliseconds execution_max{5};
  /// Of 10 spells between transactions, how many are quiet.
  std::uint32_t quiet_tenths = 3;
  /// No transaction comes once the faults have ended.
  bool ends_quiet = false;
  std::chrono::milliseconds empty_period{1'500};
  /// Events that wait for a core thread.
  std::size_t inbox_events_max = 4'096;
  /// For so long, from early on, no proposal gets through and one node is away: rounds climb
  /// without it. Zero: not.
  std::chrono::milliseconds climb{0};
  /// The leaver goes while rounds climb: the last round has no quorum and no proposal, so that
  /// nothing but the round changes of f + 1 leads the absent one there.
  bool is_stranding = false;
  /// A proposal reaches no more than f validators by itself: the others must ask for it.
  bool is_narrow = false;
  /// Of the lists that go ahead of proposals, and of the transactions that peers pass on: how many
  /// are lost on the way, also when the faults have ended.
  std::uint32_t lists_lost_permille = 0;
  std::uint32_t secret_permille = 0;
};

/// The scenario of `seed`; `validators` replaces the drawn number.
[[nodiscard]] Scenario make_scenario(std::uint64_t seed, std::optional<std::size_t> validators,
                                     std::uint64_t heights);

}  // namespace datapact::sim

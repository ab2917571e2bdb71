#include "tests/sim/scenario.hpp"

#include "base/prng.hpp"
#include "ledger/chain/seal.hpp"

#include <array>
#include <utility>

namespace datapact::sim {

using std::chrono::milliseconds;

namespace {

milliseconds up_to(Prng& prng, std::uint64_t most) { return milliseconds{prng.below(most + 1)}; }
bool one_in(Prng& prng, std::uint64_t count) { return prng.below(count) == 0; }

/// Mostly small consortia: they are quick, and what breaks in a large one breaks in a small one.
std::size_t draw_validators(Prng& prng) {
  const auto lot = prng.below(100);
  if (lot < 60) return 4;
  if (lot < 90) return 5 + prng.below(3);
  if (lot < 98) return 8 + prng.below(4);
  return 12 + prng.below(9);
}

LinkQuality draw_quality(Prng& prng) {
  LinkQuality quality;
  quality.delay = milliseconds{1} + up_to(prng, 40);
  quality.jitter = up_to(prng, 30);
  if (one_in(prng, 2)) quality.lost_permille = static_cast<std::uint32_t>(prng.below(120));
  if (one_in(prng, 8)) quality.lost_permille = 250;
  if (one_in(prng, 2)) quality.duplicated_permille = static_cast<std::uint32_t>(prng.below(100));
  if (one_in(prng, 2)) quality.overdue_permille = static_cast<std::uint32_t>(prng.below(80));
  return quality;
}

std::vector<Lot> draw_lots(Prng& prng, std::size_t validators) {
  std::vector<Lot> lots(validators, Lot::kOrdinary);
  constexpr std::array kLots{Lot::kDead,   Lot::kDead,   Lot::kTwin,
                             Lot::kForger, Lot::kForger, Lot::kAmnesiac};
  const auto faulty = prng.below(chain::faults_max(validators) + 1);
  bool has_twin = false;
  for (std::uint64_t i = 0; i < faulty; ++i) {
    auto& lot = lots[prng.below(validators)];
    lot = kLots[prng.below(kLots.size())];
    if (lot == Lot::kTwin && std::exchange(has_twin, true)) lot = Lot::kForger;
  }
  return lots;
}

std::vector<Fault> draw_recurring(Prng& prng) {
  std::vector<Fault> out;
  for (const Fault fault :
       {Fault::kPartition, Fault::kPowerCut, Fault::kJournalCut, Fault::kStoreCut}) {
    if (one_in(prng, 2)) out.push_back(fault);
  }
  if (one_in(prng, 4)) out.push_back(Fault::kOutage);
  if (one_in(prng, 5)) out.push_back(Fault::kMute);
  if (out.empty()) out = {Fault::kPartition, Fault::kJournalCut};
  return out;
}

}  // namespace

Scenario make_scenario(std::uint64_t seed, std::optional<std::size_t> validators,
                       std::uint64_t heights) {
  Prng prng(seed);
  Scenario out;
  out.seed = seed;
  out.heights = heights;
  out.validators = draw_validators(prng);
  if (validators) out.validators = *validators;
  out.quality = draw_quality(prng);
  out.lots = draw_lots(prng, out.validators);
  out.recurring = draw_recurring(prng);
  if (one_in(prng, 2)) out.skew_max = milliseconds{150};
  if (one_in(prng, 6)) out.execution_max = milliseconds{1'500};
  out.quiet_tenths = static_cast<std::uint32_t>(prng.below(8));
  out.ends_quiet = one_in(prng, 3);
  return out;
}

}  // namespace datapact::sim

#include "tests/sim/scenario.hpp"

#include "base/prng.hpp"
#include "ledger/chain/seal.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace datapact::sim {

using std::chrono::milliseconds;

namespace {

/// Osaka
constexpr std::uint32_t kNewestRevision = 3;

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
  if (one_in(prng, 8)) quality.bytes_per_ms = 20 + static_cast<std::uint32_t>(prng.below(100));
  return quality;
}

std::vector<Lot> draw_lots(Prng& prng, std::size_t validators) {
  std::vector<Lot> lots(validators, Lot::kOrdinary);
  constexpr std::array kLots{Lot::kDead,   Lot::kDead,     Lot::kTwin,  Lot::kForger,
                             Lot::kForger, Lot::kAmnesiac, Lot::kLeaver};
  const auto faulty = prng.below(chain::faults_max(validators) + 1);
  bool has_twin = false;
  for (std::uint64_t i = 0; i < faulty; ++i) {
    auto& lot = lots[prng.below(validators)];
    lot = kLots[prng.below(kLots.size())];
    if (lot == Lot::kTwin && std::exchange(has_twin, true)) lot = Lot::kForger;
  }
  return lots;
}

/// Of those that come often enough to be counted in any run, at least kFaultKindsMin.
std::vector<Fault> draw_recurring(Prng& prng) {
  std::vector<Fault> often{Fault::kPartition, Fault::kPowerCut, Fault::kJournalCut,
                           Fault::kStoreCut, Fault::kBusyCore};
  for (auto left = prng.below(often.size() - kFaultKindsMin + 1); left > 0; --left) {
    often.erase(often.begin() + static_cast<std::ptrdiff_t>(prng.below(often.size())));
  }
  if (one_in(prng, 4)) often.push_back(Fault::kOutage);
  if (one_in(prng, 5)) often.push_back(Fault::kMute);
  return often;
}

/// Small consortia only: what changes in a large one changes in a small one.
void draw_set_plan(Prng& prng, Scenario& out) {
  constexpr std::array kPlans{SetPlan::kWalk, SetPlan::kGrowAndShrink, SetPlan::kProposers};
  const bool changes = one_in(prng, 2);
  const auto plan = kPlans[prng.below(kPlans.size())];
  const auto spares = 1 + prng.below(3);
  if (!changes || out.validators > 8) return;
  out.set_plan = plan;
  out.spares = plan == SetPlan::kGrowAndShrink ? 3 : spares;
}

}  // namespace

namespace {

/// Validator `leaver` leaves; of the others that are not ordinary as many stay so as f allows.
void let_leave(Scenario& scenario, std::size_t leaver) {
  auto& lots = scenario.lots;
  lots[leaver] = Lot::kLeaver;
  auto over = std::ranges::count_if(lots, [](Lot lot) { return lot != Lot::kOrdinary; }) -
              static_cast<std::ptrdiff_t>(chain::faults_max(scenario.validators));
  for (std::size_t i = 0; i < lots.size() && over > 0; ++i) {
    if (i == leaver || lots[i] == Lot::kOrdinary) continue;
    lots[i] = Lot::kOrdinary;
    --over;
  }
}

}  // namespace

namespace {

/// Of a stream of its own, so that all the other scenarios stay as they are. Nothing but proposals
/// is lost: a question that is lost under TCP is lost with its connection, and then is over. And
/// the set stays, so that it is known whom a proposal reaches.
void draw_narrow(std::uint64_t seed, Scenario& out) {
  Prng prng(seed ^ 0x0a77'0a77'0a77'0a77ULL);
  out.is_narrow = one_in(prng, 10);
  if (!out.is_narrow) return;
  out.quality.lost_permille = 0;
  out.set_plan = SetPlan::kNone;
  out.spares = 0;
}

/// Likewise a stream of its own. Four validators, one of which leaves: without the one that is away
/// there is no quorum, and time-outs alone would take it as long as they took the others.
void draw_stranding(std::uint64_t seed, bool may_resize, Scenario& out) {
  Prng prng(seed ^ 0x57a4'dedd'57a4'deddULL);
  const bool is_drawn = one_in(prng, 25);
  const auto leaver = prng.below(4);
  const auto climb = milliseconds{100'000} + up_to(prng, 40'000);
  if (!is_drawn || (!may_resize && out.validators != 4)) return;
  out.is_stranding = true;
  out.validators = 4;
  out.lots.assign(4, Lot::kOrdinary);
  out.lots[leaver] = Lot::kLeaver;
  out.climb = climb;
  out.set_plan = SetPlan::kNone;
  out.spares = 0;
  out.empty_period = milliseconds{1'500};
  std::erase_if(out.recurring, [](Fault fault) { return fault == Fault::kOutage; });
}

/// Likewise a stream of its own. Some nodes' transactions are secrets to all others: their blocks
/// must be fetched whole.
void draw_losses_of_parts(std::uint64_t seed, Scenario& out) {
  Prng prng(seed ^ 0x0b0d'1e50'0b0d'1e50ULL);
  if (one_in(prng, 6)) {
    out.lists_lost_permille = 100 + static_cast<std::uint32_t>(prng.below(901));
  }
  if (one_in(prng, 8)) out.secret_permille = 100 + static_cast<std::uint32_t>(prng.below(600));
  if (one_in(prng, 12)) out.secret_permille = 1'000;
}

/// Likewise a stream of its own. A revision is never followed by an older one.
void draw_rules(std::uint64_t seed, Scenario& out) {
  Prng prng(seed ^ 0x51e9'5c4e'51e9'5c4eULL);
  if (!one_in(prng, 5)) return;
  out.first_rules.revision = 1 + static_cast<std::uint32_t>(prng.below(2));
  Rules rules = out.first_rules;
  for (auto left = 1 + prng.below(3); left > 0; --left) {
    rules.revision += static_cast<std::uint32_t>(prng.below(kNewestRevision + 1 - rules.revision));
    for (const auto id : kProbedPrecompiles) {
      if (one_in(prng, 2)) rules.precompiles = rules.precompiles ^ bit_of_precompile(id);
    }
    out.rules_changes.push_back({rules, 2 + prng.below(6)});
  }
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
  draw_set_plan(prng, out);
  if (one_in(prng, 4)) out.empty_period = milliseconds{4'000} + up_to(prng, 12'000);
  if (one_in(prng, 3)) out.inbox_events_max = 16 + prng.below(100);
  if (one_in(prng, 12)) out.climb = milliseconds{60'000} + up_to(prng, 80'000);
  if (out.climb.count() > 0) let_leave(out, prng.below(out.validators));
  draw_narrow(seed, out);
  draw_stranding(seed, !validators.has_value(), out);
  draw_losses_of_parts(seed, out);
  draw_rules(seed, out);
  return out;
}

}  // namespace datapact::sim

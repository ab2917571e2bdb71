#pragma once
// What all machines of a scenario share.
#include "base/prng.hpp"
#include "consensus/messages.hpp"
#include "ledger/chain/genesis.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/machine.hpp"
#include "tests/sim/oracle.hpp"
#include "tests/sim/scheduler.hpp"
#include "tests/sim/sim_network.hpp"
#include "tests/sim/trace.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace datapact::sim {

/// Borrowed: outlives whoever holds it.
struct Surroundings {
  const chain::Genesis& genesis;
  Scheduler& scheduler;
  Trace& trace;
  Oracle& oracle;
  SimNetwork& network;
  Prng& prng;
  FaultCounts& counts;
  std::vector<Machine>& machines;
  /// Events that wait for one node's core thread.
  std::size_t inbox_events_max = 0;
  /// Proposals are lost wherever they come from.
  bool is_mute = false;
  /// Which own votes of a twin reach `to`: twins are heard by different validators.
  std::function<bool(std::size_t from, std::size_t to)> hears_twin;
  /// Whether a proposal by `author` reaches `to` without being asked for; empty: any does.
  std::function<bool(const Address& author, std::size_t to)> reaches;
  /// As in Scenario.
  std::uint32_t lists_lost_permille = 0;
  std::uint32_t secret_permille = 0;
};

}  // namespace datapact::sim

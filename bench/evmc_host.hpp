#pragma once
// A testkit world as EVMC's machines see it, so that they and ours ask the same maps. Nested calls
// and creations are refused: the programs of evm_benchmarks make none.
#include "bench/evmc_abi.hpp"
#include "tests/testkit/memory_host.hpp"

namespace datapact::bench {

/// The `context` of the functions of evmc_host().
struct EvmcWorld {
  testkit::MemoryHost& host;
  /// The program asked for a nested call: what it computed after the refusal means nothing.
  bool has_called = false;
};

[[nodiscard]] const evmc::HostInterface& evmc_host();

}  // namespace datapact::bench

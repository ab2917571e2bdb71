#pragma once
// Gas of each step of a sale and of each dispute, from receipts of a running node under Prague.
#include <cstdint>
#include <string>
#include <vector>

namespace datapact::bench {

struct StepGas {
  std::string step;
  std::uint64_t gas = 0;
  /// What FAIR_EXCHANGE section 2 allows; zero where it says nothing.
  std::uint64_t gas_max = 0;
};

/// Starts one validator in this process, sells a few times first so that every account and slot is
/// in its steady state, then measures. Aborts when a step does not end as it must.
[[nodiscard]] std::vector<StepGas> measure_sale_gas();

}  // namespace datapact::bench

#pragma once
// What one server grants its callers (RPC.md section 3). Every field can be configured.
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace datapact::rpc {

struct Limits {
  std::size_t body_bytes_max = 5U << 20U;
  std::size_t response_bytes_max = 25U << 20U;
  std::size_t connections_max = 512;
  std::size_t connections_per_address_max = 64;
  std::size_t batch_items_max = 100;
  std::size_t json_depth_max = 32;
  /// Requests waiting for a worker; above it the answer is -32005 with HTTP 429.
  std::size_t queued_requests_max = 256;

  std::uint64_t logs_blocks_max = 10'000;
  std::size_t logs_max = 10'000;
  std::uint64_t log_addresses_max = 1'000;
  std::uint64_t log_topics_max = 1'000;  ///< alternatives in one position
  std::size_t filters_max = 1'000;
  std::chrono::milliseconds filter_idle_max{300'000};
  std::uint64_t call_gas_max = 50'000'000;
  std::chrono::milliseconds call_time_max{5'000};
  /// debug_trace*: of all transactions that one call traces.
  std::chrono::milliseconds trace_time_max{5'000};
  std::uint64_t trace_steps_max = 20'000'000;
  /// Calls of a batch that have not begun by then are refused.
  std::chrono::milliseconds batch_time_max{10'000};
  std::uint64_t fee_history_blocks_max = 1'024;
  std::size_t fee_history_percentiles_max = 100;
  std::size_t proof_slots_max = 1'024;

  std::chrono::milliseconds idle_max{120'000};   ///< between requests of one connection
  std::chrono::milliseconds header_max{10'000};  ///< from the first byte to the end of the header
  std::chrono::milliseconds body_max{30'000};    ///< for the body
  std::chrono::milliseconds write_max{60'000};   ///< for the response
};

}  // namespace datapact::rpc

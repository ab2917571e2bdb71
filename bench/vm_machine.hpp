#pragma once
// The virtual machines that vm_bench compares: ours, and those of EVMC's libraries. Each runs the
// same message in a world of the same kind.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "tests/testkit/memory_host.hpp"
#include "vm/message.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace datapact::bench {

/// How a run ended, as far as machines must agree on it.
struct Outcome {
  /// "success", "revert", or how it failed: in words of the machine, unless it ran out of gas.
  std::string status;
  std::int64_t gas_left = 0;
  std::int64_t gas_refund = 0;
  Bytes output;
  friend bool operator==(const Outcome&, const Outcome&) = default;
  [[nodiscard]] bool is_finished() const { return status == "success" || status == "revert"; }
};

struct Run {
  Outcome outcome;
  double cpu_microseconds = 0;
};

class Machine {
 public:
  virtual ~Machine() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Runs the code of `message.recipient` in `host`. The time is that of the machine alone.
  [[nodiscard]] virtual Run run(testkit::MemoryHost& host, const vm::Message& message) = 0;
};

[[nodiscard]] std::unique_ptr<Machine> make_own_machine();
/// `config` and the error are those of EvmcLibrary::load.
[[nodiscard]] Result<std::unique_ptr<Machine>, std::string> load_evmc_machine(
    std::string_view config);

}  // namespace datapact::bench

#include "bench/vm_machine.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "bench/evmc_abi.hpp"
#include "bench/evmc_host.hpp"
#include "bench/evmc_library.hpp"
#include "tests/testkit/memory_host.hpp"
#include "vm/message.hpp"
#include "vm/status.hpp"

#include <fmt/format.h>

#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::bench {
namespace {

double cpu_microseconds() {
  std::timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);  // NOLINT(*-include-cleaner): of POSIX's <time.h>
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

class OwnMachine final : public Machine {
 public:
  [[nodiscard]] std::string name() const override { return "datapact"; }
  [[nodiscard]] Run run(testkit::MemoryHost& host, const vm::Message& message) override {
    const double start = cpu_microseconds();
    vm::CallResult result = host.run(message);
    const double spent = cpu_microseconds() - start;
    return {
        {status_of(result.status), result.gas_left, result.gas_refund, std::move(result.output)},
        spent};
  }

 private:
  static std::string status_of(vm::Status status) {
    if (status == vm::Status::kSuccess) return "success";
    if (status == vm::Status::kRevert) return "revert";
    if (status == vm::Status::kOutOfGas) return "out of gas";
    return std::string{vm::to_string(status)};
  }
};

class EvmcMachine final : public Machine {
 public:
  explicit EvmcMachine(EvmcLibrary library) : library_(std::move(library)) {}
  [[nodiscard]] std::string name() const override {
    return fmt::format("{} ({})", library_.name(), library_.config());
  }
  [[nodiscard]] Run run(testkit::MemoryHost& host, const vm::Message& message) override {
    const evmc::Message asked = message_of(message);
    const auto code = host.code(message.recipient);
    EvmcWorld world{host};
    evmc::Vm& vm = library_.vm();
    const double start = cpu_microseconds();
    const evmc::Result result = vm.execute(&vm, &evmc_host(), &world, evmc::Revision::kCancun,
                                           &asked, code->bytes().data(), code->size());
    const double spent = cpu_microseconds() - start;
    Run out{{status_of(result.status), result.gas_left, result.gas_refund,
             to_bytes({result.output, result.output_size})},
            spent};
    if (result.release != nullptr) result.release(&result);
    if (world.has_called) out.outcome.status = "asked for a nested call, which this bench refuses";
    return out;
  }

 private:
  static evmc::Message message_of(const vm::Message& from) {
    evmc::Message out;
    out.flags = from.is_static ? evmc::kStaticFlag : 0;
    out.gas = from.gas;
    out.recipient = from.recipient;
    out.sender = from.sender;
    out.input = from.input.data();
    out.input_size = from.input.size();
    out.value = to_hash256(from.value);
    out.code_address = from.code_address;
    return out;
  }
  static std::string status_of(evmc::StatusCode status) {
    if (status == evmc::StatusCode::kSuccess) return "success";
    if (status == evmc::StatusCode::kRevert) return "revert";
    if (status == evmc::StatusCode::kOutOfGas) return "out of gas";
    return fmt::format("EVMC status {}", static_cast<int>(status));
  }

  EvmcLibrary library_;
};

}  // namespace

std::unique_ptr<Machine> make_own_machine() { return std::make_unique<OwnMachine>(); }

Result<std::unique_ptr<Machine>, std::string> load_evmc_machine(std::string_view config) {
  TRY(EvmcLibrary library, EvmcLibrary::load(config));
  return std::make_unique<EvmcMachine>(std::move(library));
}

}  // namespace datapact::bench

// Any byte string is a program that ends within its gas, gives the same outcome each time and with
// a tracer watching, and never gains gas.
#include "base/assert.hpp"
#include "tests/testkit/memory_host.hpp"

#include <algorithm>

namespace datapact::vm {
namespace {

constexpr std::int64_t kGas = 200'000;

class Watcher final : public Tracer {
 public:
  void on_enter(const Message&) override {}
  void on_step(const TraceStep& step) override {
    INVARIANT(step.gas_left >= 0);
    INVARIANT(step.stack.size() <= 1024);
    INVARIANT(step.memory.size() % 32 == 0);
  }
  void on_exit(const Message& message, const CallResult& result) override {
    INVARIANT(result.gas_left >= 0);
    INVARIANT(result.gas_left <= message.gas);
  }
};

CallResult run(ByteView code, ByteView input, Revision revision, Tracer* tracer) {
  testkit::MemoryHost host{revision, tracer};
  const Address self = to_address(uint256{0x5e1f});
  host.deploy(self, code);
  host.account(self).balance = uint256{1'000'000};
  Message message;
  message.recipient = self;
  message.code_address = self;
  message.gas = kGas;
  message.input = input;
  return host.run(message);
}

}  // namespace
}  // namespace datapact::vm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  if (size == 0) return 0;
  const auto revision = static_cast<vm::Revision>(data[0] % vm::kRevisionCount);
  const ByteView code = ByteView{data, size}.subspan(1);
  const ByteView input = code.first(std::min<std::size_t>(code.size(), 64));
  const vm::CallResult plain = vm::run(code, input, revision, nullptr);
  INVARIANT(plain.gas_left >= 0);
  INVARIANT(plain.gas_left <= vm::kGas);
  vm::Watcher watcher;
  const vm::CallResult watched = vm::run(code, input, revision, &watcher);
  INVARIANT(watched.status == plain.status);
  INVARIANT(watched.gas_left == plain.gas_left);
  INVARIANT(watched.output == plain.output);
  return 0;
}

#pragma once
// Runs one program in a small world: the beginning of most tests of this room.
#include "tests/testkit/bytecode.hpp"
#include "tests/testkit/memory_host.hpp"

#include <string_view>

namespace datapact::vm {

using testkit::Bytecode;
using testkit::MemoryHost;

inline const Address kSelf = to_address(uint256{0x5e1f});
inline const Address kCaller = to_address(uint256{0xca11e4});
inline const Address kOther = to_address(uint256{0x07e4});
inline constexpr std::int64_t kPlenty = 10'000'000;

struct Outcome {
  Status status = Status::kSuccess;
  std::int64_t gas_used = 0;
  std::int64_t refund = 0;
  Bytes output;

  /// The output as one word.
  [[nodiscard]] uint256 word() const { return uint256::from_be(output); }
};

/// A program at kSelf with a host around it.
struct Program {
  explicit Program(const Bytecode& code, Revision revision = Revision::kPrague,
                   Tracer* tracer = nullptr, StopWatch* stop_watch = nullptr)
      : host(revision, tracer, stop_watch) {
    host.deploy(kSelf, code.bytes());
    message.recipient = kSelf;
    message.code_address = kSelf;
    message.sender = kCaller;
    message.gas = kPlenty;
  }

  [[nodiscard]] Outcome run() {
    CallResult result = host.run(message);
    return {result.status, message.gas - result.gas_left, result.gas_refund,
            std::move(result.output)};
  }

  MemoryHost host;
  Message message;
};

[[nodiscard]] inline Outcome run(const Bytecode& code, Revision revision = Revision::kPrague) {
  return Program{code, revision}.run();
}

/// What the expression leaves on top of the stack.
[[nodiscard]] inline uint256 value_of(Bytecode expression) {
  return run(expression.return_top()).word();
}

}  // namespace datapact::vm

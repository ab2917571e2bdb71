#pragma once
// Watches a run instruction by instruction: EIP-3155 and debug_trace. Costs nothing when absent,
// since the interpreter loop is instantiated twice.
#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "vm/message.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace datapact::vm {

/// The machine just before an instruction. Views last for the call of on_step only.
struct TraceStep {
  int depth = 0;  ///< of the message, 0 for the transaction's own
  std::size_t pc = 0;
  std::uint8_t opcode = 0;
  std::int64_t gas_left = 0;
  std::int64_t gas_refund = 0;
  /// Bottom first.
  std::span<const uint256> stack;
  ByteView memory;
  ByteView return_data;
};

class Tracer {
 public:
  virtual ~Tracer() = default;
  virtual void on_enter(const Message& message) = 0;
  virtual void on_step(const TraceStep& step) = 0;
  /// `result` as the frame returns it, before the host judges deployed code.
  virtual void on_exit(const Message& message, const CallResult& result) = 0;
};

}  // namespace datapact::vm

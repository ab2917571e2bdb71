#pragma once
// From what the VM and its host report of one transaction to what geth's tracers are told: frames,
// instructions with what they cost, logs. Each tracer derives from it and makes a document of it.
// Deterministic. Thread contract: one thread, one transaction.
#include "base/json.hpp"
#include "base/types.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/state.hpp"
#include "vm/message.hpp"
#include "vm/opcode.hpp"
#include "vm/status.hpp"
#include "vm/tracer.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::chain {

/// Where a trace ends though the transaction does not.
struct TraceBudget {
  std::uint64_t steps_max = 0;
  /// Of the document as text, about.
  std::size_t bytes_max = 0;
};

/// A transaction before anything of it is paid. Borrowed until it has ended.
struct TxnStart {
  const state::State& state;
  const BlockContext& block;
  const Transaction& txn;
  const Address& sender;
};

/// A message that begins, also one that cannot: too deep, beyond the balance, at an address in use.
/// Views last for the call only.
struct TraceFrame {
  /// CALL, CALLCODE, DELEGATECALL, STATICCALL, CREATE, CREATE2 or SELFDESTRUCT.
  vm::Opcode type = vm::Opcode::kCall;
  /// Whose code calls. Of a DELEGATECALL the account that delegates, not its caller.
  Address from;
  /// As the caller names it: a designator (EIP-7702) is not followed. Of a creation its address.
  Address to;
  ByteView input;
  std::int64_t gas = 0;  ///< of the transaction's own frame: its gas limit
  /// Absent where none can be sent: STATICCALL.
  std::optional<uint256> value;
};

struct TraceFrameEnd {
  /// Return or revert data; of a successful creation the code it deployed.
  ByteView output;
  std::int64_t gas_used = 0;
  /// geth's words; empty when it did not fail.
  std::string error;
  bool is_revert = false;
};

/// How an instruction ended.
struct TraceStepEnd {
  /// With the gas a call is given, as geth counts. Of one that failed only the fixed part.
  std::int64_t cost = 0;
  /// The transaction's counter; an SSTORE's own part is in it.
  std::int64_t refund = 0;
  /// Of one that did not run at all: out of gas, stack, or a change of state in a static call.
  std::string error;
};

class TxnTracer : public vm::Tracer {
 public:
  explicit TxnTracer(const TraceBudget& budget) : budget_(budget) {}

  // What the executor and the host report.
  void begin_txn(const TxnStart& start);
  /// Authorizations (EIP-7702) give gas back before the first instruction.
  void add_refund(std::uint64_t gas) { refund_ += static_cast<std::int64_t>(gas); }
  /// `created`: where a creation will put its code.
  void begin_call(const vm::Message& message, const Address& created);
  void end_call(const vm::Message& message, const vm::CallResult& result);
  void log(const Address& address, std::span<const Hash256> topics, ByteView data);
  void selfdestruct(const Address& address, const Address& beneficiary, const uint256& balance);
  /// The scope in the state has ended.
  void end_txn(Gas gas_used) { txn_ends(gas_used); }

  void on_enter(const vm::Message& message) final;
  void on_step(const vm::TraceStep& step) final;
  void on_exit(const vm::Message& message, const vm::CallResult& result) final;

  /// The document of the tracer; ask once, after the end.
  [[nodiscard]] virtual json::Value result() = 0;
  [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }
  /// Bytes the document takes as text, about.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] bool is_over_budget() const noexcept {
    return steps_ > budget_.steps_max || bytes_ > budget_.bytes_max;
  }

 protected:
  virtual void txn_begins(const TxnStart& /*start*/) {}
  virtual void frame_begins(const TraceFrame& /*frame*/) {}
  /// In the reverse order of their beginnings.
  virtual void frame_ends(const TraceFrameEnd& /*end*/) {}
  /// `self` is whose storage the code works on. Every step ends, before the next one of its frame
  /// begins and after what it called has ended.
  virtual void step_begins(const vm::TraceStep& /*step*/, const Address& /*self*/) {}
  virtual void step_ends(const TraceStepEnd& /*end*/) {}
  virtual void log_emitted(const Address& /*address*/, std::span<const Hash256> /*topics*/,
                           ByteView /*data*/) {}
  virtual void txn_ends(Gas /*gas_used*/) {}

  /// Of the transaction that has begun.
  [[nodiscard]] const TxnStart& txn() const { return *txn_; }
  void spend(std::size_t bytes) noexcept { bytes_ += bytes; }

 private:
  /// A call or creation that the VM gives up before it begins, with its caller going on.
  struct StillBirth {
    TraceFrame frame;
    Bytes input;
    uint256 gas_wanted;
    bool pays = false;
    std::string_view error;
  };
  /// An instruction that has begun.
  struct Step {
    std::uint8_t opcode = 0;
    std::int64_t gas = 0;
    std::int64_t refund = 0;
    std::size_t stack_height = 0;
    /// The operand that names the callee.
    Address target;
    std::optional<StillBirth> still_birth;
    bool has_called = false;
    std::int64_t gas_given = 0;
    std::int64_t gas_returned = 0;
  };
  struct Frame {
    vm::Opcode type = vm::Opcode::kCall;
    Address self;
    uint256 value;
    /// The VM runs a creation without code, geth does not.
    bool has_no_code = false;
    /// Its code has ended without failure; what the host says then concerns the deployment.
    bool has_returned = false;
    std::int64_t refund = 0;
    Bytes deployed;
    /// Means something while `in_step`.
    Step step;
    bool in_step = false;
    std::uint8_t last_opcode = 0;
    std::size_t last_height = 0;
  };

  [[nodiscard]] vm::Opcode type_of(const vm::Message& message) const;
  [[nodiscard]] std::int64_t refund_below() const;
  [[nodiscard]] std::optional<StillBirth> still_birth_of(const vm::TraceStep& step,
                                                         const Frame& frame) const;
  void end_step(Frame& frame, std::int64_t gas_after, std::int64_t refund_after);
  void fail_step(Frame& frame, vm::Status status);
  /// Returns the gas it would have been given.
  std::int64_t bear_still(StillBirth& birth, std::int64_t gas_after);
  [[nodiscard]] static std::string failure_text(const Frame& frame, vm::Status status);

  TraceBudget budget_;
  std::unique_ptr<const TxnStart> txn_;
  std::vector<Frame> frames_;
  std::int64_t refund_ = 0;
  std::uint64_t steps_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace datapact::chain

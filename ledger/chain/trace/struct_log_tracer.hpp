#pragma once
// geth's struct logs, what a trace is without a tracer's name: a record an instruction.
#include "base/json.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "vm/tracer.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace datapact::chain {

struct StructLogOptions {
  bool disable_stack = false;
  bool disable_storage = false;
  bool enable_memory = false;
  bool enable_return_data = false;
  /// Records; zero: all.
  std::uint64_t limit = 0;
};

class StructLogTracer final : public TxnTracer {
 public:
  StructLogTracer(const StructLogOptions& options, const TraceBudget& budget)
      : TxnTracer(budget), options_(options) {}
  [[nodiscard]] json::Value result() override;

 private:
  void frame_begins(const TraceFrame& frame) override;
  void frame_ends(const TraceFrameEnd& end) override;
  void step_begins(const vm::TraceStep& step, const Address& self) override;
  void step_ends(const TraceStepEnd& end) override;
  void txn_ends(Gas gas_used) override { gas_used_ = gas_used; }

  [[nodiscard]] json::Value record_of(const vm::TraceStep& step, const Address& self);
  /// What is known of the contract's storage after the step; nothing unless it is about storage.
  [[nodiscard]] std::optional<json::Value> storage_after(const vm::TraceStep& step,
                                                         const Address& self);

  StructLogOptions options_;
  json::Array records_;
  /// Of the steps that have not ended: the place of the record, or nothing when it has none.
  std::vector<std::optional<std::size_t>> open_steps_;
  std::map<Address, std::map<uint256, uint256>> storage_;
  std::size_t depth_ = 0;
  Gas gas_used_;
  Bytes output_;
  bool failed_ = false;
};

}  // namespace datapact::chain

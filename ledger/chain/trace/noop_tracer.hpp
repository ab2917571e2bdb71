#pragma once
// geth's noopTracer: runs the transaction again and says nothing of it.
#include "base/json.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"

namespace datapact::chain {

class NoopTracer final : public TxnTracer {
 public:
  using TxnTracer::TxnTracer;
  [[nodiscard]] json::Value result() override { return json::Object{}; }
};

}  // namespace datapact::chain

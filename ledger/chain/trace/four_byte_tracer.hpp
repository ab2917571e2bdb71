#pragma once
// geth's 4byteTracer: how often each selector was called, with the size of its arguments.
#include "base/json.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace datapact::chain {

class FourByteTracer final : public TxnTracer {
 public:
  using TxnTracer::TxnTracer;
  [[nodiscard]] json::Value result() override;

 private:
  void frame_begins(const TraceFrame& frame) override;
  std::map<std::string, std::uint64_t> calls_;
};

}  // namespace datapact::chain

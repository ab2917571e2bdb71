#include "ledger/chain/trace/tracers.hpp"

#include "ledger/chain/trace/call_tracer.hpp"
#include "ledger/chain/trace/four_byte_tracer.hpp"
#include "ledger/chain/trace/noop_tracer.hpp"
#include "ledger/chain/trace/prestate_tracer.hpp"
#include "ledger/chain/trace/struct_log_tracer.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"

#include <cstdint>
#include <memory>
#include <variant>

namespace datapact::chain {
namespace {

struct Maker {
  const TraceBudget& budget;
  std::uint64_t logs_before;
  using Made = std::unique_ptr<TxnTracer>;

  Made operator()(const StructLogOptions& options) const {
    return std::make_unique<StructLogTracer>(options, budget);
  }
  Made operator()(const CallTracerOptions& options) const {
    return std::make_unique<CallTracer>(options, budget, logs_before);
  }
  Made operator()(const PrestateOptions& options) const {
    return std::make_unique<PrestateTracer>(options, budget);
  }
  Made operator()(const FourByteOptions&) const { return std::make_unique<FourByteTracer>(budget); }
  Made operator()(const NoopOptions&) const { return std::make_unique<NoopTracer>(budget); }
};

}  // namespace

std::unique_ptr<TxnTracer> make_tracer(const TracerOptions& options, const TraceBudget& budget,
                                       std::uint64_t logs_before) {
  return std::visit(Maker{budget, logs_before}, options);
}

}  // namespace datapact::chain

#pragma once
// Which tracer, with which options.
#include "ledger/chain/trace/call_tracer.hpp"
#include "ledger/chain/trace/prestate_tracer.hpp"
#include "ledger/chain/trace/struct_log_tracer.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"

#include <cstdint>
#include <memory>
#include <variant>

namespace datapact::chain {

struct FourByteOptions {};
struct NoopOptions {};
using TracerOptions = std::variant<StructLogOptions, CallTracerOptions, PrestateOptions,
                                   FourByteOptions, NoopOptions>;

/// For one transaction. `logs_before`: of the block before it.
[[nodiscard]] std::unique_ptr<TxnTracer> make_tracer(const TracerOptions& options,
                                                     const TraceBudget& budget,
                                                     std::uint64_t logs_before = 0);

}  // namespace datapact::chain

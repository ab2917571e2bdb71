#pragma once
// geth's callTracer: the tree of frames, with their logs when asked for.
#include "base/json.hpp"
#include "base/types.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace datapact::chain {

struct CallTracerOptions {
  bool only_top_call = false;
  bool with_log = false;
};

class CallTracer final : public TxnTracer {
 public:
  /// `logs_before`: of the block before this transaction, for the index of its own.
  CallTracer(const CallTracerOptions& options, const TraceBudget& budget,
             std::uint64_t logs_before = 0)
      : TxnTracer(budget), options_(options), logs_before_(logs_before) {}
  [[nodiscard]] json::Value result() override;

 private:
  /// Of the frames that are open, outermost first.
  struct Open {
    json::Value frame;
    json::Array calls;
    json::Array logs;
    bool creates = false;
  };

  void frame_begins(const TraceFrame& frame) override;
  void frame_ends(const TraceFrameEnd& end) override;
  void log_emitted(const Address& address, std::span<const Hash256> topics, ByteView data) override;
  void txn_ends(Gas gas_used) override;

  [[nodiscard]] bool is_left_out() const noexcept { return options_.only_top_call && depth_ > 1; }

  CallTracerOptions options_;
  std::uint64_t logs_before_;
  std::size_t depth_ = 0;  ///< frames open, also of those left out
  std::vector<Open> open_;
  json::Value top_;
};

}  // namespace datapact::chain

// eth_call and eth_estimateGas: bounded in gas and time, without effect.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/call_params.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"
#include "rpc/revert_reason.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace datapact::rpc::eth {
namespace {

using json::Value;

constexpr std::uint64_t kTransferGas = 21'000;  // Yellow Paper, appendix G: G_transaction
/// The search ends when the bound is within 1/64 of the truth, as precise as EIP-150 lets a caller
/// be.
constexpr std::uint64_t kPrecision = 64;
/// More halvings than 64 bits hold cannot happen.
constexpr int kStepsMax = 64;

Error from_node(const NodeError& error) {
  return {static_cast<ErrorCode>(error.code), error.message, {}};
}

Result<void, Error> refuse_overrides(const Params& params, std::size_t index) {
  for (std::size_t i = index; i < params.size(); ++i) {
    const Value& value = params.at(i);
    const json::Object* object = value.as_object();
    if (!value.is_null() && (object == nullptr || !object->empty())) {
      return refuse_argument(i, "state and block overrides are not supported");
    }
  }
  return {};
}

struct Prepared {
  CallRequest request;
  std::optional<Gas> gas;
};

Result<Prepared, Error> prepare(const Context& context, const Params& params, BlockTag fallback) {
  TRY(CallParams call, parse_call(params.at(0), context.node.config()));
  TRY(const BlockRef ref, block_ref(params, 1, fallback));
  TRY_VOID(refuse_overrides(params, 2));
  Prepared out;
  TRY(out.request.height, require_height(*context.chain, ref));
  out.request.pending = is_pending(ref);
  out.request.txn = std::move(call.txn);
  out.request.sender = call.sender;
  out.request.time_max = context.limits.call_time_max;
  out.gas = call.gas;
  return out;
}

Error failure(const CallOutcome& outcome) {
  if (outcome.status == CallStatus::kReverted) return revert_error(outcome.output);
  return {ErrorCode::kServer, outcome.failure, {}};
}

/// What the sender can pay for at this fee cap (nothing: no bound).
Result<std::optional<std::uint64_t>, Error> affordable_gas(const Context& context,
                                                           const CallRequest& request) {
  const uint256& price = request.txn.max_fee_per_gas;
  if (price.is_zero()) return std::optional<std::uint64_t>{};
  TRY(const auto state, require_state(context, request.height));
  const auto account = state->account(request.sender);
  const uint256 balance = account ? account->balance.raw() : uint256{};
  const auto blobs =
      checked_mul(uint256{chain::blob_gas(request.txn).raw()}, request.txn.max_fee_per_blob_gas);
  const auto fixed = blobs ? checked_add(request.txn.value.raw(), *blobs) : std::nullopt;
  const auto rest = fixed ? checked_sub(balance, *fixed) : std::nullopt;
  if (!rest) return refuse(ErrorCode::kServer, "insufficient funds for gas * price + value");
  const uint256 gas = divide(*rest, price).quotient;
  if (!gas.fits_u64()) return std::optional<std::uint64_t>{};
  return std::optional<std::uint64_t>{gas.low_u64()};
}

Result<std::uint64_t, Error> upper_bound(const Context& context, const Prepared& prepared) {
  const auto header = context.chain->header(prepared.request.height);
  if (!header) return refuse(ErrorCode::kServer, "header not found");
  std::uint64_t bound = header->gas_limit.raw();
  if (prepared.gas && prepared.gas->raw() >= kTransferGas) {
    bound = std::min(bound, prepared.gas->raw());
  }
  bound = std::min(bound, context.limits.call_gas_max);
  TRY(const auto affordable, affordable_gas(context, prepared.request));
  return affordable ? std::min(bound, *affordable) : bound;
}

class Estimator {
 public:
  Estimator(const Context& context, CallRequest request)
      : context_(context),
        request_(std::move(request)),
        deadline_(context.clock.monotonic() + context.limits.call_time_max) {}

  /// The smallest gas limit, within the precision, with which the call returns.
  Outcome run(std::uint64_t bound) {
    TRY(const auto first, try_gas(bound));
    if (!first.ok()) return fail(from_node(first.error()));
    if (first->status == CallStatus::kFailed && first->failure == "out of gas") {
      return refuse(ErrorCode::kServer,
                    "gas required exceeds allowance (" + std::to_string(bound) + ")");
    }
    if (first->status != CallStatus::kReturned) return fail(failure(*first));
    std::uint64_t low = first->gas_used.raw() - 1;  // what it used is the least it can need
    std::uint64_t high = bound;
    for (int step = 0; step < kStepsMax && low + 1 < high; ++step) {
      // The truth lies near the used gas: with no refund and no nested call, exactly there.
      const std::uint64_t guess = step == 0 ? low + 1 : low + (high - low) / 2;
      const std::uint64_t tried = step == 1 ? std::min(guess, low + low / 16 + 1) : guess;
      TRY(const bool enough, is_enough(tried));
      (enough ? high : low) = tried;
      if (high - low <= high / kPrecision) break;
    }
    return to_quantity(high);
  }

 private:
  using Attempt = Result<CallOutcome, NodeError>;

  Result<Attempt, Error> try_gas(std::uint64_t gas) {
    const auto left = deadline_ - context_.clock.monotonic();
    if (left <= std::chrono::nanoseconds::zero()) {
      return refuse(ErrorCode::kLimit, "the estimate took too long");
    }
    request_.txn.gas_limit = Gas{gas};
    request_.time_max = std::chrono::ceil<std::chrono::milliseconds>(left);
    Attempt attempt = context_.node.simulate(request_);
    if (!attempt.ok() && attempt.error().code == static_cast<int>(ErrorCode::kLimit)) {
      return fail(from_node(attempt.error()));
    }
    return attempt;
  }

  /// Too little gas for the intrinsic or floor cost (EIP-7623) is refused before execution.
  Result<bool, Error> is_enough(std::uint64_t gas) {
    TRY(const Attempt attempt, try_gas(gas));
    return attempt.ok() && attempt->status == CallStatus::kReturned;
  }

  const Context& context_;
  CallRequest request_;
  std::chrono::nanoseconds deadline_;
};

}  // namespace

Outcome call(const Context& context, const Params& params) {
  TRY(Prepared prepared, prepare(context, params, BlockTag::kLatest));
  const std::uint64_t cap = context.limits.call_gas_max;
  prepared.request.txn.gas_limit = Gas{prepared.gas ? std::min(prepared.gas->raw(), cap) : cap};
  const auto outcome = context.node.simulate(prepared.request);
  if (!outcome.ok()) return fail(from_node(outcome.error()));
  if (outcome->status != CallStatus::kReturned) return fail(failure(*outcome));
  return to_hex0x(outcome->output);
}

Outcome estimate_gas(const Context& context, const Params& params) {
  TRY(Prepared prepared, prepare(context, params, BlockTag::kPending));
  if (!prepared.request.txn.to && prepared.request.txn.data.empty()) {
    return refuse(ErrorCode::kServer, "contract creation without any data provided");
  }
  TRY(const std::uint64_t bound, upper_bound(context, prepared));
  return Estimator(context, std::move(prepared.request)).run(bound);
}

}  // namespace datapact::rpc::eth

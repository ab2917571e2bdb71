// eth_createAccessList: which accounts and slots a call touches, so that a transaction can name
// them (EIP-2930).
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/transaction.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/call_params.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"
#include "rpc/render.hpp"
#include "rpc/revert_reason.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace datapact::rpc::eth {
namespace {

/// Each round adds what the last one touched; a call that never settles is no use to anybody.
constexpr int kRoundsMax = 16;

json::Value answer(const CallOutcome& outcome) {
  json::Value out;
  out.set("accessList", render_access_list(outcome.accessed));
  if (outcome.status == CallStatus::kReverted) {
    out.set("error", revert_error(outcome.output).message);
  } else if (outcome.status == CallStatus::kFailed) {
    out.set("error", outcome.failure);
  }
  out.set("gasUsed", to_quantity(outcome.gas_used.raw()));
  return out;
}

}  // namespace

Outcome create_access_list(const Context& context, const Params& params) {
  TRY(CallParams call, parse_call(params.at(0), context.node.config()));
  TRY(const BlockRef ref, block_ref(params, 1, BlockTag::kLatest));
  CallRequest request;
  TRY(request.height, require_height(*context.chain, ref));
  request.pending = is_pending(ref);
  request.sender = call.sender;
  request.time_max = context.limits.call_time_max;
  request.wants_accesses = true;
  request.txn = std::move(call.txn);
  const std::uint64_t cap = context.limits.call_gas_max;
  request.txn.gas_limit = Gas{call.gas ? std::min(call.gas->raw(), cap) : cap};
  for (int round = 0; round < kRoundsMax; ++round) {
    auto outcome = context.node.simulate(request);
    if (!outcome.ok()) {
      return refuse(static_cast<ErrorCode>(outcome.error().code), outcome.error().message);
    }
    if (outcome->accessed == request.txn.access_list) return answer(*outcome);
    request.txn.access_list = std::move(outcome->accessed);
  }
  return refuse(ErrorCode::kServer, "the access list does not settle");
}

}  // namespace datapact::rpc::eth

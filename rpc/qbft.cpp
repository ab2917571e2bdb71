// qbft_: as Besu names them. On a chain without QBFT these methods do not exist.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/params.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace datapact::rpc::qbft {
namespace {

Result<void, Error> require_qbft(const Context& context) {
  if (context.node.config().profile == chain::Profile::kConsortium) return {};
  return refuse(ErrorCode::kUnknownMethod, "this chain does not use QBFT");
}

Outcome validators_at(const Context& context, const BlockRef& ref) {
  TRY_VOID(require_qbft(context));
  TRY(const Height height, require_height(*context.chain, ref));
  json::Array out;
  for (const Address& address : context.node.validators(height)) out.push_back(to_hex0x(address));
  return json::Value(std::move(out));
}

}  // namespace

Outcome get_validators_by_block_number(const Context& context, const Params& params) {
  TRY(const BlockRef ref, parse_block_ref(params.at(0), 0));
  return validators_at(context, ref);
}

Outcome get_validators_by_block_hash(const Context& context, const Params& params) {
  TRY(const BlockHash hash, params.block_hash(0));
  return validators_at(context, hash);
}

Outcome get_request_timeout_seconds(const Context& context, const Params&) {
  TRY_VOID(require_qbft(context));
  const auto timeout = context.node.config().qbft.request_timeout;
  return std::int64_t{std::chrono::ceil<std::chrono::seconds>(timeout).count()};
}

}  // namespace datapact::rpc::qbft

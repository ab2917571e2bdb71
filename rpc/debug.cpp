// debug_getRaw*: the consensus encodings, for light clients and evidence.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/receipt.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/params.hpp"

#include <utility>

namespace datapact::rpc::debug {
namespace {

Result<Height, Error> height_of(const Context& context, const Params& params) {
  TRY(const BlockRef ref, parse_block_ref(params.at(0), 0));
  return require_height(*context.chain, ref);
}

auto not_found() { return refuse(ErrorCode::kServer, "header not found"); }

}  // namespace

Outcome get_raw_header(const Context& context, const Params& params) {
  TRY(const Height height, height_of(context, params));
  const auto header = context.chain->header(height);
  if (!header) return not_found();
  return to_hex0x(chain::encode(*header));
}

Outcome get_raw_block(const Context& context, const Params& params) {
  TRY(const Height height, height_of(context, params));
  const auto stored = context.chain->block(height);
  if (!stored) return not_found();
  return to_hex0x(chain::encode(stored->block));
}

Outcome get_raw_receipts(const Context& context, const Params& params) {
  TRY(const Height height, height_of(context, params));
  const auto receipts = context.chain->receipts(height);
  if (!receipts) return not_found();
  json::Array out;
  for (const chain::Receipt& receipt : *receipts) {
    out.emplace_back(to_hex0x(chain::encode(receipt)));
  }
  return json::Value(std::move(out));
}

Outcome get_raw_transaction(const Context& context, const Params& params) {
  TRY(const json::Value raw, eth::get_raw_transaction_by_hash(context, params));
  return raw.is_null() ? json::Value("0x") : raw;
}

}  // namespace datapact::rpc::debug

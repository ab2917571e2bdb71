// qbft_: as Besu names them, and getConsensusState, which is ours. On a chain without QBFT these
// methods do not exist.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/quantity.hpp"
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
#include <map>
#include <optional>
#include <string>
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
  for (const Address& address : context.node.validators(height))
    out.emplace_back(to_hex0x(address));
  return json::Value(std::move(out));
}

/// Without parameters the last blocks below the head, as many as Besu takes.
constexpr std::uint64_t kSignerMetricsBlocks = 100;

struct SignerMetric {
  std::uint64_t blocks = 0;
  std::optional<Height> last;
};

/// From inclusive, to exclusive, as Besu counts.
struct HeightRange {
  Height from;
  Height to;
};

Result<HeightRange, Error> signer_metrics_range(const Context& context, const Params& params) {
  HeightRange range{Height{}, context.chain->head()};
  if (params.has(1)) {
    TRY(const BlockRef ref, parse_block_ref(params.at(1), 1));
    TRY(range.to, require_height(*context.chain, ref));
  }
  if (params.has(0)) {
    TRY(const BlockRef ref, parse_block_ref(params.at(0), 0));
    TRY(range.from, require_height(*context.chain, ref));
  } else if (range.to.raw() > kSignerMetricsBlocks) {
    range.from = Height{range.to.raw() - kSignerMetricsBlocks};
  }
  if (range.to <= range.from && params.size() != 0) {
    return refuse_argument(1, "must be above the first block " + to_quantity(range.from.raw()));
  }
  if (range.to.raw() - range.from.raw() > context.limits.logs_blocks_max) {
    return refuse(
        ErrorCode::kLimit,
        "range of more than " + std::to_string(context.limits.logs_blocks_max) + " blocks");
  }
  return range;
}

}  // namespace

Outcome get_signer_metrics(const Context& context, const Params& params) {
  TRY_VOID(require_qbft(context));
  TRY(const HeightRange range, signer_metrics_range(context, params));
  std::map<Address, SignerMetric> metrics;
  for (Height height = range.from; height < range.to; height = next(height)) {
    const auto header = context.chain->header(height);
    if (!header || height == Height{}) continue;  // Genesis has no proposer.
    auto& metric = metrics[header->coinbase];
    ++metric.blocks;
    metric.last = height;
  }
  // Who validates at the end of the range is listed also without a block.
  for (const Address& address : context.node.validators(range.to)) metrics.try_emplace(address);
  json::Value out = json::Value::array();
  for (const auto& [address, metric] : metrics) {
    out.push(json::Value::object(
        {{"address", to_hex0x(address)},
         {"proposedBlockCount", to_quantity(metric.blocks)},
         {"lastProposedBlockNumber", to_quantity(metric.last.value_or(Height{}).raw())}}));
  }
  return out;
}

Outcome get_consensus_state(const Context& context, const Params&) {
  TRY_VOID(require_qbft(context));
  auto state = context.node.consensus_state();
  if (!state.has_value()) {
    return refuse(static_cast<ErrorCode>(state.error().code), state.error().message);
  }
  return std::move(*state);
}

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

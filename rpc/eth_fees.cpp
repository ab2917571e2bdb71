// eth_: what gas costs. With zeroBaseFee nothing, and every suggestion is 0x0.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/receipt.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::rpc::eth {
namespace {

using json::Value;

/// A suggestion where gas has a price: one gwei, for no market sets it here.
constexpr std::uint64_t kSuggestedTip = 1'000'000'000;  // wei a gas

uint256 suggested_tip(const Context& context) {
  return context.node.config().zero_base_fee ? uint256{} : uint256{kSuggestedTip};
}

Result<std::vector<double>, Error> percentiles(const Params& params, std::size_t max) {
  std::vector<double> out;
  if (!params.has(2)) return out;
  const json::Array* list = params.at(2).as_array();
  if (list == nullptr) return refuse_argument(2, "an array of percentiles is expected");
  if (list->size() > max) {
    return refuse(ErrorCode::kLimit, "at most " + std::to_string(max) + " percentiles");
  }
  for (const Value& item : *list) {
    const auto value = item.as_double();
    if (!value || *value < 0 || *value > 100 || (!out.empty() && *value < out.back())) {
      return refuse(ErrorCode::kServer,
                    "invalid reward percentile: 0 to 100 in ascending order are expected");
    }
    out.push_back(*value);
  }
  return out;
}

/// Tips per gas at the percentiles of the gas used in the block (execution-apis, eth_feeHistory).
Value rewards(const ChainReader& chain, const chain::BlockHeader& header,
              const std::vector<double>& wanted) {
  json::Array out;
  const auto receipts = header.gas_used == Gas{} ? std::nullopt : chain.receipts(header.height);
  if (!receipts || receipts->empty()) {
    for (std::size_t i = 0; i < wanted.size(); ++i) out.emplace_back("0x0");
    return out;
  }
  std::vector<std::pair<uint256, std::uint64_t>> tips;  // tip, gas used
  for (const chain::Receipt& receipt : *receipts) {
    const auto tip = checked_sub(receipt.effective_gas_price, header.base_fee_per_gas);
    tips.emplace_back(tip.value_or(uint256{}), receipt.gas_used.raw());
  }
  std::ranges::sort(tips);
  std::size_t place = 0;
  std::uint64_t gas = tips[0].second;
  for (const double percentile : wanted) {
    const double threshold = static_cast<double>(header.gas_used.raw()) * percentile / 100.0;
    while (static_cast<double>(gas) < threshold && place + 1 < tips.size()) {
      gas += tips[++place].second;
    }
    out.emplace_back(to_quantity(tips[place].first));
  }
  return out;
}

double used_ratio(const chain::BlockHeader& header) {
  if (header.gas_limit == Gas{}) return 0;
  return static_cast<double>(header.gas_used.raw()) / static_cast<double>(header.gas_limit.raw());
}

double blob_ratio(const chain::BlockHeader& header, const chain::GenesisConfig& config) {
  const Gas most = chain::blob_gas_max(config, header.timestamp_seconds);
  if (most == Gas{}) return 0;
  return static_cast<double>(header.blob_gas_used.raw()) / static_cast<double>(most.raw());
}

/// As if the next block came in the same second: its time is not known yet.
uint256 next_blob_fee(const chain::BlockHeader& header, const chain::GenesisConfig& config) {
  chain::BlockHeader next = header;
  next.excess_blob_gas = chain::next_excess_blob_gas(header, config, header.timestamp_seconds);
  return chain::blob_gas_price(next, config);
}

}  // namespace

Outcome blob_base_fee(const Context& context, const Params&) {
  const auto header = context.chain->header(context.chain->head());
  if (!header) return refuse(ErrorCode::kServer, "header not found");
  return to_quantity(chain::blob_gas_price(*header, context.node.config()));
}

Outcome gas_price(const Context& context, const Params&) {
  const auto header = context.chain->header(context.chain->head());
  if (!header) return refuse(ErrorCode::kServer, "header not found");
  return to_quantity(chain::next_base_fee(*header, context.node.config()) + suggested_tip(context));
}

Outcome max_priority_fee_per_gas(const Context& context, const Params&) {
  return to_quantity(suggested_tip(context));
}

Outcome fee_history(const Context& context, const Params& params) {
  TRY(const std::uint64_t asked, params.count(0));
  TRY(const BlockRef ref, block_ref(params, 1));
  TRY(const auto wanted, percentiles(params, context.limits.fee_history_percentiles_max));
  TRY(const Height newest, require_height(*context.chain, ref));
  const std::uint64_t count =
      std::min({asked, context.limits.fee_history_blocks_max, newest.raw() + 1});
  if (count == 0) {
    return Value::object({{"oldestBlock", "0x0"}, {"gasUsedRatio", Value::array()}});
  }
  const std::uint64_t oldest = newest.raw() + 1 - count;
  const auto deadline = context.clock.monotonic() + context.limits.call_time_max;
  const auto& config = context.node.config();
  json::Array fees;
  json::Array ratios;
  json::Array blob_fees;
  json::Array blob_ratios;
  json::Array tips;
  std::optional<chain::BlockHeader> header;
  for (std::uint64_t height = oldest; height <= newest.raw(); ++height) {
    if (context.clock.monotonic() > deadline) {
      return refuse(ErrorCode::kLimit, "the fee history took too long: ask for fewer blocks");
    }
    header = context.chain->header(Height{height});
    if (!header) return refuse(ErrorCode::kServer, "header not found");
    fees.emplace_back(to_quantity(header->base_fee_per_gas));
    ratios.emplace_back(used_ratio(*header));
    blob_fees.emplace_back(to_quantity(chain::blob_gas_price(*header, config)));
    blob_ratios.emplace_back(blob_ratio(*header, config));
    if (!wanted.empty()) tips.push_back(rewards(*context.chain, *header, wanted));
  }
  // NOLINTBEGIN(bugprone-unchecked-optional-access): of one block at least
  fees.emplace_back(to_quantity(chain::next_base_fee(*header, config)));
  blob_fees.emplace_back(to_quantity(next_blob_fee(*header, config)));
  // NOLINTEND(bugprone-unchecked-optional-access)
  Value out = Value::object({{"oldestBlock", to_quantity(oldest)},
                             {"baseFeePerGas", std::move(fees)},
                             {"gasUsedRatio", std::move(ratios)},
                             {"baseFeePerBlobGas", std::move(blob_fees)},
                             {"blobGasUsedRatio", std::move(blob_ratios)}});
  if (!wanted.empty()) out.set("reward", std::move(tips));
  return out;
}

}  // namespace datapact::rpc::eth

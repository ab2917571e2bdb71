#include "rpc/log_query.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/limits.hpp"
#include "rpc/node_api.hpp"
#include "rpc/render.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::rpc {
namespace {

using json::Value;

constexpr std::size_t kTopicsMax = 4;  // LOG4

template <class Fixed>
Result<std::vector<Fixed>, Error> one_or_many(const Value& value, std::string_view name,
                                              std::uint64_t max) {
  std::vector<Fixed> out;
  const json::Array single{value};
  const json::Array* list = value.is_array() ? value.as_array() : &single;
  if (list->size() > max) {
    return refuse(ErrorCode::kLimit, std::string(name) + ": at most " + std::to_string(max));
  }
  for (const Value& item : *list) {
    const auto fixed = item.is_string() ? fixed_from_hex<Fixed>(*item.as_string()) : std::nullopt;
    if (!fixed) {
      return refuse_argument(0, std::string(name) + ": " + std::to_string(Fixed::kSize) +
                                    " bytes of hex are expected");
    }
    out.push_back(*fixed);
  }
  return out;
}

Result<std::vector<std::vector<Hash256>>, Error> parse_topics(const Value& value,
                                                              const Limits& limits) {
  std::vector<std::vector<Hash256>> out;
  const json::Array* positions = value.as_array();
  if (positions == nullptr) return refuse_argument(0, "topics: an array is expected");
  if (positions->size() > kTopicsMax) {
    return refuse(ErrorCode::kInvalidParams, "exceed max topics");
  }
  for (const Value& position : *positions) {
    if (position.is_null()) {
      out.emplace_back();
      continue;
    }
    // A null among the alternatives matches anything, as geth reads it.
    const json::Array* list = position.as_array();
    if (list != nullptr && std::ranges::any_of(*list, &Value::is_null)) {
      out.emplace_back();
      continue;
    }
    TRY(auto alternatives, one_or_many<Hash256>(position, "topics", limits.log_topics_max));
    out.push_back(std::move(alternatives));
  }
  return out;
}

const Value* find(const Value& object, std::string_view name) {
  const Value* value = object.find(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

Value range(std::uint64_t from, std::uint64_t to) {
  return Value::object({{"from", to_quantity(from)}, {"to", to_quantity(to)}});
}

Outcome refuse_many_logs(const FoundLogs& found, Height from, std::size_t max) {
  const std::string words = "query returned more than " + std::to_string(max) + " results";
  if (found.last_height <= from) {
    return refuse(ErrorCode::kLimit, words + " in block " + std::to_string(from.raw()) +
                                         ": narrow it by address or topics");
  }
  const std::uint64_t to = found.last_height.raw() - 1;
  return refuse(ErrorCode::kLimit,
                words + ". Try with this block range [" + to_quantity(from.raw()) + ", " +
                    to_quantity(to) + "].",
                range(from.raw(), to));
}

struct Range {
  Height from;
  Height to;
};

/// Nothing when the range lies above the head: there are no logs yet.
Result<std::optional<Range>, Error> resolve(const Context& context, const LogQuery& query) {
  const ChainReader& chain = *context.chain;
  if (std::holds_alternative<BlockHash>(query.from)) {
    const auto height = find_height(chain, query.from);
    if (!height) return refuse(ErrorCode::kServer, "unknown block");
    return std::optional<Range>(Range{*height, *height});
  }
  const auto above_head = [&](const BlockRef& ref) {
    const auto* height = std::get_if<Height>(&ref);
    return height != nullptr ? *height : find_height(chain, ref).value_or(Height{0});
  };
  Range out{above_head(query.from), above_head(query.to)};
  if (out.from > out.to) {
    return refuse(ErrorCode::kInvalidParams,
                  "invalid block range params: fromBlock is above "
                  "toBlock");
  }
  if (out.from > chain.head()) return std::optional<Range>{};
  out.to = std::min(out.to, chain.head());
  const std::uint64_t max = context.limits.logs_blocks_max;
  if (out.to.raw() - out.from.raw() >= max) {
    return refuse(ErrorCode::kLimit, "query exceeds max block range " + std::to_string(max),
                  range(out.from.raw(), out.from.raw() + max - 1));
  }
  return std::optional<Range>(out);
}

}  // namespace

Result<LogQuery, Error> parse_log_query(const Value& object, const Limits& limits) {
  if (!object.is_object()) return refuse_argument(0, "a filter object is expected");
  LogQuery out;
  const Value* from = find(object, "fromBlock");
  const Value* to = find(object, "toBlock");
  if (const Value* hash = find(object, "blockHash")) {
    if (from != nullptr || to != nullptr) {
      return refuse(ErrorCode::kInvalidParams,
                    "cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other");
    }
    const auto fixed =
        hash->is_string() ? fixed_from_hex<BlockHash>(*hash->as_string()) : std::nullopt;
    if (!fixed) return refuse_argument(0, "blockHash: 32 bytes of hex are expected");
    out.from = *fixed;
    out.to = *fixed;
  }
  if (from != nullptr) {
    TRY(out.from, parse_block_ref(*from, 0));
  }
  if (to != nullptr) {
    TRY(out.to, parse_block_ref(*to, 0));
  }
  if (from != nullptr &&
      (std::holds_alternative<BlockHash>(out.from) || std::holds_alternative<BlockHash>(out.to))) {
    return refuse_argument(0, "fromBlock and toBlock are heights or tags");
  }
  if (const Value* address = find(object, "address")) {
    TRY(out.addresses, one_or_many<Address>(*address, "address", limits.log_addresses_max));
  }
  if (const Value* topics = find(object, "topics")) {
    TRY(out.topics, parse_topics(*topics, limits));
  }
  return out;
}

Outcome run_log_query(const Context& context, const LogQuery& query) {
  TRY(const auto range, resolve(context, query));
  json::Array out;
  if (!range) return Value(std::move(out));
  LogFilter filter;
  filter.from = range->from;
  filter.to = range->to;
  filter.addresses = query.addresses;
  filter.topics = query.topics;
  const FoundLogs found = context.chain->logs(filter, context.limits.logs_max);
  if (found.truncated) return refuse_many_logs(found, range->from, context.limits.logs_max);
  for (const FoundLog& log : found.logs) out.push_back(render_log(log));
  return Value(std::move(out));
}

}  // namespace datapact::rpc

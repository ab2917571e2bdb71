// eth_getLogs and the filters of polling clients.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/filter_store.hpp"
#include "rpc/log_query.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"
#include "rpc/render.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace datapact::rpc::eth {
namespace {

using json::Value;

Outcome add_filter(const Context& context, std::optional<LogQuery> logs) {
  Filter filter;
  filter.logs = std::move(logs);
  filter.next = next(context.chain->head());
  const auto id = context.filters.add(std::move(filter));
  if (!id) return refuse(ErrorCode::kLimit, "too many filters: uninstall one, or wait");
  return *id;
}

struct NamedFilter {
  std::string id;
  Filter filter;
};

Result<NamedFilter, Error> require_filter(const Context& context, const Params& params) {
  const std::string* id = params.at(0).as_string();
  if (id == nullptr) return refuse_argument(0, "a filter id is expected");
  auto filter = context.filters.find(*id);
  if (!filter) return refuse(ErrorCode::kServer, "filter not found");
  return NamedFilter{*id, std::move(*filter)};
}

/// The part of the filter's own range that is new; at most as many blocks as a query may have.
Outcome new_logs(const Context& context, const NamedFilter& named, const LogQuery& query) {
  const ChainReader& chain = *context.chain;
  LogFilter filter;
  filter.from = named.filter.next;
  filter.to = chain.head();
  if (const auto* from = std::get_if<Height>(&query.from))
    filter.from = std::max(filter.from, *from);
  if (const auto* to = std::get_if<Height>(&query.to)) filter.to = std::min(filter.to, *to);
  json::Array out;
  if (filter.from > filter.to) return Value(std::move(out));
  filter.to = std::min(filter.to, Height{filter.from.raw() + context.limits.logs_blocks_max - 1});
  filter.addresses = query.addresses;
  filter.topics = query.topics;
  const FoundLogs found = chain.logs(filter, context.limits.logs_max);
  for (const FoundLog& log : found.logs) out.push_back(render_log(log));
  context.filters.advance(named.id, next(found.truncated ? found.last_height : filter.to));
  return Value(std::move(out));
}

Outcome new_blocks(const Context& context, const NamedFilter& named) {
  json::Array out;
  std::uint64_t height = named.filter.next.raw();
  for (std::uint64_t i = 0; i < context.limits.logs_blocks_max; ++i, ++height) {
    if (Height{height} > context.chain->head()) break;
    const auto stored = context.chain->block(Height{height});
    if (!stored) break;
    out.emplace_back(to_hex0x(stored->hash));
  }
  context.filters.advance(named.id, Height{height});
  return Value(std::move(out));
}

}  // namespace

Outcome get_logs(const Context& context, const Params& params) {
  TRY(const LogQuery query, parse_log_query(params.at(0), context.limits));
  return run_log_query(context, query);
}

Outcome new_filter(const Context& context, const Params& params) {
  TRY(LogQuery query, parse_log_query(params.at(0), context.limits));
  if (std::holds_alternative<BlockHash>(query.from)) {
    return refuse_argument(0, "a filter follows the chain: blockHash is for eth_getLogs");
  }
  return add_filter(context, std::move(query));
}

Outcome new_block_filter(const Context& context, const Params&) {
  return add_filter(context, std::nullopt);
}

Outcome get_filter_changes(const Context& context, const Params& params) {
  TRY(const NamedFilter named, require_filter(context, params));
  if (!named.filter.logs) return new_blocks(context, named);
  return new_logs(context, named, *named.filter.logs);
}

Outcome get_filter_logs(const Context& context, const Params& params) {
  TRY(const NamedFilter named, require_filter(context, params));
  if (!named.filter.logs) return refuse(ErrorCode::kServer, "filter not found");
  return run_log_query(context, *named.filter.logs);
}

Outcome uninstall_filter(const Context& context, const Params& params) {
  const std::string* id = params.at(0).as_string();
  if (id == nullptr) return refuse_argument(0, "a filter id is expected");
  return context.filters.remove(*id);
}

}  // namespace datapact::rpc::eth

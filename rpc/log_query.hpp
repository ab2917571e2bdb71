#pragma once
// The filter object of eth_getLogs and eth_newFilter: reading, bounding and running it.
#include "base/json.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/node_api.hpp"

namespace datapact::rpc {

struct LogQuery {
  BlockRef from = BlockTag::kLatest;
  BlockRef to = BlockTag::kLatest;
  std::vector<Address> addresses;
  std::vector<std::vector<Hash256>> topics;
};

/// blockHash reads as one block; it excludes fromBlock and toBlock.
[[nodiscard]] Result<LogQuery, Error> parse_log_query(const json::Value& object,
                                                      const Limits& limits);

/// The logs as JSON. Too many blocks or logs is -32005, `data` suggests a range that works.
[[nodiscard]] Outcome run_log_query(const Context& context, const LogQuery& query);

}  // namespace datapact::rpc

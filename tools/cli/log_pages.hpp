#pragma once
// Logs of a range of heights in as many eth_getLogs as the node's limits ask for.
#include "base/json.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace datapact::tools {

/// First and last height, both included.
struct HeightRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// Keeps how many heights the node gives at once, which differs along the chain: it asks for fewer
/// when that is refused, and for more again after some pages that were given. Not thread-safe.
class LogPages {
 public:
  /// Calls the node; its refusal is a CliError that holds the JSON-RPC error.
  using Call = std::function<json::Value(const std::string& method, const json::Value& params)>;

  /// The logs in order. `filter`: eth_getLogs' without heights. A range that the node refuses as
  /// too much is asked for in narrower ones, down to single blocks.
  [[nodiscard]] json::Array read(const Call& call, json::Value filter, const HeightRange& range);

 private:
  void widen();

  /// The limit that a node has unless it is configured otherwise (docs/rpc.md).
  static constexpr std::uint64_t kWidthMax = 10'000;
  std::uint64_t width_ = kWidthMax;
  /// Pages of that width that were given in a row.
  unsigned given_ = 0;
};

}  // namespace datapact::tools

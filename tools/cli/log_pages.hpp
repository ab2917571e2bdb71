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

/// Keeps how many heights the node gives at once. Not thread-safe.
class LogPages {
 public:
  /// Calls the node; its refusal is a CliError that holds the JSON-RPC error.
  using Call = std::function<json::Value(const std::string& method, const json::Value& params)>;

  /// The logs in order. `filter`: eth_getLogs' without heights. A range that the node refuses as
  /// too much is asked for in narrower ones, down to single blocks.
  [[nodiscard]] json::Array read(const Call& call, json::Value filter, const HeightRange& range);

 private:
  /// At first the limit that a node has unless it is configured otherwise (docs/rpc.md).
  std::uint64_t width_ = 10'000;
};

}  // namespace datapact::tools

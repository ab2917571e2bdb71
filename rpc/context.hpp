#pragma once
// What a method is given: the node, the chain pinned when the call began, limits, filters, time.
#include "base/clock.hpp"
#include "rpc/error.hpp"
#include "rpc/limits.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"

#include <memory>

namespace datapact::rpc {

class FilterStore;

/// Borrows: lives for one call.
struct Context {
  NodeApi& node;
  const Limits& limits;
  FilterStore& filters;
  const Clock& clock;
  std::shared_ptr<const ChainReader> chain;
};

}  // namespace datapact::rpc

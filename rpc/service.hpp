#pragma once
// From the text of a request to the text of its response: envelope, method table, limits. No
// sockets and no threads of its own. Thread contract: any thread, many requests at once.
#include "base/clock.hpp"
#include "rpc/filter_store.hpp"
#include "rpc/limits.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/request.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace datapact::rpc {

struct Caller {
  /// Speaks from this host.
  bool is_local = true;
};

/// Called exactly once, from any thread; empty when the request held notifications only.
using ResponseDone = std::function<void(std::string)>;

class Service {
 public:
  /// Borrows node and clock: both must outlive it.
  Service(NodeApi& node, const Clock& clock, const Limits& limits)
      : node_(node), clock_(clock), limits_(limits), filters_(clock, limits_) {}
  ~Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Runs the calls one after the other on this thread; those the node answers later complete on
  /// the node's.
  void answer(std::string_view body, Caller caller, const ResponseDone& done);

 private:
  void run(const Call& call, Caller caller, Completion done);

  NodeApi& node_;
  const Clock& clock_;
  const Limits limits_;
  FilterStore filters_;
};

}  // namespace datapact::rpc

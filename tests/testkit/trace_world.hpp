#pragma once
// Transactions of kSender that a tracer watches, in an ExecutionWorld.
#include "base/json.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "tests/testkit/bytecode.hpp"
#include "tests/testkit/execution_world.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::testkit {

inline constexpr chain::TraceBudget kNoBudget{std::numeric_limits<std::uint64_t>::max(),
                                              std::numeric_limits<std::size_t>::max()};

class TraceWorld {
 public:
  void contract(const Address& address, const Bytecode& code) {
    world_.contract(address, to_hex(code.bytes()));
  }
  [[nodiscard]] ExecutionWorld& world() noexcept { return world_; }

  /// A call of kContract with 100,000 gas and no value.
  [[nodiscard]] static chain::Transaction call() {
    chain::Transaction out = ExecutionWorld::transfer();
    out.to = kContract;
    out.value = {};
    return out;
  }
  /// A creation with 200,000 gas.
  [[nodiscard]] static chain::Transaction creation(const Bytecode& init_code) {
    chain::Transaction out = call();
    out.to.reset();
    out.gas_limit = Gas{200'000};
    out.data = init_code.bytes();
    return out;
  }

  /// Runs it and returns the tracer's document.
  json::Value run(chain::TxnTracer& tracer, const chain::Transaction& txn = call()) {
    chain::Executor executor{ExecutionWorld::context(), tracer};
    const auto outcome =
        executor.execute(world_.state(), chain::RecoveredTxn::assume_sender(txn, kSender),
                         Gas{30'000'000}, Gas{1'179'648});
    REQUIRE(outcome.has_value());
    return tracer.result();
  }
  template <class Tracer, class Options>
  json::Value trace(const Options& options, const chain::Transaction& txn = call()) {
    Tracer tracer{options, kNoBudget};
    return run(tracer, txn);
  }

 private:
  ExecutionWorld world_;
};

/// The value at "calls/0/type", or null.
inline json::Value at(const json::Value& document, std::string_view path) {
  const json::Value* value = &document;
  while (!path.empty() && value != nullptr) {
    const auto slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    if (const auto* items = value->as_array()) {
      const std::size_t place = std::stoul(std::string(name));
      value = place < items->size() ? &(*items)[place] : nullptr;
    } else {
      value = value->find(name);
    }
  }
  return value == nullptr ? json::Value{} : *value;
}

}  // namespace datapact::testkit

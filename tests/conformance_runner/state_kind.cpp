// State tests: one transaction on one state (EVM.md section 1).
#include "base/hex.hpp"
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/state.hpp"
#include "tests/conformance_runner/accounts.hpp"
#include "tests/conformance_runner/forks.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"
#include "tests/conformance_runner/state_case.hpp"
#include "tests/conformance_runner/tracing.hpp"
#include "vm/precompiles.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

Hash256 hash_of_logs(const std::vector<chain::Log>& logs) {
  rlp::Encoder list;
  for (const chain::Log& log : logs) {
    rlp::Encoder topics;
    for (const Hash256& topic : log.topics) topics.string(topic);
    rlp::Encoder item;
    item.string(log.address).list(topics).string(ByteView{log.data});
    list.list(item);
  }
  return crypto::keccak256(list.as_list());
}

/// Why the transaction was refused, or its outcome.
struct Attempt {
  std::string refusal;
  std::optional<chain::TxnOutcome> outcome;
};

Attempt attempt(const StateCase& test, state::State& state, vm::Tracer* tracer) {
  auto decoded = chain::decode_transaction(test.txn_bytes);
  if (!decoded) return {std::string{to_string(decoded.error())}, {}};
  auto recovered = chain::RecoveredTxn::recover(std::move(*decoded));
  if (!recovered) return {std::string{to_string(recovered.error())}, {}};
  chain::Executor executor{test.block, tracer};
  auto outcome = executor.execute(state, *recovered, Gas{test.block.block.gas_limit},
                                  Gas{test.blobs.max * chain::kBlobGas});
  if (!outcome) return {std::string{to_string(outcome.error())}, {}};
  return {{}, std::move(*outcome)};
}

void compare_verdict(const StateCase& test, const Attempt& tried, Mismatches& mismatches) {
  if (test.exception && tried.outcome) {
    expect_equal("transaction", fmt::format("a refusal ({})", *test.exception), "execution",
                 mismatches);
  } else if (!test.exception && !tried.outcome) {
    expect_equal("transaction", "execution", fmt::format("a refusal ({})", tried.refusal),
                 mismatches);
  }
}

void compare_state(const StateCase& test, const state::MemoryState& world, Mismatches& mismatches) {
  if (world.root() == test.state_root) return;
  expect_equal("state root", test.state_root, world.root(), mismatches);
  if (test.post) compare_accounts(*test.post, world, *test.pre, mismatches);
}

void run_case(const StateCase& test, CaseSink& sink) {
  state::MemoryState world{*test.pre};
  state::State state{world};
  const auto tracer = tracer_for(test.id, sink);
  const Attempt tried = attempt(test, state, tracer.get());
  if (tried.outcome && tried.outcome->missing_precompile) {
    return sink.skip(test.id, fmt::format("calls precompile {}, which this build lacks",
                                          vm::precompile_name(*tried.outcome->missing_precompile)));
  }
  Mismatches mismatches;
  compare_verdict(test, tried, mismatches);
  world.apply(state.diff());
  compare_state(test, world, mismatches);
  const auto logs = tried.outcome ? tried.outcome->receipt.logs : std::vector<chain::Log>{};
  expect_equal("logs hash", test.logs_hash, hash_of_logs(logs), mismatches);
  sink.add(test.id, std::move(mismatches));
}

class StateKind final : public JsonKind {
 public:
  std::string_view name() const override { return "state"; }

 private:
  Result<void, std::string> run_document(const std::filesystem::path& /*path*/,
                                         const json::Value& document, CaseSink& sink) override {
    TRY(const StateFile file, read_state_file(document));
    for (const StateCase& test : file.cases) {
      if (sink.wants(test.id, test.fork)) run_case(test, sink);
    }
    if (file.foreign > 0) sink.leave_out(file.foreign, kForkBeforeCancun);
    return {};
  }
};

}  // namespace

KindPtr make_state_kind() { return std::make_unique<StateKind>(); }

}  // namespace datapact::conformance

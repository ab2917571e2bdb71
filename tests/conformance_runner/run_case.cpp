#include "tests/conformance_runner/run_case.hpp"

#include "base/hex.hpp"
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/state.hpp"

#include <fmt/format.h>

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
  const auto& fork = chain::fork_params(test.block.revision);
  auto outcome = executor.execute(state, *recovered, Gas{test.block.block.gas_limit},
                                  Gas{fork.blobs_max * chain::kBlobGas});
  if (!outcome) return {std::string{to_string(outcome.error())}, {}};
  return {{}, std::move(*outcome)};
}

std::string describe(const std::optional<state::Account>& account) {
  if (!account) return "no account";
  return fmt::format("nonce {} balance {} code {}", account->nonce.raw(),
                     to_decimal(account->balance.raw()), to_hex0x(account->code_hash));
}

/// Which accounts and slots differ from what the fixture lists.
void compare_accounts(const state::StateDiff& post, const state::StateView& got,
                      const state::StateDiff& pre, std::vector<std::string>& mismatches) {
  for (const auto& [address, expected] : post.accounts) {
    const auto account = got.account(address);
    if (account != expected.account) {
      mismatches.push_back(fmt::format("{}: expected {}, got {}", to_hex0x(address),
                                       describe(expected.account), describe(account)));
    }
    for (const auto& [slot, value] : expected.storage) {
      const uint256 content = got.storage(address, slot);
      if (content == value) continue;
      mismatches.push_back(fmt::format("{} slot {}: expected {}, got {}", to_hex0x(address),
                                       to_quantity(slot), to_quantity(value),
                                       to_quantity(content)));
    }
  }
  for (const auto& [address, ignored] : pre.accounts) {
    if (!post.accounts.contains(address) && got.account(address)) {
      mismatches.push_back(fmt::format("{}: expected no account", to_hex0x(address)));
    }
  }
}

void expect_equal(std::string_view what, const Hash256& expected, const Hash256& got,
                  std::vector<std::string>& mismatches) {
  if (expected == got) return;
  mismatches.push_back(
      fmt::format("{}: expected {}, got {}", what, to_hex0x(expected), to_hex0x(got)));
}

}  // namespace

CaseResult run_case(const StateCase& test, vm::Tracer* tracer) {
  state::MemoryState world{*test.pre};
  state::State state{world};
  const Attempt tried = attempt(test, state, tracer);
  CaseResult out;
  if (tried.outcome) out.missing_precompile = tried.outcome->missing_precompile;
  if (test.exception && tried.outcome) {
    out.mismatches.push_back(
        fmt::format("transaction: expected a refusal ({}), got execution", *test.exception));
  } else if (!test.exception && !tried.outcome) {
    out.mismatches.push_back(
        fmt::format("transaction: expected execution, got a refusal ({})", tried.refusal));
  }
  world.apply(state.diff());
  const std::size_t before = out.mismatches.size();
  expect_equal("state root", test.state_root, world.root(), out.mismatches);
  if (out.mismatches.size() != before && test.post) {
    compare_accounts(*test.post, world, *test.pre, out.mismatches);
  }
  const Hash256 logs =
      hash_of_logs(tried.outcome ? tried.outcome->receipt.logs : std::vector<chain::Log>{});
  expect_equal("logs hash", test.logs_hash, logs, out.mismatches);
  return out;
}

}  // namespace datapact::conformance

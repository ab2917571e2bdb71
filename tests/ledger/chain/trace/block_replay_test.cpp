#include "ledger/chain/trace/block_replay.hpp"

#include "ledger/chain/trace/call_tracer.hpp"
#include "ledger/chain/trace/prestate_tracer.hpp"
#include "ledger/state/memory_state.hpp"
#include "tests/testkit/trace_world.hpp"

namespace datapact::chain {
namespace {

using testkit::at;
using testkit::Bytecode;
using testkit::ExecutionWorld;
using testkit::kContract;
using testkit::kSender;
using testkit::TraceWorld;
using vm::Opcode;

/// A parent state with kContract, which counts in slot 0 and logs.
state::MemoryState parent() {
  const auto code = Bytecode{}
                        .push(0)
                        .op(Opcode::kSload)
                        .push(1)
                        .op(Opcode::kAdd)
                        .push(0)
                        .op(Opcode::kSstore)
                        .push(0)
                        .push(0)
                        .op(Opcode::kLog0);
  ExecutionWorld world;
  world.contract(kContract, to_hex(code.bytes()));
  state::StateDiff diff = world.state().diff();
  diff.accounts[kSender] = state::as_diff(state::account_with(0, testkit::kFunds));
  state::Account contract = state::account_with(1, 0);
  contract.code_hash = world.state().code_hash(kContract);
  diff.accounts[kContract] = state::as_diff(contract);
  diff.codes[contract.code_hash] = world.state().code(kContract);
  return state::MemoryState{diff};
}

RecoveredTxn call_no(std::uint64_t nonce) {
  Transaction txn = TraceWorld::call();
  txn.nonce = Nonce{nonce};
  return RecoveredTxn::assume_sender(txn, kSender);
}

BlockHeader header() {
  BlockHeader out;
  out.gas_limit = Gas{30'000'000};
  return out;
}

}  // namespace

TEST_SUITE("chain/block_replay") {
  TEST_CASE("a transaction is traced on what the ones before it left, with their logs counted") {
    const auto state = parent();
    vm::StopWatch patient([] { return false; });
    BlockReplay replay(state, header(), ExecutionWorld::context(), patient);
    REQUIRE(replay.skip(call_no(0)).has_value());
    CHECK(replay.logs() == 1);
    PrestateTracer tracer{{}, testkit::kNoBudget};
    REQUIRE(replay.trace(call_no(1), tracer).has_value());
    const auto trace = tracer.result();
    CHECK(at(trace, to_hex0x(kSender) + "/nonce") == json::Value(1));
    CHECK(at(trace, to_hex0x(kContract) + "/storage/" + to_hex0x(Hash256{})) ==
          json::Value(to_hex0x(to_hash256(uint256{1}))));
    CHECK(replay.logs() == 2);
  }

  TEST_CASE("every transaction of a block can be traced, each with a tracer of its own") {
    const auto state = parent();
    vm::StopWatch patient([] { return false; });
    BlockReplay replay(state, header(), ExecutionWorld::context(), patient);
    for (std::uint64_t i = 0; i < 3; ++i) {
      CallTracer tracer{{.with_log = true}, testkit::kNoBudget, replay.logs()};
      REQUIRE(replay.trace(call_no(i), tracer).has_value());
      CHECK(at(tracer.result(), "logs/0/index") == json::Value(to_quantity(i)));
    }
  }

  TEST_CASE("a transaction that does not follow is refused") {
    const auto state = parent();
    vm::StopWatch patient([] { return false; });
    BlockReplay replay(state, header(), ExecutionWorld::context(), patient);
    const auto skipped = replay.skip(call_no(1));
    REQUIRE_FALSE(skipped.has_value());
    CHECK(skipped.error() == TxnRejection::kNonceTooHigh);
  }

  TEST_CASE("the stop watch ends a traced transaction") {
    ExecutionWorld world;
    world.contract(kContract, "5b5f56");  // JUMPDEST PUSH0 JUMP, for ever
    vm::StopWatch hasty([] { return true; });
    CallTracer tracer{{}, testkit::kNoBudget};
    Executor executor{ExecutionWorld::context(), tracer, &hasty};
    REQUIRE(executor
                .execute(world.state(), RecoveredTxn::assume_sender(TraceWorld::call(), kSender),
                         Gas{30'000'000}, Gas{})
                .has_value());
    CHECK(hasty.stopped());
  }
}

}  // namespace datapact::chain

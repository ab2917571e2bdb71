#include "vm/stop_watch.hpp"

#include "tests/testkit/program.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>

namespace datapact::vm {
namespace {

/// Due at the question of that number, counted from 1; never for 0.
struct Patience {
  int asked = 0;
  int due_at = 0;
  StopWatch watch{[this] { return ++asked == due_at; }};
};

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max() / 2;

/// JUMPDEST PUSH0 JUMP
const Bytecode kLoop = Bytecode{}.op(Opcode::kJumpdest).push(0).op(Opcode::kJump);
/// The same by a condition that always holds.
const Bytecode kLoopIf = Bytecode{}.op(Opcode::kJumpdest).push(1).push(0).op(Opcode::kJumpi);

Outcome run_with(Patience& patience, const Bytecode& code, Tracer* tracer = nullptr) {
  Program program{code, Revision::kPrague, tracer, &patience.watch};
  program.host.deploy(kOther, kLoop.bytes());
  program.message.gas = kForever;
  return program.run();
}

class Deaf final : public Tracer {
  void on_enter(const Message& /*message*/) override {}
  void on_step(const TraceStep& /*step*/) override {}
  void on_exit(const Message& /*message*/, const CallResult& /*result*/) override {}
};

}  // namespace

TEST_SUITE("vm/stop_watch") {
  TEST_CASE("a loop without end stops when its time is up") {
    for (const auto* loop : {&kLoop, &kLoopIf}) {
      Patience patience{.due_at = 5};
      CHECK(run_with(patience, *loop).status == Status::kStopped);
      CHECK(patience.watch.stopped());
      CHECK(patience.asked == 5);
    }
  }

  TEST_CASE("a traced loop stops, too") {
    Deaf tracer;
    Patience patience{.due_at = 5};
    CHECK(run_with(patience, kLoop, &tracer).status == Status::kStopped);
  }

  TEST_CASE("a run whose time is up before it begins does nothing") {
    Patience patience{.due_at = 1};
    CHECK(run_with(patience, Bytecode{}.push(7).return_top()).status == Status::kStopped);
  }

  TEST_CASE("when a nested call is stopped, its callers stop at their next jump") {
    // Calls the loop again and again, with all its gas.
    Bytecode caller;
    caller.op(Opcode::kJumpdest);
    for (int i = 0; i < 5; ++i) caller.push(0);
    caller.push(kOther)
        .op(Opcode::kGas)
        .op(Opcode::kCall)
        .op(Opcode::kPop)
        .push(0)
        .op(Opcode::kJump);
    Patience patience{.due_at = 3};
    CHECK(run_with(patience, caller).status == Status::kStopped);
    CHECK(patience.asked == 3);
  }

  TEST_CASE("a call that ends in time is the same as without a stop watch") {
    const Bytecode code = Bytecode{}.push(40).push(2).op(Opcode::kAdd).return_top();
    Patience patience;
    const Outcome watched = run_with(patience, code);
    const Outcome plain = run(code);
    CHECK(watched.status == plain.status);
    CHECK(watched.gas_used == plain.gas_used);
    CHECK(watched.output == plain.output);
    CHECK_FALSE(patience.watch.stopped());
  }
}

}  // namespace datapact::vm

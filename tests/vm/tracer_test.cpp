#include "tests/testkit/hex.hpp"
#include "tests/testkit/program.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace datapact::vm {
namespace {

class Recorder final : public Tracer {
 public:
  std::vector<std::string> lines;

  void on_enter(const Message& message) override {
    lines.push_back("enter " + std::to_string(message.depth));
  }
  void on_step(const TraceStep& step) override {
    std::string line = std::to_string(step.pc);
    line += " " + std::string(instruction(step.opcode).name);
    line += " gas=" + std::to_string(step.gas_left);
    for (const uint256& item : step.stack) line += " " + to_decimal(item);
    line += " memory=" + std::to_string(step.memory.size());
    lines.push_back(line);
  }
  void on_exit(const Message&, const CallResult& result) override {
    lines.push_back("exit " + std::string(to_string(result.status)));
  }
};

}  // namespace

TEST_SUITE("vm/tracer") {
  TEST_CASE("a tracer sees every instruction with the machine before it") {
    Recorder recorder;
    Program program{Bytecode{}.mstore(0, 7).push(3), Revision::kPrague, &recorder};
    program.message.gas = 100;
    CHECK(program.run().gas_used == 3 + 2 + 6 + 3);
    CHECK(recorder.lines == std::vector<std::string>{
                                "enter 0", "0 PUSH1 gas=100 memory=0", "2 PUSH0 gas=97 7 memory=0",
                                "3 MSTORE gas=95 7 0 memory=0", "4 PUSH1 gas=89 memory=32",
                                "6 STOP gas=86 3 memory=32", "exit success"});
  }

  TEST_CASE("a tracer changes neither gas nor outcome") {
    Recorder recorder;
    const auto code = Bytecode{}.sstore(0, 1).push(5).op(Opcode::kJump);
    const auto plain = run(code);
    const auto traced = Program{code, Revision::kPrague, &recorder}.run();
    CHECK(traced.status == plain.status);
    CHECK(traced.gas_used == plain.gas_used);
  }

  TEST_CASE("every status has words of its own") {
    std::vector<std::string_view> seen;
    for (unsigned i = 0; i <= static_cast<unsigned>(Status::kNonceOverflow); ++i) {
      const auto text = to_string(static_cast<Status>(i));
      CHECK(!text.empty());
      for (const auto earlier : seen) CHECK(earlier != text);
      seen.push_back(text);
    }
  }
}

}  // namespace datapact::vm

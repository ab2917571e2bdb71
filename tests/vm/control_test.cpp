#include "tests/testkit/hex.hpp"
#include "tests/testkit/program.hpp"

#include <doctest/doctest.h>

namespace datapact::vm {

TEST_SUITE("vm/control") {
  TEST_CASE("STOP and the end of the code succeed without output") {
    for (const Bytecode& code : {Bytecode{}, Bytecode{}.op(Opcode::kStop)}) {
      const auto outcome = run(code);
      CHECK(outcome.status == Status::kSuccess);
      CHECK(outcome.gas_used == 0);
      CHECK(outcome.output.empty());
    }
  }

  TEST_CASE("JUMP reaches a JUMPDEST and nothing else") {
    CHECK(run(Bytecode{}.push(4).op(Opcode::kJump).byte(0xfe).op(Opcode::kJumpdest)).status ==
          Status::kSuccess);
    CHECK(run(Bytecode{}.push(3).op(Opcode::kJump).op(Opcode::kStop)).status ==
          Status::kBadJumpDestination);
    CHECK(run(Bytecode{}.push(1000).op(Opcode::kJump)).status == Status::kBadJumpDestination);
    const auto wrapped = (uint256{1} << 64) + uint256{11};
    CHECK(run(Bytecode{}.push(wrapped).op(Opcode::kJump).op(Opcode::kJumpdest)).status ==
          Status::kBadJumpDestination);
  }

  TEST_CASE("a JUMPDEST byte inside a PUSH is data") {
    // PUSH1 4; JUMP; PUSH1 0x5b; STOP
    CHECK(run(Bytecode{}.raw(testkit::unhex("600456605b00"))).status ==
          Status::kBadJumpDestination);
    // PUSH1 5; JUMP; PUSH1 0; JUMPDEST
    CHECK(run(Bytecode{}.raw(testkit::unhex("60055660005b"))).status == Status::kSuccess);
  }

  TEST_CASE("JUMPI jumps when the condition is not zero, in any of its limbs") {
    for (const uint256 condition : {uint256{1}, uint256{1} << 64, uint256{1} << 255}) {
      auto code = Bytecode{}.raw(testkit::unhex("7f")).raw(to_hash256(condition).view());
      code.push(37).op(Opcode::kJumpi).byte(0xfe).op(Opcode::kJumpdest);
      CHECK(run(code).status == Status::kSuccess);
    }
    CHECK(run(Bytecode{}.push(0).push(99).op(Opcode::kJumpi)).status == Status::kSuccess);
    CHECK(run(Bytecode{}.push(1).push(99).op(Opcode::kJumpi)).status ==
          Status::kBadJumpDestination);
  }

  TEST_CASE("PC, GAS and MSIZE show the machine's own state") {
    CHECK(value_of(Bytecode{}.push(1).push(1).op(Opcode::kPc)) == uint256{4});
    CHECK(value_of(Bytecode{}.op(Opcode::kGas)) == uint256{kPlenty - 2});
    CHECK(value_of(Bytecode{}.op(Opcode::kMsize)) == uint256{0});
    CHECK(value_of(Bytecode{}.mstore(1, 7).op(Opcode::kMsize)) == uint256{64});
  }

  TEST_CASE("RETURN and REVERT hand out memory, and REVERT keeps the unused gas") {
    const auto returned = run(Bytecode{}.mstore(0, 0x1234).return_memory(30, 2));
    CHECK(returned.status == Status::kSuccess);
    CHECK(returned.output == testkit::unhex("1234"));
    const auto reverted = run(Bytecode{}.mstore(0, 0x1234).revert_memory(30, 2));
    CHECK(reverted.status == Status::kRevert);
    CHECK(reverted.output == testkit::unhex("1234"));
    CHECK(reverted.gas_used == returned.gas_used);
  }

  TEST_CASE("returning memory beyond any payable size runs out of gas") {
    CHECK(run(Bytecode{}.return_memory(uint256::max(), 1)).status == Status::kOutOfGas);
    CHECK(run(Bytecode{}.return_memory(0, uint256::max())).status == Status::kOutOfGas);
    CHECK(run(Bytecode{}.return_memory(uint256::max(), 0)).status == Status::kSuccess);
  }

  TEST_CASE("a loop ends by running out of gas") {
    // JUMPDEST; PUSH0; JUMP
    const auto outcome = run(Bytecode{}.raw(testkit::unhex("5b5f56")));
    CHECK(outcome.status == Status::kOutOfGas);
    CHECK(outcome.gas_used == kPlenty);
  }

  TEST_CASE("code analysis finds the designator of EIP-7702 and nothing like it") {
    const Bytes designator = concat({testkit::unhex("ef0100"), kOther.view()});
    CHECK(Code{designator}.delegate() == kOther);
    CHECK(!Code{ByteView{designator}.first(22)}.delegate());
    CHECK(!Code{concat({designator, testkit::unhex("00")})}.delegate());
    CHECK(!Code{concat({testkit::unhex("ef0101"), kOther.view()})}.delegate());
  }
}

}  // namespace datapact::vm

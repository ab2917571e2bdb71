#include "tests/testkit/program.hpp"

#include <doctest/doctest.h>

namespace datapact::vm {
namespace {

Bytecode push_many(unsigned count) {
  Bytecode code;
  for (unsigned i = 1; i <= count; ++i) code.push(i);
  return code;
}

}  // namespace

TEST_SUITE("vm/stack") {
  TEST_CASE("PUSHn pushes exactly its n bytes, big-endian") {
    for (unsigned n = 1; n <= 32; ++n) {
      CAPTURE(n);
      Bytes data(n);
      for (unsigned i = 0; i < n; ++i) data[i] = static_cast<std::uint8_t>(0xa1 + 3 * i);
      const auto code = Bytecode{}.byte(static_cast<std::uint8_t>(0x5f + n)).raw(data);
      CHECK(value_of(code) == uint256::from_be(data));
    }
  }

  TEST_CASE("a PUSH at the end of the code reads zeros and stops") {
    for (unsigned n = 1; n <= 32; ++n) {
      const auto outcome = run(Bytecode{}.byte(static_cast<std::uint8_t>(0x5f + n)));
      CHECK(outcome.status == Status::kSuccess);
      CHECK(outcome.gas_used == 3);
    }
  }

  TEST_CASE("DUPn copies the n-th item") {
    for (unsigned n = 1; n <= 16; ++n) CHECK(value_of(push_many(16).dup(n)) == uint256{17 - n});
  }

  TEST_CASE("SWAPn exchanges the top with the item n below") {
    for (unsigned n = 1; n <= 16; ++n) {
      CHECK(value_of(push_many(17).swap(n)) == uint256{17 - n});
      Bytecode popped = push_many(17).swap(n);
      for (unsigned i = 0; i < n; ++i) popped.op(Opcode::kPop);
      CHECK(value_of(popped) == uint256{17});
    }
  }

  TEST_CASE("the stack holds 1024 items and no more") {
    CHECK(run(push_many(1024)).status == Status::kSuccess);
    CHECK(run(push_many(1025)).status == Status::kStackOverflow);
    CHECK(run(push_many(1024).dup(1)).status == Status::kStackOverflow);
    CHECK(run(push_many(1024).op(Opcode::kGas)).status == Status::kStackOverflow);
  }

  TEST_CASE("every instruction fails on one item fewer than it needs") {
    for (unsigned byte = 0; byte < 256; ++byte) {
      const Instruction& known = instruction(static_cast<std::uint8_t>(byte));
      if (known.cost_in(Revision::kOsaka) < 0 || known.stack_required == 0) continue;
      CAPTURE(known.name);
      Bytecode code = push_many(static_cast<unsigned>(known.stack_required) - 1);
      const auto outcome = run(code.byte(static_cast<std::uint8_t>(byte)), Revision::kOsaka);
      CHECK(outcome.status == Status::kStackUnderflow);
      CHECK(outcome.gas_used == kPlenty);
    }
  }

  TEST_CASE("every byte outside the instruction set is undefined") {
    for (unsigned byte = 0; byte < 256; ++byte) {
      const auto opcode = static_cast<std::uint8_t>(byte);
      for (const Revision revision : {Revision::kCancun, Revision::kPrague, Revision::kOsaka}) {
        const bool is_undefined =
            run(push_many(17).byte(opcode), revision).status == Status::kUndefinedInstruction;
        CHECK(is_undefined == (instruction(opcode).cost_in(revision) < 0));
      }
    }
    CHECK(run(Bytecode{}.byte(0x1e)).gas_used == kPlenty);
  }

  TEST_CASE("INVALID consumes everything") {
    const auto outcome = run(Bytecode{}.op(Opcode::kInvalid));
    CHECK(outcome.status == Status::kInvalidInstruction);
    CHECK(outcome.gas_used == kPlenty);
  }

  TEST_CASE("every instruction with a base cost runs out of gas one below it") {
    for (unsigned byte = 0; byte < 256; ++byte) {
      const auto opcode = static_cast<std::uint8_t>(byte);
      const Instruction& known = instruction(opcode);
      if (known.cost_in(Revision::kOsaka) <= 0) continue;
      CAPTURE(known.name);
      Program program{push_many(17).byte(opcode), Revision::kOsaka};
      program.message.gas = 17 * 3 + known.cost_in(Revision::kOsaka) - 1;
      CHECK(program.run().status == Status::kOutOfGas);
    }
  }
}

}  // namespace datapact::vm

#include "crypto/keccak.hpp"
#include "tests/testkit/hex.hpp"
#include "tests/testkit/program.hpp"

#include <doctest/doctest.h>

namespace datapact::vm {
namespace {

using testkit::unhex;

const uint256 kPattern =
    uint256::from_be(unhex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));

/// Runs the program and returns its first 64 bytes of memory.
Bytes memory_after(Bytecode code) { return run(code.return_memory(0, 64)).output; }

}  // namespace

TEST_SUITE("vm/memory") {
  TEST_CASE("MSTORE and MLOAD agree at any offset") {
    for (unsigned offset = 0; offset < 40; ++offset) {
      auto code = Bytecode{}.mstore(offset, kPattern).push(offset).op(Opcode::kMload);
      CHECK(value_of(code) == kPattern);
    }
  }

  TEST_CASE("MSTORE8 writes the lowest byte") {
    const auto out = memory_after(Bytecode{}.push(0x1234).push(33).op(Opcode::kMstore8));
    CHECK(out[33] == 0x34);
    CHECK(out[32] == 0);
    CHECK(out[34] == 0);
  }

  TEST_CASE("fresh memory is zero even where an earlier frame wrote") {
    MemoryHost host{Revision::kPrague};
    host.deploy(kSelf, Bytecode{}.mstore(0, uint256::max()).bytes());
    host.deploy(kOther, Bytecode{}.return_memory(0, 32).bytes());
    Message message;
    message.gas = kPlenty;
    message.code_address = kSelf;
    CHECK(host.run(message).status == Status::kSuccess);
    message.code_address = kOther;
    CHECK(host.run(message).output == Bytes(32));
  }

  TEST_CASE("memory costs three a word and the square over 512") {
    const auto gas = [](const uint256& offset) {
      return run(Bytecode{}.push(offset).op(Opcode::kMload)).gas_used;
    };
    CHECK(gas(0) == 2 + 3 + 3);
    CHECK(gas(1) == 3 + 3 + 6);
    CHECK(gas(1023 * 32) == 3 + 3 + 3 * 1024 + 2048);
  }

  TEST_CASE("memory that cannot be paid runs out of gas at once") {
    for (const uint256 offset :
         {uint256{1} << 31, uint256{1} << 32, uint256{1} << 63, uint256{1} << 64, uint256::max()}) {
      CHECK(run(Bytecode{}.push(offset).op(Opcode::kMload)).status == Status::kOutOfGas);
      CHECK(run(Bytecode{}.push(1).push(offset).op(Opcode::kMstore)).status == Status::kOutOfGas);
      CHECK(run(Bytecode{}.push(1).push(offset).op(Opcode::kMstore8)).status == Status::kOutOfGas);
      for (const Opcode opcode : {Opcode::kCalldatacopy, Opcode::kCodecopy, Opcode::kMcopy}) {
        CHECK(run(Bytecode{}.push(offset).push(0).push(0).op(opcode)).status == Status::kOutOfGas);
        CHECK(run(Bytecode{}.push(1).push(0).push(offset).op(opcode)).status == Status::kOutOfGas);
      }
      CHECK(run(Bytecode{}.push(offset).push(0).op(Opcode::kKeccak256)).status ==
            Status::kOutOfGas);
      CHECK(run(Bytecode{}.push(offset).push(0).op(Opcode::kLog0)).status == Status::kOutOfGas);
    }
  }

  TEST_CASE("MCOPY moves overlapping ranges as if by way of a buffer") {
    const auto up =
        memory_after(Bytecode{}.mstore(0, kPattern).push(32).push(0).push(1).op(Opcode::kMcopy));
    CHECK(up == unhex("00000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e"
                      "1f00000000000000000000000000000000000000000000000000000000000000"));
    const auto down =
        memory_after(Bytecode{}.mstore(0, kPattern).push(31).push(1).push(0).op(Opcode::kMcopy));
    CHECK(to_bytes(ByteView{down}.first(32)) ==
          unhex("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f1f"));
  }

  TEST_CASE("copies pad with zeros beyond the end of their source") {
    Program program{Bytecode{}
                        .mstore(0, uint256::max())
                        .push(32)
                        .push(2)
                        .push(0)
                        .op(Opcode::kCalldatacopy)
                        .return_memory(0, 32)};
    const Bytes input = unhex("01020304");
    program.message.input = input;
    CHECK(program.run().word() == uint256{0x0304} << 240);
    const auto far = Bytecode{}.mstore(0, 5).push(32).push(uint256::max()).push(0);
    CHECK(value_of(Bytecode{far}.op(Opcode::kCodecopy).push(0).op(Opcode::kMload)) == uint256{});
  }

  TEST_CASE("CODECOPY and CODESIZE show the running code") {
    auto code = Bytecode{}.push(4).push(0).push(0).op(Opcode::kCodecopy).return_memory(0, 4);
    CHECK(run(code).output == to_bytes(ByteView{code.bytes()}.first(4)));
    CHECK(value_of(Bytecode{}.op(Opcode::kCodesize)) == uint256{7});
  }

  TEST_CASE("KECCAK256 hashes memory for 30 gas and 6 a word") {
    CHECK(value_of(Bytecode{}.push(0).push(uint256::max()).op(Opcode::kKeccak256)) ==
          to_uint256(crypto::keccak256({})));
    const Hash256 word = to_hash256(kPattern);
    const auto code = Bytecode{}.mstore(0, kPattern).push(32).push(0).op(Opcode::kKeccak256);
    CHECK(value_of(code) == to_uint256(crypto::keccak256(word.view())));
    const auto grown = run(Bytecode{}.push(33).push(0).op(Opcode::kKeccak256));
    CHECK(grown.gas_used == 3 + 2 + 30 + 12 + 6);
  }

  TEST_CASE("copying costs three gas a word") {
    const auto outcome = run(Bytecode{}.push(33).push(0).push(0).op(Opcode::kCalldatacopy));
    CHECK(outcome.gas_used == 3 + 2 + 2 + 3 + 6 + 6);
  }
}

}  // namespace datapact::vm

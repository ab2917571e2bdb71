#include "tests/testkit/hex.hpp"
#include "tests/testkit/program.hpp"

#include <doctest/doctest.h>

namespace datapact::vm {
namespace {

/// The table of EIP-2200 with the prices of EIP-2929 and EIP-3529 (its test cases), slot 0 warm
/// from the first access on.
struct StoreCase {
  const char* code;
  std::int64_t gas_used;
  std::int64_t refund;
  unsigned original;
};

constexpr StoreCase kStoreCases[] = {
    {"60006000556000600055", 2312, 0, 0},
    {"60006000556001600055", 22212, 0, 0},
    {"60016000556000600055", 22212, 19900, 0},
    {"60016000556002600055", 22212, 0, 0},
    {"60016000556001600055", 22212, 0, 0},
    {"60006000556000600055", 5112, 4800, 1},
    {"60006000556001600055", 5112, 2800, 1},
    {"60006000556002600055", 5112, 0, 1},
    {"60026000556000600055", 5112, 4800, 1},
    {"60026000556003600055", 5112, 0, 1},
    {"60026000556001600055", 5112, 2800, 1},
    {"60026000556002600055", 5112, 0, 1},
    {"60016000556000600055", 5112, 4800, 1},
    {"60016000556002600055", 5112, 0, 1},
    {"60016000556001600055", 2312, 0, 1},
    {"600160005560006000556001600055", 42218, 19900, 0},
    {"600060005560016000556000600055", 8018, 7600, 1},
};

Outcome run_static(const Bytecode& code) {
  Program program{code};
  program.message.is_static = true;
  return program.run();
}

}  // namespace

TEST_SUITE("vm/storage") {
  TEST_CASE("SSTORE costs and refunds what EIP-3529 lists") {
    for (const StoreCase& item : kStoreCases) {
      CAPTURE(item.code);
      CAPTURE(item.original);
      Program program{Bytecode{}.raw(testkit::unhex(item.code))};
      program.host.account(kSelf).storage[0] = uint256{item.original};
      program.host.original = program.host.world.accounts;
      const auto outcome = program.run();
      CHECK(outcome.status == Status::kSuccess);
      CHECK(outcome.gas_used == item.gas_used);
      CHECK(outcome.refund == item.refund);
    }
  }

  TEST_CASE("SSTORE refuses to start with 2300 gas or less") {
    Program program{Bytecode{}.sstore(0, 1)};
    program.message.gas = 2300 + 5;
    CHECK(program.run().status == Status::kOutOfGas);
    Program no_change{Bytecode{}.sstore(0, 0)};
    no_change.message.gas = 2301 + 4;
    CHECK(no_change.run().status == Status::kSuccess);
  }

  TEST_CASE("a failed frame reports no refund") {
    Program program{Bytecode{}.sstore(0, 0).op(Opcode::kInvalid)};
    program.host.account(kSelf).storage[0] = uint256{1};
    program.host.original = program.host.world.accounts;
    CHECK(program.run().refund == 0);
  }

  TEST_CASE("SLOAD reads what SSTORE wrote; the first access costs 2100") {
    CHECK(value_of(Bytecode{}.sstore(7, 8).push(7).op(Opcode::kSload)) == uint256{8});
    const auto load = Bytecode{}.push(7).op(Opcode::kSload);
    CHECK(run(load).gas_used == 3 + 2100);
    CHECK(run(Bytecode{}.repeat(2, load)).gas_used == 6 + 2100 + 100);
  }

  TEST_CASE("transient storage is its own space and costs 100 a use") {
    const auto code = Bytecode{}
                          .push(8)
                          .push(7)
                          .op(Opcode::kTstore)
                          .push(7)
                          .op(Opcode::kSload)
                          .push(7)
                          .op(Opcode::kTload)
                          .op(Opcode::kSub);
    CHECK(value_of(code) == uint256{8});
    CHECK(run(Bytecode{}.push(8).push(7).op(Opcode::kTstore)).gas_used == 106);
    CHECK(run(Bytecode{}.push(7).op(Opcode::kTload)).gas_used == 103);
  }

  TEST_CASE("LOG0 to LOG4 carry topics in order and the data") {
    for (unsigned topics = 0; topics <= 4; ++topics) {
      Bytecode code = Bytecode{}.mstore(0, 0xabcd);
      for (unsigned i = topics; i > 0; --i) code.push(i);
      code.push(2).push(30).byte(static_cast<std::uint8_t>(0xa0 + topics));
      Program program{code};
      const auto outcome = program.run();
      CHECK(outcome.gas_used == 3 + 2 + 6 + 3 * (topics + 2) + 375 * (topics + 1) + 16);
      REQUIRE(program.host.world.logs.size() == 1);
      const auto& log = program.host.world.logs[0];
      CHECK(log.address == kSelf);
      CHECK(log.data == testkit::unhex("abcd"));
      REQUIRE(log.topics.size() == topics);
      for (unsigned i = 0; i < topics; ++i) CHECK(log.topics[i] == to_hash256(i + 1));
    }
  }

  TEST_CASE("nothing inside a static call changes the state") {
    const Bytecode changes[] = {
        Bytecode{}.sstore(0, 1),
        Bytecode{}.push(1).push(0).op(Opcode::kTstore),
        Bytecode{}.push(0).push(0).op(Opcode::kLog0),
        Bytecode{}.push(0).push(0).push(0).op(Opcode::kCreate),
        Bytecode{}.push(0).push(0).push(0).push(0).op(Opcode::kCreate2),
        Bytecode{}.push(kOther).op(Opcode::kSelfdestruct),
        Bytecode{}.repeat(4, Bytecode{}.push(0)).push(1).push(kOther).push(0).op(Opcode::kCall),
    };
    for (const Bytecode& code : changes) {
      const auto outcome = run_static(code);
      CHECK(outcome.status == Status::kStaticViolation);
      CHECK(outcome.gas_used == kPlenty);
    }
  }
}

}  // namespace datapact::vm

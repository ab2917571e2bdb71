#include "tests/testkit/hex.hpp"
#include "tests/testkit/program.hpp"

#include <doctest/doctest.h>

#include <array>

namespace datapact::vm {
namespace {

using testkit::unhex;

constexpr std::int64_t kColdAccount = 2600;

/// A call with 32 bytes of input from memory 0 and 32 bytes of output to memory 32. CALL and
/// CALLCODE get the value.
Bytecode call(Opcode opcode, const Address& target, const uint256& gas, const uint256& value = 0) {
  Bytecode code;
  code.push(32).push(32).push(32).push(0);
  if (opcode == Opcode::kCall || opcode == Opcode::kCallcode) code.push(value);
  return code.push(target).push(gas).op(opcode);
}

/// The same with no memory at all.
Bytecode bare_call(Opcode opcode, const Address& target, const uint256& gas,
                   const uint256& value = 0) {
  Bytecode code;
  code.push(0).push(0).push(0).push(0);
  if (opcode == Opcode::kCall || opcode == Opcode::kCallcode) code.push(value);
  return code.push(target).push(gas).op(opcode);
}

constexpr std::array kAllCalls = {Opcode::kCall, Opcode::kCallcode, Opcode::kDelegatecall,
                                  Opcode::kStaticcall};

Bytecode create(const Bytes& init, const uint256& value = 0) {
  Bytecode code;
  code.mstore(0, uint256::from_be(init) << static_cast<unsigned>(8 * (32 - init.size())));
  return code.push(init.size()).push(0).push(value).op(Opcode::kCreate);
}

}  // namespace

TEST_SUITE("vm/calls") {
  TEST_CASE("every kind of call hands over input and brings back output") {
    for (const Opcode opcode : kAllCalls) {
      auto code = Bytecode{}.mstore(0, 41);
      code.raw(call(opcode, kOther, 100'000).bytes()).op(Opcode::kPop).return_memory(32, 32);
      Program program{code};
      program.host.deploy(kOther, Bytecode{}
                                      .push(0)
                                      .op(Opcode::kCalldataload)
                                      .push(1)
                                      .op(Opcode::kAdd)
                                      .return_top()
                                      .bytes());
      CHECK(program.run().word() == uint256{42});
    }
  }

  TEST_CASE("a call pushes one on success and zero on failure") {
    const auto result = [](const Bytecode& callee) {
      Program program{bare_call(Opcode::kCall, kOther, 1000).return_top()};
      program.host.deploy(kOther, callee.bytes());
      return program.run().word();
    };
    CHECK(result(Bytecode{}) == uint256{1});
    CHECK(result(Bytecode{}.op(Opcode::kInvalid)) == uint256{0});
    CHECK(result(Bytecode{}.revert_memory(0, 0)) == uint256{0});
  }

  TEST_CASE("each kind of call has its own view of self, caller and value") {
    struct Expected {
      Opcode opcode = Opcode::kStop;
      Address self;
      Address caller;
      uint256 value;
    };
    const Expected table[] = {{Opcode::kCall, kOther, kSelf, 5},
                              {Opcode::kCallcode, kSelf, kSelf, 5},
                              {Opcode::kDelegatecall, kSelf, kCaller, 99},
                              {Opcode::kStaticcall, kOther, kSelf, 0}};
    for (const auto& row : table) {
      for (const Opcode view : {Opcode::kAddress, Opcode::kCaller, Opcode::kCallvalue}) {
        auto code = call(row.opcode, kOther, 100'000, 5).op(Opcode::kPop).return_memory(32, 32);
        Program program{code};
        program.message.value = uint256{99};
        program.host.account(kSelf).balance = uint256{1000};
        program.host.deploy(kOther, Bytecode{}.op(view).return_top().bytes());
        const uint256 seen = program.run().word();
        if (view == Opcode::kAddress) CHECK(seen == to_uint256(row.self));
        if (view == Opcode::kCaller) CHECK(seen == to_uint256(row.caller));
        if (view == Opcode::kCallvalue) CHECK(seen == row.value);
      }
    }
  }

  TEST_CASE("everything below a static call is static") {
    auto code = bare_call(Opcode::kStaticcall, kOther, 100'000).return_top();
    Program program{code};
    program.host.deploy(kOther, bare_call(Opcode::kCall, kCaller, 50'000).return_top().bytes());
    program.host.deploy(kCaller, Bytecode{}.sstore(0, 1).bytes());
    CHECK(program.run().status == Status::kSuccess);
    CHECK(program.host.storage(kCaller, 0) == uint256{});
    CHECK(program.host.calls.at(1).is_static);
  }

  TEST_CASE("a caller keeps a 64th of its gas") {
    Program program{bare_call(Opcode::kDelegatecall, kOther, uint256::max())};
    CHECK(program.run().status == Status::kSuccess);
    const std::int64_t before = kPlenty - 4 * 2 - 3 - 33 / 11 - kColdAccount;
    CHECK(program.host.calls.at(0).gas == before - before / 64);
  }

  TEST_CASE("a call with value costs 9000, 25000 more for a new account, and gives 2300") {
    const auto gas = [](bool exists) {
      Program program{bare_call(Opcode::kCall, kOther, 0, 1)};
      program.host.account(kSelf).balance = uint256{10};
      if (exists) program.host.account(kOther).balance = uint256{1};
      const auto used = program.run().gas_used;
      CHECK(program.host.calls.at(0).gas == 2300);
      CHECK(program.host.balance(kOther) == uint256{exists ? 2U : 1U});
      return used;
    };
    const std::int64_t pushes = 4 * 2 + 3 + 3 + 2;
    CHECK(gas(true) == pushes + kColdAccount + 9000 - 2300);
    CHECK(gas(false) == pushes + kColdAccount + 9000 + 25'000 - 2300);
  }

  TEST_CASE("without the balance nothing is called and the stipend comes back") {
    Program program{bare_call(Opcode::kCall, kOther, 0, 1).return_top()};
    program.host.account(kOther).nonce = 1;
    const auto outcome = program.run();
    CHECK(outcome.word() == uint256{});
    CHECK(program.host.calls.empty());
  }

  TEST_CASE("at depth 1024 nothing is called and the gas stays") {
    for (const Opcode opcode : kAllCalls) {
      Program program{bare_call(opcode, kOther, 1000).return_top()};
      program.message.depth = kCallDepthMax;
      const auto outcome = program.run();
      CHECK(outcome.status == Status::kSuccess);
      CHECK(outcome.word() == uint256{});
      CHECK(program.host.calls.empty());
    }
    Program program{create(unhex("00")).return_top()};
    program.message.depth = kCallDepthMax;
    CHECK(program.run().word() == uint256{});
    CHECK(program.host.calls.empty());
  }

  TEST_CASE("recursion goes 1024 deep and comes back") {
    // Counts its calls in storage, then calls itself with all gas.
    auto code =
        Bytecode{}.push(0).op(Opcode::kTload).push(1).op(Opcode::kAdd).push(0).op(Opcode::kTstore);
    code.raw(bare_call(Opcode::kCall, kSelf, uint256::max()).bytes());
    Program program{code};
    program.message.gas = std::int64_t{1} << 50;
    CHECK(program.run().status == Status::kSuccess);
    CHECK(program.host.transient_storage(kSelf, 0) == uint256{kCallDepthMax + 1});
  }

  TEST_CASE("RETURNDATACOPY reads the last call's output and not a byte more") {
    const auto run_copy = [](const uint256& offset, const uint256& length) {
      auto code = bare_call(Opcode::kStaticcall, kOther, 100'000).op(Opcode::kPop);
      code.push(length).push(offset).push(0).op(Opcode::kReturndatacopy).return_memory(0, 32);
      Program program{code};
      program.host.deploy(kOther, Bytecode{}.mstore(0, 7).return_memory(0, 32).bytes());
      return program.run();
    };
    CHECK(run_copy(0, 32).word() == uint256{7});
    CHECK(run_copy(32, 0).status == Status::kSuccess);
    CHECK(run_copy(1, 32).status == Status::kInvalidMemoryAccess);
    CHECK(run_copy(33, 0).status == Status::kInvalidMemoryAccess);
    CHECK(run_copy(uint256::max(), 2).status == Status::kInvalidMemoryAccess);
    CHECK(run_copy(0, uint256::max()).status == Status::kInvalidMemoryAccess);
  }

  TEST_CASE("a revert's output is return data") {
    auto code = bare_call(Opcode::kCall, kOther, 100'000);
    Program program{code.op(Opcode::kReturndatasize).return_top()};
    program.host.deploy(kOther, Bytecode{}.revert_memory(0, 5).bytes());
    CHECK(program.run().word() == uint256{5});
  }

  TEST_CASE("refunds of a call count, those of a failed call do not") {
    const auto refund = [](const Bytecode& end) {
      Program program{bare_call(Opcode::kCall, kOther, 100'000)};
      program.host.account(kOther).storage[0] = uint256{1};
      program.host.original = program.host.world.accounts;
      program.host.deploy(kOther, Bytecode{}.sstore(0, 0).raw(end.bytes()).bytes());
      return program.run().refund;
    };
    CHECK(refund(Bytecode{}) == 4800);
    CHECK(refund(Bytecode{}.revert_memory(0, 0)) == 0);
  }

  TEST_CASE("from Prague on a call follows a designator once and pays for its target") {
    const Address target = to_address(uint256{0xde1e});
    const auto run_in = [&](Revision revision) {
      Program program{call(Opcode::kCall, kOther, 100'000).op(Opcode::kPop).return_memory(32, 32),
                      revision};
      program.host.deploy(kOther, concat({unhex("ef0100"), target.view()}));
      program.host.deploy(target, Bytecode{}.op(Opcode::kAddress).return_top().bytes());
      return std::pair{program.run(), program.host.calls};
    };
    const auto [prague, prague_calls] = run_in(Revision::kPrague);
    CHECK(prague.word() == to_uint256(kOther));
    CHECK(prague_calls.at(0).code_address == target);
    CHECK(prague_calls.at(0).is_delegated);
    const auto [cancun, cancun_calls] = run_in(Revision::kCancun);
    CHECK(cancun.word() == uint256{});
    CHECK(!cancun_calls.at(0).is_delegated);

    Program costly{bare_call(Opcode::kCall, kOther, 0)};
    costly.host.deploy(kOther, concat({unhex("ef0100"), kSelf.view()}));
    costly.host.world.warm_accounts.insert(kSelf);
    CHECK(costly.run().gas_used == 4 * 2 + 2 + 3 + 2 + kColdAccount + 100);
  }

  TEST_CASE("precompiles answer calls") {
    auto code = Bytecode{}.mstore(0, 0x1234);
    code.raw(call(Opcode::kStaticcall, to_address(4), 1000).bytes()).op(Opcode::kPop);
    CHECK(run(code.return_memory(32, 32)).word() == uint256{0x1234});
  }

  TEST_CASE("CREATE runs the init code and pushes the new address") {
    // Init code: returns one zero byte, a contract that stops.
    const auto code = create(unhex("60016000f3"), 3).return_top();
    Program program{code};
    program.host.account(kSelf).balance = uint256{10};
    const auto outcome = program.run();
    REQUIRE(program.host.calls.size() == 1);
    CHECK(program.host.calls[0].kind == CallKind::kCreate);
    CHECK(program.host.calls[0].value == uint256{3});
    const Address made = to_address(outcome.word());
    CHECK(program.host.code(made)->size() == 1);
    CHECK(program.host.balance(made) == uint256{3});
  }

  TEST_CASE("init code sees no call data") {
    // CALLDATASIZE; PUSH0; MSTORE; PUSH1 32; PUSH0; RETURN
    Program program{create(unhex("365f5260205ff3")).return_top()};
    const Address made = to_address(program.run().word());
    CHECK(to_bytes(program.host.code(made)->bytes()) == Bytes(32));
  }

  TEST_CASE("a creation that reverts pushes zero and leaves its output as return data") {
    auto code = create(unhex("60075ffd")).op(Opcode::kReturndatasize).op(Opcode::kAdd);
    CHECK(value_of(code) == uint256{7});
    auto success = create(unhex("60075ff3")).op(Opcode::kPop).op(Opcode::kReturndatasize);
    CHECK(value_of(success) == uint256{0});
  }

  TEST_CASE("a creation beyond the balance fails without running") {
    Program program{create(unhex("00"), 1).return_top()};
    CHECK(program.run().word() == uint256{});
    CHECK(program.host.calls.empty());
  }

  TEST_CASE("CREATE2 carries the salt and pays for hashing the init code") {
    const auto gas = [](Opcode opcode) {
      auto code = Bytecode{}.push(0x5a17).push(64).push(0).push(0).op(opcode);
      Program program{code};
      const auto outcome = program.run();
      CHECK(program.host.calls.at(0).salt ==
            (opcode == Opcode::kCreate2 ? to_hash256(0x5a17) : Hash256{}));
      return outcome.gas_used;
    };
    CHECK(gas(Opcode::kCreate2) - gas(Opcode::kCreate) == 2 * 6);
    CHECK(gas(Opcode::kCreate) == 3 + 3 + 2 + 2 + 32'000 + 6 + 2 * 2);
  }

  TEST_CASE("init code above 49152 bytes consumes everything") {
    const auto outcome = run(Bytecode{}.push(49'153).push(0).push(0).op(Opcode::kCreate));
    CHECK(outcome.status == Status::kOutOfGas);
    CHECK(outcome.gas_used == kPlenty);
    CHECK(run(Bytecode{}.push(49'152).push(0).push(0).op(Opcode::kCreate)).status ==
          Status::kSuccess);
  }

  TEST_CASE("SELFDESTRUCT names its beneficiary and ends the frame") {
    const auto code = Bytecode{}.push(kOther).op(Opcode::kSelfdestruct).op(Opcode::kInvalid);
    const auto gas = [&](bool has_balance, bool exists) {
      Program program{code};
      program.host.account(kSelf).balance = uint256{has_balance ? 1U : 0U};
      program.host.account(kOther).nonce = exists ? 1 : 0;
      const auto outcome = program.run();
      CHECK(outcome.status == Status::kSuccess);
      CHECK(program.host.world.destructions.at(0) == std::pair{kSelf, kOther});
      return outcome.gas_used;
    };
    CHECK(gas(true, true) == 3 + 5000 + kColdAccount);
    CHECK(gas(true, false) == 3 + 5000 + kColdAccount + 25'000);
    CHECK(gas(false, false) == 3 + 5000 + kColdAccount);
  }
}

}  // namespace datapact::vm

#include "ledger/chain/trace/call_tracer.hpp"

#include "ledger/chain/contract_address.hpp"
#include "tests/testkit/trace_world.hpp"

#include <cstdint>
#include <string>

namespace datapact::chain {
namespace {

using json::Value;
using testkit::at;
using testkit::Bytecode;
using testkit::kContract;
using testkit::kSender;
using testkit::TraceWorld;
using vm::Opcode;

const Address kOther = state::address_no(0x07e4);
const Address kThird = state::address_no(0x3d3d);
const Address kIdentity = state::address_no(4);
constexpr std::uint64_t kCallGas = 5000;

Value name(const Address& address) { return to_hex0x(address); }

/// A call of that kind with 5000 gas, one byte of input, and value where the kind takes one.
Bytecode call_as(Opcode kind, const Address& target, std::uint64_t value = 0) {
  Bytecode out = Bytecode{}.push(0).push(0).push(1).push(0);
  if (kind == Opcode::kCall || kind == Opcode::kCallcode) out.push(value);
  return out.push(target).push(kCallGas).op(kind);
}
Bytecode then(Bytecode first, const Bytecode& second) { return first.raw(second.bytes()); }

Value trace_of(TraceWorld& world, const CallTracerOptions& options = {},
               const Transaction& txn = TraceWorld::call()) {
  return world.trace<CallTracer>(options, txn);
}
/// The trace of a call of kContract with that code, with kOther beside it.
Value trace_of(const Bytecode& code, const Bytecode& other = Bytecode{}.op(Opcode::kStop),
               const CallTracerOptions& options = {}) {
  TraceWorld world;
  world.contract(kContract, code);
  world.contract(kOther, other);
  return trace_of(world, options);
}

Bytecode log_of(std::uint64_t topic) {
  return Bytecode{}.push(topic).push(1).push(0).op(Opcode::kLog1);
}

}  // namespace

TEST_SUITE("chain/call_tracer") {
  TEST_CASE("a transfer is one frame, whose gas is the transaction's") {
    TraceWorld world;
    const Value trace = trace_of(world, {}, testkit::ExecutionWorld::transfer());
    CHECK(json::to_text(trace) ==
          R"({"from":")" + to_hex0x(kSender) + R"(","gas":"0x186a0","gasUsed":"0x5208","to":")" +
              to_hex0x(testkit::kReceiver) + R"(","input":"0x","value":"0x5","type":"CALL"})");
  }

  TEST_CASE("each kind of call is a frame of its kind, from the account whose code calls") {
    for (const auto& [kind, type] :
         {std::pair{Opcode::kCall, "CALL"}, std::pair{Opcode::kCallcode, "CALLCODE"},
          std::pair{Opcode::kDelegatecall, "DELEGATECALL"},
          std::pair{Opcode::kStaticcall, "STATICCALL"}}) {
      CAPTURE(type);
      const Value call = at(trace_of(call_as(kind, kOther)), "calls/0");
      CHECK(at(call, "type") == Value(type));
      CHECK(at(call, "from") == name(kContract));
      CHECK(at(call, "to") == name(kOther));
      CHECK(at(call, "gas") == Value("0x1388"));
      CHECK(at(call, "input") == Value("0x00"));
      CHECK(at(call, "value").is_null() == (kind == Opcode::kStaticcall));
    }
  }

  TEST_CASE(
      "a call inside a static one is a call, and one inside a delegated one is its account's") {
    TraceWorld world;
    world.contract(kContract, call_as(Opcode::kStaticcall, kOther));
    world.contract(kOther, then(Bytecode{}, call_as(Opcode::kCall, kIdentity)));
    Value trace = trace_of(world);
    CHECK(at(trace, "calls/0/calls/0/type") == Value("CALL"));
    TraceWorld again;
    again.contract(kContract, call_as(Opcode::kDelegatecall, kOther));
    again.contract(kOther, call_as(Opcode::kDelegatecall, kThird));
    trace = trace_of(again);
    CHECK(at(trace, "calls/0/calls/0/from") == name(kContract));
    CHECK(at(trace, "calls/0/calls/0/to") == name(kThird));
  }

  TEST_CASE("a precompile and an account without code are frames too") {
    const Value precompile = at(trace_of(call_as(Opcode::kCall, kIdentity)), "calls/0");
    CHECK(at(precompile, "output") == Value("0x00"));
    CHECK(at(precompile, "gasUsed") == Value("0x12"));
    const Value plain = at(trace_of(call_as(Opcode::kCall, kThird)), "calls/0");
    CHECK(at(plain, "gasUsed") == Value("0x0"));
    CHECK(at(plain, "output").is_null());
  }

  TEST_CASE("a creation shows its address, its init code and the code it deployed") {
    TraceWorld world;
    const auto init = Bytecode{}.mstore(0, 0x2a).return_memory(31, 1);
    const Value trace = trace_of(world, {}, TraceWorld::creation(init));
    CHECK(at(trace, "type") == Value("CREATE"));
    CHECK(at(trace, "to") == name(create_address(kSender, Nonce{0})));
    CHECK(at(trace, "input") == Value(to_hex0x(init.bytes())));
    CHECK(at(trace, "output") == Value("0x2a"));
  }

  TEST_CASE("a contract's creations have the kind, the address and the value of theirs") {
    const Value created =
        at(trace_of(Bytecode{}.push(0).push(0).push(0).op(Opcode::kCreate)), "calls/0");
    CHECK(at(created, "type") == Value("CREATE"));
    CHECK(at(created, "to") == name(create_address(kContract, Nonce{1})));
    CHECK(at(created, "value") == Value("0x0"));
    const Value salted =
        at(trace_of(Bytecode{}.push(9).push(0).push(0).push(0).op(Opcode::kCreate2)), "calls/0");
    CHECK(at(salted, "type") == Value("CREATE2"));
    CHECK(at(salted, "to") == name(create2_address(kContract, to_hash256(uint256{9}), {})));
  }

  TEST_CASE("a creation that fails names no address") {
    TraceWorld world;
    const Value trace = trace_of(world, {}, TraceWorld::creation(Bytecode{}.revert_memory(0, 0)));
    CHECK(at(trace, "error") == Value("execution reverted"));
    CHECK(trace.find("to") == nullptr);
    CHECK(trace.find("output") == nullptr);
  }

  TEST_CASE(
      "deployed code that is unpaid, too large or begins with 0xef is the creation's failure") {
    const auto error = [](const Bytecode& init, std::uint64_t gas) {
      TraceWorld world;
      Transaction txn = TraceWorld::creation(init);
      txn.gas_limit = Gas{gas};
      return at(trace_of(world, {}, txn), "error");
    };
    CHECK(error(Bytecode{}.return_memory(0, 100), 60'000) ==
          Value("contract creation code storage out of gas"));
    CHECK(error(Bytecode{}.return_memory(0, 24'577), 6'000'000) == Value("max code size exceeded"));
    CHECK(error(Bytecode{}.mstore(0, 0xef).return_memory(31, 1), 100'000) ==
          Value("invalid code: must not begin with 0xef"));
  }

  TEST_CASE("a creation at an address in use is a frame that failed with all its gas") {
    TraceWorld world;
    world.contract(create_address(kContract, Nonce{1}), Bytecode{}.op(Opcode::kStop));
    world.contract(kContract, Bytecode{}.push(0).push(0).push(0).op(Opcode::kCreate));
    const Value created = at(trace_of(world), "calls/0");
    CHECK(at(created, "error") == Value("contract address collision"));
    CHECK(at(created, "gas") == at(created, "gasUsed"));
  }

  TEST_CASE("a call or creation beyond the balance is a frame that used nothing") {
    const Value call = at(trace_of(call_as(Opcode::kCall, kOther, 3)), "calls/0");
    CHECK(at(call, "error") == Value("insufficient balance for transfer"));
    CHECK(at(call, "gas") == Value("0x1c84"));  // 5000 and the stipend
    CHECK(at(call, "gasUsed") == Value("0x0"));
    CHECK(at(call, "value") == Value("0x3"));
    CHECK(at(call, "input") == Value("0x00"));
    const Value creation =
        at(trace_of(Bytecode{}.push(0).push(0).push(3).op(Opcode::kCreate)), "calls/0");
    CHECK(at(creation, "error") == Value("insufficient balance for transfer"));
    CHECK(creation.find("to") == nullptr);
  }

  TEST_CASE("a call at the bottom of 1,024 is a frame that was too deep") {
    TraceWorld world;
    // call(gas, address, 0, 0, 0, 0, 0)
    world.contract(kContract, Bytecode{}
                                  .push(0)
                                  .push(0)
                                  .push(0)
                                  .push(0)
                                  .push(0)
                                  .op(Opcode::kAddress)
                                  .op(Opcode::kGas)
                                  .op(Opcode::kCall));
    Transaction txn = TraceWorld::call();
    txn.gas_limit = Gas{100'000'000'000};
    txn.max_fee_per_gas = 7;
    txn.max_priority_fee_per_gas = 0;
    BlockContext context = testkit::ExecutionWorld::context();
    context.block.gas_limit = 200'000'000'000;
    CallTracer tracer{{}, testkit::kNoBudget};
    Executor executor{context, tracer};
    REQUIRE(executor
                .execute(world.world().state(), RecoveredTxn::assume_sender(txn, kSender),
                         Gas{200'000'000'000}, Gas{})
                .has_value());
    const Value trace = tracer.result();
    const Value* frame = &trace;
    int depth = 0;
    while (frame->find("calls") != nullptr) {
      frame = &frame->find("calls")->as_array()->front();
      ++depth;
    }
    CHECK(depth == 1025);
    CHECK(at(*frame, "error") == Value("max call depth exceeded"));
  }

  TEST_CASE("a selfdestruction is a frame that moves the balance") {
    TraceWorld world;
    world.contract(kContract, Bytecode{}.push(kOther).op(Opcode::kSelfdestruct));
    Transaction txn = TraceWorld::call();
    txn.value = Wei{uint256{7}};
    const Value trace = trace_of(world, {}, txn);
    CHECK(json::to_text(at(trace, "calls/0")) ==
          R"({"from":")" + to_hex0x(kContract) + R"(","gas":"0x0","gasUsed":"0x0","to":")" +
              to_hex0x(kOther) + R"(","input":"0x","value":"0x7","type":"SELFDESTRUCT"})");
  }

  TEST_CASE("a revert shows its data and its reason, another failure its name and no data") {
    const auto error_of = [](const Bytecode& other) {
      return at(trace_of(call_as(Opcode::kCall, kOther), other), "calls/0");
    };
    const auto data = testkit::unhex(
        "08c379a00000000000000000000000000000000000000000000000000000000000000020"
        "0000000000000000000000000000000000000000000000000000000000000002"
        "6e6f000000000000000000000000000000000000000000000000000000000000");
    Bytecode reverting;
    for (std::size_t i = 0; i < data.size(); ++i) {
      reverting.push(data[i]).push(i).op(Opcode::kMstore8);
    }
    const Value reverted = error_of(reverting.revert_memory(0, data.size()));
    CHECK(at(reverted, "error") == Value("execution reverted"));
    CHECK(at(reverted, "revertReason") == Value("no"));
    CHECK(at(reverted, "output") == Value(to_hex0x(data)));
    const Value bare = error_of(Bytecode{}.revert_memory(0, 1));
    CHECK(at(bare, "output") == Value("0x00"));
    CHECK(bare.find("revertReason") == nullptr);
    CHECK(at(error_of(Bytecode{}.op(Opcode::kInvalid)), "error") ==
          Value("invalid opcode: INVALID"));
    CHECK(at(error_of(Bytecode{}.byte(0x0c)), "error") ==
          Value("invalid opcode: opcode 0xc not defined"));
    CHECK(at(error_of(Bytecode{}.op(Opcode::kAdd)), "error") == Value("stack underflow (0 <=> 2)"));
    CHECK(at(error_of(Bytecode{}.push(1).op(Opcode::kJump)), "error") ==
          Value("invalid jump destination"));
    CHECK(at(error_of(Bytecode{}.push(1).push(0).push(0).op(Opcode::kReturndatacopy)), "error") ==
          Value("return data out of bounds"));
    CHECK(at(error_of(Bytecode{}.sstore(0, 1)), "error") == Value("out of gas"));
    CHECK(at(error_of(Bytecode{}.op(Opcode::kInvalid)), "gasUsed") == Value("0x1388"));
  }

  TEST_CASE("a change of state in a static call is write protection") {
    const Value call =
        at(trace_of(call_as(Opcode::kStaticcall, kOther), Bytecode{}.sstore(0, 1)), "calls/0");
    CHECK(at(call, "error") == Value("write protection"));
  }

  TEST_CASE("logs stand in their frame, numbered in the block and placed among the calls") {
    TraceWorld world;
    world.contract(kContract, then(then(log_of(1), call_as(Opcode::kCall, kOther)), log_of(3)));
    world.contract(kOther, log_of(2));
    CallTracer tracer{{.with_log = true}, testkit::kNoBudget, 5};
    const Value trace = world.run(tracer);
    CHECK(at(trace, "logs/0/topics/0") == Value("0x" + std::string(63, '0') + "1"));
    CHECK(at(trace, "logs/0/address") == name(kContract));
    CHECK(at(trace, "logs/0/data") == Value("0x00"));
    CHECK(at(trace, "logs/0/index") == Value("0x5"));
    CHECK(at(trace, "logs/0/position") == Value("0x0"));
    CHECK(at(trace, "calls/0/logs/0/index") == Value("0x6"));
    CHECK(at(trace, "logs/1/index") == Value("0x7"));
    CHECK(at(trace, "logs/1/position") == Value("0x1"));
    TraceWorld silent;
    silent.contract(kContract, log_of(1));
    CHECK(trace_of(silent).find("logs") == nullptr);
  }

  TEST_CASE("the logs of a frame that failed, and of those it called, never were") {
    TraceWorld world;
    world.contract(kThird, log_of(1));
    world.contract(kOther, then(call_as(Opcode::kCall, kThird), Bytecode{}.revert_memory(0, 0)));
    world.contract(kContract, then(call_as(Opcode::kCall, kOther), log_of(2)));
    const Value trace = trace_of(world, {.with_log = true});
    CHECK(at(trace, "calls/0/error") == Value("execution reverted"));
    CHECK(at(trace, "calls/0/calls/0/gasUsed") != Value("0x0"));
    CHECK(at(trace, "calls/0/calls/0/error").is_null());
    CHECK(at(trace, "calls/0/calls/0/logs").is_null());
    CHECK(at(trace, "logs/0/index") == Value("0x0"));
  }

  TEST_CASE("only the top call is left when it is asked for, with its own logs") {
    TraceWorld world;
    world.contract(kContract, then(log_of(1), call_as(Opcode::kCall, kOther)));
    world.contract(kOther, log_of(2));
    const Value trace = trace_of(world, {.only_top_call = true, .with_log = true});
    CHECK(trace.find("calls") == nullptr);
    CHECK(trace.find("logs")->as_array()->size() == 1);
  }

  TEST_CASE("a call of an account that delegates names the account, not its delegate (EIP-7702)") {
    TraceWorld world;
    Bytecode designator;
    designator.raw(testkit::unhex("ef0100")).raw(kOther.view());
    world.contract(kThird, designator);
    world.contract(kOther, Bytecode{}.mstore(0, 5).return_memory(31, 1));
    world.contract(kContract, call_as(Opcode::kCall, kThird));
    const Value call = at(trace_of(world), "calls/0");
    CHECK(at(call, "to") == name(kThird));
    CHECK(at(call, "output") == Value("0x05"));
  }

  TEST_CASE("beyond its budget a tracer keeps no more, and frames still end as they began") {
    TraceWorld world;
    world.contract(kOther, Bytecode{}.op(Opcode::kStop));
    world.contract(kContract, Bytecode{}.repeat(10, call_as(Opcode::kCall, kOther)));
    CallTracer tracer{{}, {1000, 2000}};
    world.run(tracer);
    CHECK(tracer.is_over_budget());
  }
}

}  // namespace datapact::chain

#include "ledger/chain/trace/struct_log_tracer.hpp"

#include "tests/testkit/trace_world.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace datapact::chain {
namespace {

using testkit::at;
using testkit::Bytecode;
using testkit::kContract;
using testkit::TraceWorld;
using vm::Opcode;

const Address kOther = state::address_no(0x07e4);
const Address kIdentity = state::address_no(4);

json::Value logs_of(TraceWorld& world, const StructLogOptions& options = {},
                    const Transaction& txn = TraceWorld::call()) {
  return world.trace<StructLogTracer>(options, txn);
}

/// The member of each record.
std::vector<std::string> column(const json::Value& trace, std::string_view name) {
  std::vector<std::string> out;
  for (const json::Value& record : *trace.find("structLogs")->as_array()) {
    const json::Value* value = record.find(name);
    out.push_back(value == nullptr ? "-" : json::to_text(*value));
  }
  return out;
}
using Texts = std::vector<std::string>;

/// CALL of `target` with `gas` and `value`, no data.
Bytecode call_to(const Address& target, std::uint64_t gas, std::uint64_t value) {
  return Bytecode{}.push(0).push(0).push(0).push(0).push(value).push(target).push(gas).op(
      Opcode::kCall);
}

/// Of the first record of that instruction.
std::int64_t cost_of(const json::Value& trace, std::string_view op) {
  for (const json::Value& record : *trace.find("structLogs")->as_array()) {
    if (*record.find("op") == json::Value(op)) return *record.find("gasCost")->as_i64();
  }
  return -1;
}

}  // namespace

TEST_SUITE("chain/struct_log_tracer") {
  TEST_CASE("a record has pc, op, gas, cost, depth and the stack, bottom first") {
    TraceWorld world;
    world.contract(kContract, Bytecode{}.push(10).push(11).op(Opcode::kAdd));
    const auto trace = logs_of(world);
    REQUIRE(trace.find("structLogs")->as_array()->size() == 4);
    CHECK(json::to_text(at(trace, "structLogs/2")) ==
          R"({"pc":4,"op":"ADD","gas":78994,"gasCost":3,"depth":1,"stack":["0xa","0xb"]})");
    CHECK(at(trace, "structLogs/3/op") == json::Value("STOP"));
    CHECK(at(trace, "gas") == json::Value(21'009));
    CHECK(at(trace, "failed") == json::Value(false));
    CHECK(at(trace, "returnValue") == json::Value("0x"));
  }

  TEST_CASE("the records of a creation are those that geth gives the execution-apis") {
    TraceWorld world;
    // A creation of rpc-compat's chain; its answer there, but for the gas, which is another fork's.
    const auto code = Bytecode{}.raw(testkit::unhex(
        "600d380380600d6000396000f360004381526020014681526020014181526020014881526020014481526020"
        "013281526020013481526020016000f3"));
    Transaction txn = TraceWorld::creation(code);
    const auto trace = logs_of(world, {.enable_memory = true, .enable_return_data = true}, txn);
    CHECK(at(trace, "returnValue") ==
          json::Value("0x600043815260200146815260200141815260200148815260200144815260200132815260"
                      "20013481526020016000f3"));
    CHECK(column(trace, "gasCost") == Texts{"3", "2", "3", "3", "3", "3", "15", "3", "0"});
    CHECK(column(trace, "op") == Texts{"\"PUSH1\"", "\"CODESIZE\"", "\"SUB\"", "\"DUP1\"",
                                       "\"PUSH1\"", "\"PUSH1\"", "\"CODECOPY\"", "\"PUSH1\"",
                                       "\"RETURN\""});
    CHECK(json::to_text(at(trace, "structLogs/8/memory")) ==
          R"(["0x6000438152602001468152602001418152602001488152602001448152602001",)"
          R"("0x3281526020013481526020016000f30000000000000000000000000000000000"])");
  }

  TEST_CASE("what a call is given counts as its cost, and the steps of the callee are deeper") {
    TraceWorld world;
    world.contract(kOther, Bytecode{}.push(1).op(Opcode::kPop));
    world.contract(kContract, call_to(kOther, 5000, 0));
    const auto trace = logs_of(world);
    CHECK(cost_of(trace, "CALL") == 2600 + 5000);
    CHECK(at(trace, "structLogs/8/depth") == json::Value(2));
    CHECK(at(trace, "structLogs/8/gas") == json::Value(5000));
    CHECK(at(trace, "structLogs/11/depth") == json::Value(1));
  }

  TEST_CASE("the stipend of a call with value is no part of its cost") {
    TraceWorld world;
    world.world().account(kOther, 0, 1);
    world.contract(kContract, call_to(kOther, 700, 3));
    Transaction txn = TraceWorld::call();
    txn.value = Wei{uint256{3}};
    CHECK(cost_of(logs_of(world, {}, txn), "CALL") == 2600 + 9000 + 700);
  }

  TEST_CASE("a call beyond the balance costs what it would have been given") {
    TraceWorld world;
    world.world().account(kOther, 0, 1);
    world.contract(kContract, call_to(kOther, 700, 3));
    const auto trace = logs_of(world);
    CHECK(cost_of(trace, "CALL") == 2600 + 9000 + 700);
    CHECK(at(trace, "structLogs/8/stack") == json::Value(json::Array{"0x0"}));
  }

  TEST_CASE("what a creation is given is no part of its cost") {
    TraceWorld world;
    world.contract(kContract,
                   Bytecode{}.push(0).push(0).push(0).op(Opcode::kCreate).op(Opcode::kPop));
    const auto trace = logs_of(world);
    CHECK(cost_of(trace, "CREATE") == 32'000);
    // Without init code nothing runs in between.
    CHECK(at(trace, "structLogs/4/op") == json::Value("POP"));
  }

  TEST_CASE("a precompile's gas is part of the call's cost and leaves no record") {
    TraceWorld world;
    world.contract(kContract, call_to(kIdentity, 500, 0));
    const auto trace = logs_of(world);
    CHECK(cost_of(trace, "CALL") == 100 + 500);
    CHECK(at(trace, "structLogs/8/op") == json::Value("STOP"));
  }

  TEST_CASE("storage stands at loads and stores alone, with all that is known of the contract") {
    TraceWorld world;
    world.contract(kContract, Bytecode{}.sstore(1, 7).push(2).op(Opcode::kSload).op(Opcode::kPop));
    const auto trace = logs_of(world);
    const auto word = [](const std::string& digit) {
      return "\"0x" + std::string(63, '0') + digit + "\"";
    };
    const std::string first = word("1") + ":" + word("7");
    CHECK(column(trace, "storage") == Texts{"-", "-", "{" + first + "}", "-",
                                            "{" + first + "," + word("2") + ":" + word("0") + "}",
                                            "-", "-"});
    TraceWorld again;
    again.contract(kContract, Bytecode{}.sstore(1, 7));
    CHECK(column(logs_of(again, {.disable_storage = true}), "storage") ==
          Texts{"-", "-", "-", "-"});
  }

  TEST_CASE("a store's refund counts in its own record, through calls, and not once undone") {
    TraceWorld world;
    // Sets and clears: 19,900 back; then reverts.
    world.contract(kOther, Bytecode{}.sstore(1, 7).sstore(1, 0).revert_memory(0, 0));
    world.contract(kContract,
                   Bytecode{}.sstore(1, 7).sstore(1, 0).raw(call_to(kOther, 50'000, 0).bytes()));
    Transaction txn = TraceWorld::call();
    txn.gas_limit = Gas{200'000};
    const auto trace = logs_of(world, {}, txn);
    std::vector<std::string> stores;
    for (const json::Value& record : *trace.find("structLogs")->as_array()) {
      if (*record.find("op") != json::Value("SSTORE")) continue;
      const json::Value* refund = record.find("refund");
      stores.push_back(refund == nullptr ? "-" : json::to_text(*refund));
    }
    CHECK(stores == Texts{"-", "19900", "19900", "39800"});
    CHECK(at(trace, "structLogs/23/op") == json::Value("STOP"));
    CHECK(at(trace, "structLogs/23/refund") == json::Value(19'900));
  }

  TEST_CASE("memory and return data stand there when asked for, the stack unless it is not") {
    TraceWorld world;
    world.contract(kOther, Bytecode{}.mstore(0, 5).return_memory(0, 32));
    world.contract(kContract, call_to(kOther, 5000, 0));
    const auto plain = logs_of(world);
    CHECK(column(plain, "memory") == Texts(column(plain, "pc").size(), "-"));
    CHECK(column(plain, "returnData") == Texts(column(plain, "pc").size(), "-"));
    TraceWorld again;
    again.contract(kOther, Bytecode{}.mstore(0, 5).return_memory(0, 32));
    again.contract(kContract, call_to(kOther, 5000, 0));
    const auto full =
        logs_of(again, {.disable_stack = true, .enable_memory = true, .enable_return_data = true});
    const json::Value word("0x" + std::string(63, '0') + "5");
    CHECK(at(full, "structLogs/13/op") == json::Value("RETURN"));
    CHECK(at(full, "structLogs/13/memory") == json::Value(json::Array{word}));
    CHECK(at(full, "structLogs/14/returnData") == word);
    CHECK(at(full, "structLogs/14/stack").is_null());
  }

  TEST_CASE("a limit ends the records and not the transaction") {
    TraceWorld world;
    world.contract(kContract, Bytecode{}.mstore(0, 5).return_memory(0, 32));
    const auto trace = logs_of(world, {.limit = 2});
    CHECK(trace.find("structLogs")->as_array()->size() == 2);
    CHECK(at(trace, "gas") == json::Value(21'016));
    CHECK(at(trace, "returnValue") == json::Value("0x" + std::string(63, '0') + "5"));
  }

  TEST_CASE("an instruction that cannot run says why, one that fails as it runs does not") {
    const auto last = [](const Bytecode& code) {
      TraceWorld world;
      world.contract(kContract, code);
      const auto trace = logs_of(world);
      CHECK(at(trace, "failed") == json::Value(true));
      CHECK(at(trace, "returnValue") == json::Value("0x"));
      return trace.find("structLogs")->as_array()->back();
    };
    CHECK(at(last(Bytecode{}.push(1).op(Opcode::kAdd)), "error") ==
          json::Value("stack underflow (1 <=> 2)"));
    CHECK(at(last(Bytecode{}.repeat(1025, Bytecode{}.push(0))), "error") ==
          json::Value("stack limit reached 1024 (1023)"));
    CHECK(at(last(Bytecode{}.push(0).push(0x100000000).op(Opcode::kMstore)), "error") ==
          json::Value("out of gas"));
    const auto undefined = last(Bytecode{}.byte(0x0c));
    CHECK(at(undefined, "op") == json::Value("opcode 0xc not defined"));
    CHECK(at(undefined, "error").is_null());
    const auto jump = last(Bytecode{}.push(7).op(Opcode::kJump));
    CHECK(at(jump, "error").is_null());
    CHECK(at(jump, "gasCost") == json::Value(8));
  }

  TEST_CASE("a reverted transaction has failed and shows its data") {
    TraceWorld world;
    world.contract(kContract, Bytecode{}.mstore(0, 5).revert_memory(31, 1));
    const auto trace = logs_of(world);
    CHECK(at(trace, "failed") == json::Value(true));
    CHECK(at(trace, "returnValue") == json::Value("0x05"));
  }

  TEST_CASE("beyond its budget of bytes or steps a tracer keeps no more and says so") {
    const auto is_over = [](const TraceBudget& budget) {
      TraceWorld world;
      world.contract(kContract, Bytecode{}.repeat(100, Bytecode{}.push(1).op(Opcode::kPop)));
      StructLogTracer tracer{{}, budget};
      const auto trace = world.run(tracer);
      CHECK(trace.find("structLogs")->as_array()->size() <= 201);
      return tracer.is_over_budget();
    };
    CHECK_FALSE(is_over({201, 100'000}));
    CHECK(is_over({200, 100'000}));
    CHECK(is_over({201, 5'000}));
  }
}

}  // namespace datapact::chain

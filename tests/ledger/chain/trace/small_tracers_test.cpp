#include "ledger/chain/trace/tracers.hpp"
#include "tests/testkit/trace_world.hpp"

namespace datapact::chain {
namespace {

using testkit::Bytecode;
using testkit::kContract;
using testkit::TraceWorld;
using vm::Opcode;

json::Value trace_of(const TracerOptions& options, TraceWorld& world, const Transaction& txn) {
  const auto tracer = make_tracer(options, testkit::kNoBudget);
  return world.run(*tracer, txn);
}

}  // namespace

TEST_SUITE("chain/small_tracers") {
  TEST_CASE("selectors are counted with the size of their arguments, precompiles are not") {
    TraceWorld world;
    const auto call = [](const Address& target, std::uint64_t size) {
      return Bytecode{}.push(0).push(0).push(size).push(0).push(0).push(target).push(9000).op(
          Opcode::kCall);
    };
    const Address other = state::address_no(0x07e4);
    world.contract(other, Bytecode{}.op(Opcode::kStop));
    world.contract(kContract, Bytecode{}
                                  .repeat(2, call(other, 36))
                                  .raw(call(other, 3).bytes())
                                  .raw(call(state::address_no(4), 36).bytes()));
    Transaction txn = TraceWorld::call();
    txn.data = testkit::unhex("a9059cbb01");
    CHECK(json::to_text(trace_of(FourByteOptions{}, world, txn)) ==
          R"({"0x00000000-32":2,"0xa9059cbb-1":1})");
  }

  TEST_CASE("the noopTracer says nothing") {
    TraceWorld world;
    world.contract(kContract, Bytecode{}.push(1));
    CHECK(json::to_text(trace_of(NoopOptions{}, world, TraceWorld::call())) == "{}");
  }

  TEST_CASE("a transaction that is traced ends as one that is not") {
    const auto code = Bytecode{}
                          .sstore(1, 2)
                          .push(0)
                          .push(0)
                          .push(0)
                          .op(Opcode::kCreate)
                          .repeat(4, Bytecode{}.push(0))
                          .push(1)
                          .push(state::address_no(0x07e4))
                          .push(9000)
                          .op(Opcode::kCall)
                          .push(state::address_no(0x3d3d))
                          .op(Opcode::kSelfdestruct);
    Transaction txn = TraceWorld::call();
    txn.value = Wei{uint256{9}};
    txn.gas_limit = Gas{200'000};
    TraceWorld plain;
    plain.contract(kContract, code);
    const auto outcome = plain.world().execute(txn);
    REQUIRE(outcome.has_value());
    const auto diff = plain.world().state().diff();
    for (const TracerOptions& options :
         {TracerOptions{StructLogOptions{}}, TracerOptions{CallTracerOptions{}},
          TracerOptions{PrestateOptions{}}, TracerOptions{FourByteOptions{}}}) {
      TraceWorld traced;
      traced.contract(kContract, code);
      static_cast<void>(trace_of(options, traced, txn));
      CHECK(traced.world().state().diff().accounts == diff.accounts);
    }
  }
}

}  // namespace datapact::chain

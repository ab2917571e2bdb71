#include "ledger/chain/access_list_tracer.hpp"

#include "vm/opcode.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace datapact::chain {
namespace {

constexpr Address kOuter{std::array<std::uint8_t, 20>{0x0a}};
constexpr Address kInner{std::array<std::uint8_t, 20>{0x0b}};
constexpr Address kOther{std::array<std::uint8_t, 20>{0x0c}};

void step(AccessListTracer& tracer, vm::Opcode opcode, const std::vector<uint256>& stack) {
  vm::TraceStep out;
  out.opcode = static_cast<std::uint8_t>(opcode);
  out.stack = stack;
  tracer.on_step(out);
}

vm::Message message_to(const Address& recipient) {
  vm::Message out;
  out.recipient = recipient;
  return out;
}

}  // namespace

TEST_SUITE("chain/access_list_tracer") {
  TEST_CASE("slots belong to the frame that touches them, and warm accounts need slots") {
    AccessListTracer tracer{{kOuter, kInner}};
    tracer.on_enter(message_to(kOuter));
    step(tracer, vm::Opcode::kBalance, {to_uint256(kOther)});
    step(tracer, vm::Opcode::kCall, {0, to_uint256(kInner), 0});
    tracer.on_enter(message_to(kInner));
    step(tracer, vm::Opcode::kSstore, {9, 5});
    step(tracer, vm::Opcode::kSload, {4});
    tracer.on_exit(message_to(kInner), {});
    step(tracer, vm::Opcode::kAdd, {1, 2});
    tracer.on_exit(message_to(kOuter), {});
    const AccessList expected{{kInner, {to_hash256(uint256{4}), to_hash256(uint256{5})}},
                              {kOther, {}}};
    CHECK(tracer.list() == expected);
  }

  TEST_CASE("an instruction without its operands touches nothing") {
    AccessListTracer tracer{{}};
    tracer.on_enter(message_to(kOuter));
    step(tracer, vm::Opcode::kSload, {});
    step(tracer, vm::Opcode::kCall, {1});
    CHECK(tracer.list().empty());
  }
}

}  // namespace datapact::chain

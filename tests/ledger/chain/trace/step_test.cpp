#include "ledger/chain/trace/step.hpp"

#include "base/uint256.hpp"
#include "vm/tracer.hpp"

#include <doctest/doctest.h>

#include <cstdint>

namespace datapact::chain {
namespace {

vm::TraceStep step_with(std::int64_t gas_left, ByteView memory) {
  vm::TraceStep out;
  out.gas_left = gas_left;
  out.memory = memory;
  return out;
}

}  // namespace

TEST_SUITE("chain/trace step") {
  TEST_CASE("memory is shown with the zeros that its growth adds") {
    const Bytes memory(32, 7);
    const auto shown = memory_of(step_with(3, memory), uint256{31}, uint256{3});
    REQUIRE(shown.has_value());
    CHECK(*shown == Bytes{7, 0, 0});
    CHECK_FALSE(memory_of(step_with(2, memory), uint256{31}, uint256{3}).has_value());
  }

  TEST_CASE("half a gigabyte was made for a length that 50 M gas does not buy") {
    const vm::TraceStep step = step_with(50'000'000, {});
    CHECK_FALSE(memory_of(step, uint256{0}, uint256{500'000'000}).has_value());
    CHECK_FALSE(memory_of(step, uint256{500'000'000}, uint256{1}).has_value());
    CHECK(memory_of(step, uint256{0}, uint256{4'000'000}).has_value());
    CHECK_FALSE(memory_of(step, ~uint256{0}, ~uint256{0}).has_value());
  }
}

}  // namespace datapact::chain

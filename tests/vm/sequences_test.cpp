#include "vm/sequences.hpp"

#include "tests/testkit/hex.hpp"
#include "tests/testkit/program.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace datapact::vm {
namespace {

/// A tracer's loop runs the instructions one by one: what every sequence must amount to.
class Onlooker final : public Tracer {
 public:
  void on_enter(const Message&) override {}
  void on_step(const TraceStep&) override {}
  void on_exit(const Message&, const CallResult&) override {}
};

Outcome run_with(const Bytecode& code, std::int64_t gas, Tracer* tracer) {
  Program program{code, Revision::kOsaka, tracer};
  program.message.gas = gas;
  return program.run();
}

/// Whether running at once and one by one end alike with this gas.
bool agree(const Bytecode& code, std::int64_t gas) {
  Onlooker onlooker;
  const Outcome fused = run_with(code, gas, nullptr);
  const Outcome single = run_with(code, gas, &onlooker);
  return fused.status == single.status && fused.gas_used == single.gas_used &&
         fused.refund == single.refund && fused.output == single.output;
}

/// The sequence's instructions at `at` in some code, jumping behind themselves and one GAS: what a
/// jump that is not taken has cost stays to be seen.
struct Sample {
  Sequence sequence;
  std::string_view before{};
  bool jumps = false;
  std::string_view after{};  ///< the target
};
constexpr std::array kSamples = {
    Sample{Sequence::kPush2Jump, "61", true, "56"},
    Sample{Sequence::kPush2Jumpi, "61", true, "57"},
    Sample{Sequence::kIszeroPush2Jumpi, "1561", true, "57"},
    Sample{Sequence::kPush1Add, "60ff01"},
    Sample{Sequence::kPush1Shl, "60411b"},
    Sample{Sequence::kPush1Shr, "60ff1c"},
    Sample{Sequence::kPush1Mload, "602051"},
    Sample{Sequence::kPush2Mload, "61012051"},
    Sample{Sequence::kPush1Mstore, "602152"},
    Sample{Sequence::kPush2Mstore, "61012152"},
    Sample{Sequence::kDup2Mstore, "8152"},
    Sample{Sequence::kSwap1Pop, "9050"},
    Sample{Sequence::kSwap2Pop, "9150"},
    Sample{Sequence::kSwap3Pop, "9250"},
    Sample{Sequence::kSwap4Pop, "9350"},
    Sample{Sequence::kPopPop, "5050"},
    Sample{Sequence::kMask, "6001600160a01b03"},
    Sample{Sequence::kSelector, "8063000000401461", true, "57"},
};

Bytecode sequence_at(std::size_t at, const Sample& sample) {
  Bytecode out;
  out.raw(testkit::unhex(std::string{sample.before}));
  if (!sample.jumps) return out;
  const std::size_t target = at + out.size() + 2 + 1 + 1;
  out.byte(static_cast<std::uint8_t>(target >> 8)).byte(static_cast<std::uint8_t>(target));
  return out.raw(testkit::unhex(std::string{sample.after})).op(Opcode::kGas).op(Opcode::kJumpdest);
}

/// `items` on the stack, the topmost `top`, then the sequence, then the place, the gas and the two
/// topmost items as output.
Bytecode program_around(const Sample& sample, unsigned items, const uint256& top, bool has_memory) {
  Bytecode out;
  if (has_memory) out.mstore(0x400, 7).mstore(0x20, uint256::max()).mstore(0x120, 99);
  for (unsigned i = 0; i + 1 < items; ++i) out.push(uint256{0x20} * uint256{i % 8});
  if (items > 0) out.push(top);
  // Nothing before it may become part of it.
  out.op(Opcode::kJumpdest);
  out.raw(sequence_at(out.size(), sample).bytes());
  out.op(Opcode::kPc).op(Opcode::kGas).op(Opcode::kMsize);
  for (unsigned i = 0; i < 5; ++i) out.push(uint256{0x500 + 32 * i}).op(Opcode::kMstore);
  return out.return_memory(0, 0x600);
}

}  // namespace

TEST_SUITE("vm/sequences") {
  TEST_CASE("a sequence ends as its instructions do, whatever the stack and the memory") {
    for (const Sample& sample : kSamples) {
      CAPTURE(static_cast<int>(sample.sequence));
      for (unsigned items = 0; items <= 7; ++items) {
        CAPTURE(items);
        for (const uint256& top : {uint256{}, uint256{0x40}, uint256{1} << 64, uint256::max()}) {
          CHECK(agree(program_around(sample, items, top, false), kPlenty));
          CHECK(agree(program_around(sample, items, top, true), kPlenty));
        }
      }
    }
  }

  TEST_CASE("a sequence runs out of gas where its instructions do") {
    for (const Sample& sample : kSamples) {
      CAPTURE(static_cast<int>(sample.sequence));
      for (const uint256& top : {uint256{}, uint256{0x40}}) {
        for (const bool has_memory : {false, true}) {
          const Bytecode code = program_around(sample, 6, top, has_memory);
          const auto used = run_with(code, kPlenty, nullptr).gas_used;
          for (std::int64_t gas = 0; gas <= used; ++gas) CHECK(agree(code, gas));
        }
      }
    }
  }

  TEST_CASE("a sequence overflows a full stack where its instructions do") {
    for (const Sample& sample : kSamples) {
      CAPTURE(static_cast<int>(sample.sequence));
      for (unsigned items = 1021; items <= 1024; ++items) {
        for (const uint256& top : {uint256{}, uint256{0x40}}) {
          CHECK(agree(program_around(sample, items, top, true), kPlenty));
        }
      }
    }
    const auto full = Bytecode{}.repeat(1024, Bytecode{}.push(1));
    auto jump = full;
    jump.raw(sequence_at(jump.size(), kSamples[0]).bytes());
    CHECK(run(jump).status == Status::kStackOverflow);
  }

  TEST_CASE("the search finds each sequence and changes nothing but its first byte") {
    for (const Sample& sample : kSamples) {
      CAPTURE(static_cast<int>(sample.sequence));
      const Bytecode code = sequence_at(0, sample);
      const Code analysed{code.bytes()};
      CHECK(analysed.executable()[0] == static_cast<std::uint8_t>(sample.sequence));
      CHECK(std::equal(code.bytes().begin() + 1, code.bytes().end(), analysed.executable() + 1));
      CHECK(std::ranges::equal(analysed.bytes(), code.bytes()));
    }
  }

  TEST_CASE("a jump to anything but a JUMPDEST is no sequence and fails") {
    // PUSH2 5; JUMP; STOP; STOP
    const auto code = testkit::unhex(
        "6100055600"
        "00");
    CHECK(Code{code}.executable()[0] == 0x61);
    CHECK(run(Bytecode{}.raw(code)).status == Status::kBadJumpDestination);
    // PUSH1 1; PUSH2 7; JUMPI; PUSH1 0x5b
    CHECK(run(Bytecode{}.raw(testkit::unhex("60016100075760"
                                            "5b")))
              .status == Status::kBadJumpDestination);
    // PUSH2 0xffff; JUMP
    CHECK(run(Bytecode{}.raw(testkit::unhex("61ffff56"))).status == Status::kBadJumpDestination);
  }

  TEST_CASE("a sequence that the end of the code cuts off stops like its instructions") {
    for (const Sample& sample : kSamples) {
      CAPTURE(static_cast<int>(sample.sequence));
      const Bytecode whole = sequence_at(12, sample);
      for (std::size_t size = 1; size < whole.size(); ++size) {
        auto code = Bytecode{}.repeat(6, Bytecode{}.push(0x20));
        code.raw(ByteView{whole.bytes()}.first(size));
        CHECK(agree(code, kPlenty));
      }
    }
  }

  TEST_CASE("the opcodes of sequences are undefined in code, and free in the data of a PUSH") {
    for (unsigned byte = 0xb0; byte <= 0xc1; ++byte) {
      CAPTURE(byte);
      const auto opcode = static_cast<std::uint8_t>(byte);
      auto code = Bytecode{}.repeat(8, Bytecode{}.push(0x20)).byte(opcode);
      CHECK(run(code).status == Status::kUndefinedInstruction);
      CHECK(agree(code, kPlenty));
      CHECK(value_of(Bytecode{}.push(byte)) == uint256{byte});
    }
  }
}

}  // namespace datapact::vm

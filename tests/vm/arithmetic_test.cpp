#include "tests/testkit/fixtures.hpp"
#include "tests/testkit/hex.hpp"
#include "tests/testkit/program.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

namespace datapact::vm {
namespace {

uint256 binary(Opcode opcode, const uint256& first, const uint256& second) {
  return value_of(Bytecode{}.push(second).push(first).op(opcode));
}

uint256 ternary(Opcode opcode, const uint256& a, const uint256& b, const uint256& c) {
  return value_of(Bytecode{}.push(c).push(b).push(a).op(opcode));
}

const uint256 kMinusOne = uint256::max();
const uint256 kMin = uint256{1} << 255;

struct VectorFile {
  const char* name;
  Opcode opcode;
};

constexpr VectorFile kVectorFiles[] = {
    {"add", Opcode::kAdd},   {"and", Opcode::kAnd}, {"byte", Opcode::kByte},
    {"div", Opcode::kDiv},   {"eq", Opcode::kEq},   {"exp", Opcode::kExp},
    {"gt", Opcode::kGt},     {"lt", Opcode::kLt},   {"mod", Opcode::kMod},
    {"mul", Opcode::kMul},   {"or", Opcode::kOr},   {"sar", Opcode::kSar},
    {"sdiv", Opcode::kSdiv}, {"sgt", Opcode::kSgt}, {"shl", Opcode::kShl},
    {"shr", Opcode::kShr},   {"slt", Opcode::kSlt}, {"smod", Opcode::kSmod},
    {"sub", Opcode::kSub},   {"xor", Opcode::kXor}, {"signext", Opcode::kSignextend},
};

uint256 word_of(const json::Value& vector, std::string_view member) {
  return uint256::from_be(testkit::unhex(*vector.find(member)->as_string()));
}

}  // namespace

TEST_SUITE("vm/arithmetic") {
  TEST_CASE("every public vector of the two-operand instructions gives its expected word") {
    if (!testkit::fixtures_root()) {
      REQUIRE_MESSAGE(testkit::may_lack_fixtures(), "the public test data is missing");
      MESSAGE("skipped: the public test data is not on this machine");
      return;
    }
    std::size_t count = 0;
    for (const VectorFile& file : kVectorFiles) {
      const std::string path = std::string("opcodes/testcases_") + file.name + ".json";
      CAPTURE(path);
      const auto vectors = testkit::load_fixture(path);
      REQUIRE(vectors.has_value());
      for (const json::Value& vector : *vectors->as_array()) {
        CHECK(binary(file.opcode, word_of(vector, "Y"), word_of(vector, "X")) ==
              word_of(vector, "Expected"));
        ++count;
      }
    }
    CHECK(count == 1272);
  }

  TEST_CASE("division and modulo by zero are zero") {
    for (const Opcode opcode : {Opcode::kDiv, Opcode::kSdiv, Opcode::kMod, Opcode::kSmod}) {
      CHECK(binary(opcode, 7, 0) == uint256{});
    }
    CHECK(ternary(Opcode::kAddmod, 7, 5, 0) == uint256{});
    CHECK(ternary(Opcode::kMulmod, 7, 5, 0) == uint256{});
  }

  TEST_CASE("signed division of the least number by minus one wraps") {
    CHECK(binary(Opcode::kSdiv, kMin, kMinusOne) == kMin);
    CHECK(binary(Opcode::kSmod, kMin, kMinusOne) == uint256{});
  }

  TEST_CASE("ADDMOD and MULMOD do not wrap at 2^256") {
    CHECK(ternary(Opcode::kAddmod, kMinusOne, kMinusOne, 10) == uint256{0});
    CHECK(ternary(Opcode::kMulmod, kMinusOne, kMinusOne, 12) == uint256{9});
  }

  TEST_CASE("EXP charges 50 gas for each byte of the exponent") {
    const auto gas = [](const uint256& exponent) {
      return run(Bytecode{}.push(exponent).push(3).op(Opcode::kExp)).gas_used;
    };
    CHECK(gas(0) == 2 + 3 + 10);
    CHECK(gas(255) == 3 + 3 + 10 + 50);
    CHECK(gas(256) == 3 + 3 + 10 + 100);
    CHECK(gas(kMinusOne) == 3 + 3 + 10 + 1600);
  }

  TEST_CASE("ISZERO and NOT work on one operand") {
    CHECK(value_of(Bytecode{}.push(0).op(Opcode::kIszero)) == uint256{1});
    CHECK(value_of(Bytecode{}.push(kMin).op(Opcode::kIszero)) == uint256{0});
    CHECK(value_of(Bytecode{}.push(0).op(Opcode::kNot)) == kMinusOne);
  }

  TEST_CASE("CLZ of Osaka counts the zeros above the highest one") {
    const auto clz = [](const uint256& word) {
      return run(Bytecode{}.push(word).op(Opcode::kClz).return_top(), Revision::kOsaka).word();
    };
    CHECK(clz(uint256{}) == uint256{256});
    CHECK(clz(uint256::max()) == uint256{});
    for (unsigned bit = 0; bit < 256; ++bit) {
      CAPTURE(bit);
      CHECK(clz(uint256{1} << bit) == uint256{255 - bit});
      CHECK(clz(uint256::max() >> bit) == uint256{bit});
    }
    CHECK(run(Bytecode{}.push(1).op(Opcode::kClz)).status == Status::kUndefinedInstruction);
    CHECK(run(Bytecode{}.push(1).op(Opcode::kClz), Revision::kOsaka).gas_used == 3 + 5);
  }

  TEST_CASE("shifts by 256 and more leave nothing but the sign") {
    for (const uint256 count : {uint256{256}, kMinusOne}) {
      CHECK(binary(Opcode::kShl, count, kMinusOne) == uint256{});
      CHECK(binary(Opcode::kShr, count, kMinusOne) == uint256{});
      CHECK(binary(Opcode::kSar, count, kMin) == kMinusOne);
      CHECK(binary(Opcode::kSar, count, 1) == uint256{});
    }
  }
}

}  // namespace datapact::vm

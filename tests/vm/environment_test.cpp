#include "tests/testkit/hex.hpp"
#include "tests/testkit/program.hpp"

#include <doctest/doctest.h>

namespace datapact::vm {
namespace {

constexpr std::int64_t kCold = 2600;
constexpr std::int64_t kWarm = 100;

/// Returns what `opcode`, given `operand`, reads in a world prepared by `prepare`.
template <class Prepare>
uint256 read(Bytecode code, Prepare prepare) {
  Program program{code.return_top()};
  prepare(program);
  return program.run().word();
}

uint256 read_context(Opcode opcode, const ExecutionContext& context) {
  return read(Bytecode{}.op(opcode), [&](Program& p) { p.host.environment = context; });
}

}  // namespace

TEST_SUITE("vm/environment") {
  TEST_CASE("the message is visible: address, caller, value, call data") {
    const Bytes input = testkit::unhex("00112233");
    const auto prepare = [&](Program& p) {
      p.message.value = uint256{77};
      p.message.input = input;
    };
    CHECK(read(Bytecode{}.op(Opcode::kAddress), prepare) == to_uint256(kSelf));
    CHECK(read(Bytecode{}.op(Opcode::kCaller), prepare) == to_uint256(kCaller));
    CHECK(read(Bytecode{}.op(Opcode::kCallvalue), prepare) == uint256{77});
    CHECK(read(Bytecode{}.op(Opcode::kCalldatasize), prepare) == uint256{4});
    CHECK(read(Bytecode{}.push(1).op(Opcode::kCalldataload), prepare) == uint256{0x112233} << 232);
    CHECK(read(Bytecode{}.push(4).op(Opcode::kCalldataload), prepare) == uint256{});
    CHECK(read(Bytecode{}.push(uint256::max()).op(Opcode::kCalldataload), prepare) == uint256{});
    CHECK(read(Bytecode{}.op(Opcode::kReturndatasize), prepare) == uint256{});
  }

  TEST_CASE("the transaction and the block are visible") {
    ExecutionContext context;
    context.txn.origin = kOther;
    context.txn.gas_price = 11;
    context.block = {kCaller, Height{12}, 13, 14, 15, 16, 17, ChainId{18}};
    CHECK(read_context(Opcode::kOrigin, context) == to_uint256(kOther));
    CHECK(read_context(Opcode::kGasprice, context) == uint256{11});
    CHECK(read_context(Opcode::kCoinbase, context) == to_uint256(kCaller));
    CHECK(read_context(Opcode::kNumber, context) == uint256{12});
    CHECK(read_context(Opcode::kTimestamp, context) == uint256{13});
    CHECK(read_context(Opcode::kGaslimit, context) == uint256{14});
    CHECK(read_context(Opcode::kPrevrandao, context) == uint256{15});
    CHECK(read_context(Opcode::kBasefee, context) == uint256{16});
    CHECK(read_context(Opcode::kBlobbasefee, context) == uint256{17});
    CHECK(read_context(Opcode::kChainid, context) == uint256{18});
  }

  TEST_CASE("BLOBHASH is zero beyond the last blob") {
    const auto prepare = [](Program& p) {
      p.host.environment.txn.blob_hashes = {to_hash256(5), to_hash256(6)};
    };
    CHECK(read(Bytecode{}.push(1).op(Opcode::kBlobhash), prepare) == uint256{6});
    CHECK(read(Bytecode{}.push(2).op(Opcode::kBlobhash), prepare) == uint256{});
    CHECK(read(Bytecode{}.push(uint256::max()).op(Opcode::kBlobhash), prepare) == uint256{});
  }

  TEST_CASE("BLOCKHASH reaches back 256 blocks and never forward") {
    const auto prepare = [](Program& p) { p.host.environment.block.height = Height{1000}; };
    const auto hash = [&](const uint256& height) {
      return read(Bytecode{}.push(height).op(Opcode::kBlockhash), prepare);
    };
    CHECK(hash(999) == uint256{1'000'999});
    CHECK(hash(744) == uint256{1'000'744});
    CHECK(hash(743) == uint256{});
    CHECK(hash(1000) == uint256{});
    CHECK(hash((uint256{1} << 64) + uint256{999}) == uint256{});
  }

  TEST_CASE("other accounts are visible: balance, code size, code hash, code") {
    const auto prepare = [](Program& p) {
      p.host.account(kOther).balance = uint256{5};
      p.host.deploy(kOther, testkit::unhex("6001600255"));
      p.host.account(kSelf).balance = uint256{9};
    };
    CHECK(read(Bytecode{}.push(kOther).op(Opcode::kBalance), prepare) == uint256{5});
    CHECK(read(Bytecode{}.op(Opcode::kSelfbalance), prepare) == uint256{9});
    CHECK(read(Bytecode{}.push(kOther).op(Opcode::kExtcodesize), prepare) == uint256{5});
    CHECK(read(Bytecode{}.push(kOther).op(Opcode::kExtcodehash), prepare) == uint256{0xc0de05});
    CHECK(read(Bytecode{}.push(kCaller).op(Opcode::kExtcodehash), prepare) == uint256{});
    const auto copy = Bytecode{}.push(32).push(1).push(0).push(kOther).op(Opcode::kExtcodecopy);
    CHECK(read(Bytecode{copy}.push(0).op(Opcode::kMload), prepare) == uint256{0x01600255} << 224);
  }

  TEST_CASE("the upper twelve bytes of an address operand are ignored") {
    const auto prepare = [](Program& p) { p.host.account(kOther).balance = uint256{5}; };
    const auto dirty = to_uint256(kOther) | (uint256{0xff} << 160);
    CHECK(read(Bytecode{}.push(dirty).op(Opcode::kBalance), prepare) == uint256{5});
  }

  TEST_CASE("the first look at an account costs 2600, later ones 100") {
    for (const Opcode opcode : {Opcode::kBalance, Opcode::kExtcodesize, Opcode::kExtcodehash}) {
      const auto look = Bytecode{}.push(kOther).op(opcode);
      CHECK(run(look).gas_used == 3 + kCold);
      CHECK(run(Bytecode{}.repeat(2, look)).gas_used == 6 + kCold + kWarm);
      const auto precompile = Bytecode{}.push(4).op(opcode);
      CHECK(run(precompile).gas_used == 3 + kWarm);
      Program program{look};
      program.message.gas = 3 + kCold - 1;
      CHECK(program.run().status == Status::kOutOfGas);
    }
    const auto copy = Bytecode{}.push(0).push(0).push(0).push(kOther).op(Opcode::kExtcodecopy);
    CHECK(run(copy).gas_used == 6 + 3 + kCold);
  }

  TEST_CASE("a designator is seen as it is, not followed") {
    const auto prepare = [](Program& p) {
      p.host.deploy(kOther, concat({testkit::unhex("ef0100"), kSelf.view()}));
    };
    CHECK(read(Bytecode{}.push(kOther).op(Opcode::kExtcodesize), prepare) == uint256{23});
  }
}

}  // namespace datapact::vm

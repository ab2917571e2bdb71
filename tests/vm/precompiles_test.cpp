#include "vm/precompiles.hpp"

#include "tests/testkit/fixtures.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <limits>
#include <string>

namespace datapact::vm {
namespace {

constexpr std::int64_t kPlenty = std::numeric_limits<std::int64_t>::max();

struct VectorFile {
  const char* name = nullptr;
  std::size_t id = 0;
  std::size_t count = 0;
  Revision revision = Revision::kPrague;
  /// modexp.json prices by EIP-198, which no revision here does.
  bool is_gas_current = true;
};

constexpr VectorFile kVectorFiles[] = {
    {"ecRecover", 0x01, 3},
    {"modexp", 0x05, 10, Revision::kPrague, false},
    {"modexp_eip2565", 0x05, 33},
    {"modexp_eip7883", 0x05, 35, Revision::kOsaka},
    {"bn256Add", 0x06, 13},
    {"bn256ScalarMul", 0x07, 14},
    {"bn256Pairing", 0x08, 9},
    {"blake2F", 0x09, 5},
    {"fail-blake2f", 0x09, 3},
    {"blsG1Add", 0x0b, 84},
    {"fail-blsG1Add", 0x0b, 4},
    // A multiplication is a sum of one product.
    {"blsG1Mul", 0x0c, 3},
    {"fail-blsG1Mul", 0x0c, 7},
    {"blsG1MultiExp", 0x0c, 113},
    {"fail-blsG1MultiExp", 0x0c, 6},
    {"blsG2Add", 0x0d, 90},
    {"fail-blsG2Add", 0x0d, 4},
    {"blsG2Mul", 0x0e, 10},
    {"fail-blsG2Mul", 0x0e, 7},
    {"blsG2MultiExp", 0x0e, 114},
    {"fail-blsG2MultiExp", 0x0e, 5},
    {"blsPairing", 0x0f, 85},
    {"fail-blsPairing", 0x0f, 8},
    {"blsMapG1", 0x10, 80},
    {"fail-blsMapG1", 0x10, 3},
    {"blsMapG2", 0x11, 88},
    {"fail-blsMapG2", 0x11, 4},
    {"p256Verify", 0x100, 585, Revision::kOsaka},
};

Bytes member(const json::Value& vector, std::string_view name) {
  return testkit::unhex(*vector.find(name)->as_string());
}

PrecompileResult run_id(std::size_t id, ByteView input, std::int64_t gas = kPlenty,
                        Revision revision = Revision::kPrague) {
  return run_precompile(revision, to_address(uint256{id}), input, gas);
}

void check_vector(const VectorFile& file, const json::Value& vector) {
  CAPTURE(*vector.find("Name")->as_string());
  const Bytes input = member(vector, "Input");
  const auto result = run_id(file.id, input, kPlenty, file.revision);
  if (vector.find("ExpectedError") != nullptr) {
    CHECK(result.status == Status::kPrecompileFailure);
    CHECK(result.gas_left == 0);
    return;
  }
  CHECK(result.status == Status::kSuccess);
  CHECK(result.output == member(vector, "Expected"));
  if (!file.is_gas_current) return;
  const auto price = static_cast<std::int64_t>(vector.find("Gas")->as_u64().value());
  CHECK(kPlenty - result.gas_left == price);
  CHECK(run_id(file.id, input, price, file.revision).status == Status::kSuccess);
  if (price > 0) {
    CHECK(run_id(file.id, input, price - 1, file.revision).status == Status::kOutOfGas);
  }
}

}  // namespace

TEST_SUITE("vm/precompiles") {
  TEST_CASE("every public vector gives its output for its gas") {
    if (!testkit::fixtures_root()) {
      REQUIRE_MESSAGE(testkit::may_lack_fixtures(), "the public test data is missing");
      MESSAGE("skipped: the public test data is not on this machine");
      return;
    }
    std::size_t count = 0;
    for (const VectorFile& file : kVectorFiles) {
      CAPTURE(file.name);
      count += file.count;
      const auto vectors = testkit::load_fixture(std::string("precompiles/") + file.name + ".json");
      REQUIRE(vectors.has_value());
      CHECK(vectors->as_array()->size() == file.count);
      for (const json::Value& vector : *vectors->as_array()) check_vector(file, vector);
    }
    CHECK(count == 1425);
  }

  TEST_CASE("hashes and identity of the specification's examples, with their gas") {
    const Bytes abc = testkit::unhex("616263");
    const auto sha = run_id(0x02, abc, 100);
    CHECK(to_hex(sha.output) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha.gas_left == 100 - 60 - 12);
    const auto ripemd = run_id(0x03, abc, 1000);
    CHECK(to_hex(ripemd.output) ==
          "0000000000000000000000008eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    CHECK(ripemd.gas_left == 1000 - 600 - 120);
    const auto same = run_id(0x04, abc, 18);
    CHECK(same.output == abc);
    CHECK(same.gas_left == 0);
    CHECK(run_id(0x04, abc, 17).status == Status::kOutOfGas);
  }

  TEST_CASE("ecrecover answers nothing to a signature of nobody") {
    Bytes input(128);
    input[63] = 27;
    const auto result = run_id(0x01, input, 3000);
    CHECK(result.status == Status::kSuccess);
    CHECK(result.output.empty());
    CHECK(result.gas_left == 0);
  }

  TEST_CASE("points off the curve fail and consume everything") {
    Bytes input(128);
    input[31] = 1;
    input[63] = 1;
    for (const unsigned id : {0x06U, 0x07U}) {
      const auto result = run_id(id, input);
      CHECK(result.status == Status::kPrecompileFailure);
      CHECK(result.gas_left == 0);
    }
  }

  TEST_CASE("a pairing of no pairs is one, and a part of a pair is refused after its gas") {
    const auto none = run_id(0x08, {}, 45'000);
    CHECK(none.gas_left == 0);
    CHECK(none.output == to_bytes(to_hash256(uint256{1}).view()));
    for (const std::size_t size : {1U, 191U, 193U}) {
      CHECK(run_id(0x08, Bytes(size)).status == Status::kPrecompileFailure);
    }
    CHECK(run_id(0x08, Bytes(193), 45'000 + 33'999).status == Status::kOutOfGas);
    const auto infinite = run_id(0x08, Bytes(192), 79'000);
    CHECK(infinite.output == none.output);
    CHECK(infinite.gas_left == 0);
  }

  TEST_CASE("a point evaluation answers the size of a blob and the modulus, or fails") {
    // The polynomial x takes 7 at 7, with the proof [1]G1 for the commitment [tau]G1.
    Bytes input = testkit::unhex(
        "014fa3bb4018340ca2fa8eb239e23af6ba465f6d5bc31db78988445da078db76"
        "0000000000000000000000000000000000000000000000000000000000000007"
        "0000000000000000000000000000000000000000000000000000000000000007"
        "ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42"
        "d25926fc0c97b336e9f0fb35e5a04c81"
        "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"
        "6c55e83ff97a1aeffb3af00adb22c6bb");
    const auto result = run_id(0x0a, input, 50'000);
    CHECK(result.gas_left == 0);
    CHECK(to_hex(result.output) ==
          "0000000000000000000000000000000000000000000000000000000000001000"
          "73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001");
    CHECK(run_id(0x0a, input, 49'999).status == Status::kOutOfGas);
    CHECK(run_id(0x0a, ByteView{input}.first(191)).status == Status::kPrecompileFailure);
    for (const std::size_t at : {0U, 31U, 63U, 95U, 143U, 191U}) {
      CAPTURE(at);
      input[at] ^= 1;
      CHECK(run_id(0x0a, input).status == Status::kPrecompileFailure);
      input[at] ^= 1;
    }
  }

  TEST_CASE("modexp with absurd lengths runs out of gas without allocating") {
    for (const unsigned field : {0U, 1U, 2U}) {
      Bytes input(96, 0);
      for (unsigned i = 0; i < 3; ++i) input[32 * i + 31] = 1;
      input[32 * field] = 0xff;
      CHECK(run_id(0x05, input, 1'000'000).status == Status::kOutOfGas);
    }
    Bytes empty(96, 0);
    for (unsigned i = 32; i < 64; ++i) empty[i] = 0xff;
    const auto result = run_id(0x05, empty, 200);
    CHECK(result.status == Status::kSuccess);
    CHECK(result.output.empty());
  }

  TEST_CASE("modexp of Osaka refuses an operand of more than 1,024 bytes") {
    for (const unsigned field : {0U, 1U, 2U}) {
      Bytes input(96, 0);
      input[32 * field + 30] = 0x04;
      CHECK(run_id(0x05, input, kPlenty, Revision::kOsaka).status == Status::kSuccess);
      input[32 * field + 31] = 0x01;
      const auto result = run_id(0x05, input, kPlenty, Revision::kOsaka);
      CHECK(result.status == Status::kPrecompileFailure);
      CHECK(result.gas_left == 0);
      CHECK(run_id(0x05, input).status == Status::kSuccess);
      input[32 * field] = 0xff;
      CHECK(run_id(0x05, input, kPlenty, Revision::kOsaka).status == Status::kPrecompileFailure);
    }
  }

  TEST_CASE("modexp costs at least 200 gas, and 500 from Osaka on") {
    CHECK(run_id(0x05, {}, 200).gas_left == 0);
    CHECK(run_id(0x05, {}, 199).status == Status::kOutOfGas);
    CHECK(run_id(0x05, {}, 500, Revision::kOsaka).gas_left == 0);
    CHECK(run_id(0x05, {}, 499, Revision::kOsaka).status == Status::kOutOfGas);
  }

  TEST_CASE("P-256 verification answers nothing to input of another length, and costs the same") {
    for (const std::size_t size : {0U, 159U, 161U}) {
      const auto result = run_id(0x100, Bytes(size), 6900);
      CHECK(result.status == Status::kSuccess);
      CHECK(result.output.empty());
      CHECK(result.gas_left == 0);
      CHECK(run_id(0x100, Bytes(size), 6899).status == Status::kOutOfGas);
    }
  }

  TEST_CASE("the sets of a revision and of the build can be told apart by name") {
    PrecompileSet wanted = precompiles_of(Revision::kOsaka);
    CHECK(wanted.without(implemented_precompiles()).empty());
    wanted.insert(0x12);
    const auto lacking = wanted.without(implemented_precompiles());
    REQUIRE(lacking.addresses().size() == 1);
    CHECK(lacking.addresses()[0] == to_address(uint256{0x12}));
    CHECK(precompile_name(to_address(uint256{0x0a})) == "0x0a (KZG point evaluation)");
    CHECK(precompiles_of(Revision::kCancun).addresses().size() == 0x0a);
    CHECK(precompiles_of(Revision::kPrague).addresses().size() == 0x11);
    CHECK(precompiles_of(Revision::kOsaka).addresses().size() == 0x12);
    CHECK(precompiles_of(Revision::kOsaka).contains(0x100));
    CHECK(!precompiles_of(Revision::kPrague).contains(0x100));
    CHECK(precompile_name(to_address(uint256{0x12})).empty());
  }

  TEST_CASE("a set knows its members by address and ignores every other address") {
    PrecompileSet set;
    CHECK(set.insert(to_address(uint256{0x100})));
    CHECK(!set.insert(to_address(uint256{0x101})));
    CHECK(!set.insert(to_address(uint256{1} << 64)));
    CHECK(!set.insert(Address{}));
    CHECK(set.contains(to_address(uint256{0x100})));
    CHECK(!set.contains(Address{}));
    CHECK(!set.contains(to_address(uint256{0x10000})));
    CHECK(set.addresses().size() == 1);
  }
}

}  // namespace datapact::vm

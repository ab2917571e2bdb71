#include "crypto/kzg.hpp"

#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <cstddef>

namespace datapact::crypto::kzg {
namespace {

using testkit::unhex;

// With these powers of the ceremony's tau some openings are known without a prover: that of x at z
// has the proof [1]G1, that of x^2 at 0 the proof [tau]G1, that of a constant the proof infinity.
const Bytes kOneG1 = unhex(
    "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6"
    "bb");
const Bytes kTauG1 = unhex(
    "ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c"
    "81");
const Bytes kTau2G1 = unhex(
    "8029c8ce0d2dce761a7f29c2df2290850c85bdfaec2955626d7acc8864aeb01fe16c9e156863dc63b6c22553910e27"
    "c1");
constexpr uint256 kOrder{0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                         0x73eda753299d7d48};

Bytes infinity() {
  Bytes out(kCommitmentSize);
  out[0] = 0xc0;
  return out;
}

Bytes scalar(const uint256& value) {
  Bytes out(kScalarSize);
  value.store_be(out.data());
  return out;
}

}  // namespace

TEST_SUITE("crypto/kzg") {
  TEST_CASE("openings of the polynomials x, x^2 and a constant verify") {
    for (const uint256& z : {uint256{}, uint256{7}, kOrder - uint256{1}}) {
      CHECK(verify({kTauG1, scalar(z), scalar(z), kOneG1}));
    }
    // Each digit of four bits at each place.
    for (unsigned digit = 1; digit <= 15; ++digit) {
      const uint256 z = (uint256::max() / uint256{15} * uint256{digit}) >> (digit < 7 ? 0 : 4);
      CHECK(verify({kTauG1, scalar(z), scalar(z), kOneG1}));
    }
    CHECK(verify({kTau2G1, scalar({}), scalar({}), kTauG1}));
    CHECK(verify({kOneG1, scalar(uint256{5}), scalar(uint256{1}), infinity()}));
    CHECK(verify({infinity(), scalar(uint256{5}), scalar({}), infinity()}));
  }

  TEST_CASE("an opening with any part of another one does not verify") {
    const Bytes two = scalar(uint256{2});
    const Bytes three = scalar(uint256{3});
    REQUIRE(verify({kTauG1, two, two, kOneG1}));
    CHECK_FALSE(verify({kTau2G1, two, two, kOneG1}));
    CHECK_FALSE(verify({kTauG1, three, two, kOneG1}));
    CHECK_FALSE(verify({kTauG1, two, three, kOneG1}));
    CHECK_FALSE(verify({kTauG1, two, two, kTauG1}));
    CHECK_FALSE(verify({kTauG1, two, two, infinity()}));
    CHECK_FALSE(verify({infinity(), two, two, kOneG1}));
  }

  TEST_CASE("scalars of the order or more are refused, even where they are right modulo it") {
    const Bytes zero = scalar({});
    const Bytes order = scalar(kOrder);
    REQUIRE(verify({kTauG1, zero, zero, kOneG1}));
    CHECK_FALSE(verify({kTauG1, order, zero, kOneG1}));
    CHECK_FALSE(verify({kTauG1, zero, order, kOneG1}));
    CHECK_FALSE(verify({kTauG1, scalar(uint256::max()), zero, kOneG1}));
  }

  TEST_CASE("points off the curve, outside the subgroup and without the flag are refused") {
    const Bytes zero = scalar({});
    // (0, 2) is of order three.
    Bytes outside(kCommitmentSize);
    outside[0] = 0x80;
    CHECK_FALSE(verify({outside, zero, zero, kOneG1}));
    CHECK_FALSE(verify({kTauG1, zero, zero, outside}));
    Bytes off_curve = outside;
    off_curve[kCommitmentSize - 1] = 1;
    CHECK_FALSE(verify({off_curve, zero, zero, kOneG1}));
    Bytes unflagged = kTauG1;
    unflagged[0] &= 0x7f;
    CHECK_FALSE(verify({unflagged, zero, zero, kOneG1}));
  }

  TEST_CASE("every truncated part is refused") {
    const Bytes zero = scalar({});
    for (std::size_t size = 0; size < kCommitmentSize; ++size) {
      CHECK_FALSE(verify({ByteView{kTauG1}.first(size), zero, zero, kOneG1}));
      CHECK_FALSE(verify({kTauG1, zero, zero, ByteView{kOneG1}.first(size)}));
    }
    for (std::size_t size = 0; size < kScalarSize; ++size) {
      CHECK_FALSE(verify({kTauG1, ByteView{zero}.first(size), zero, kOneG1}));
      CHECK_FALSE(verify({kTauG1, zero, ByteView{zero}.first(size), kOneG1}));
    }
  }
}

}  // namespace datapact::crypto::kzg

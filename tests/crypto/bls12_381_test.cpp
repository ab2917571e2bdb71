#include "crypto/bls12_381.hpp"

#include "base/bytes.hpp"
#include "base/uint256.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

namespace datapact::crypto::bls12_381 {
namespace {

/// Numbers of the field, each 48 bytes in hexadecimal, in EIP-2537's 64.
Bytes numbers(std::initializer_list<std::string> digits) {
  Bytes out;
  for (const std::string& number : digits) {
    out.resize(out.size() + 16);
    append(out, testkit::unhex(std::string(96 - number.size(), '0') + number));
  }
  return out;
}

const std::string kPrime =
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaa"
    "ab";

Bytes g1() {
  return numbers(
      {"17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb2"
       "2"
       "c6bb",
       "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c"
       "5"
       "e7e1"});
}
Bytes negative_g1() {
  return numbers(
      {"17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb2"
       "2"
       "c6bb",
       "114d1d6855d545a8aa7d76c8cf2e21f267816aef1db507c96655b9d5caac42364e6f38ba0ecb751bad54dcd6b93"
       "9"
       "c2ca"});
}
Bytes g2() {
  return numbers(
      {"024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c12"
       "1"
       "bdb8",
       "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d0"
       "4"
       "2b7e",
       "0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b"
       "8"
       "2801",
       "0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05"
       "f"
       "79be"});
}
/// Points of the curves outside the subgroups.
Bytes g1_outsider() { return numbers({"0", "2"}); }
Bytes g2_outsider() {
  return numbers({"2", "0",
                  "013a59858b6809fca4d9a3b6539246a70051a3c88899964a42bc9a69cf9acdd9dd387cfa9086b894"
                  "185b9a46a402"
                  "be73",
                  "02d27e0ec3356299a346a09ad7dc4ef68a483c3aed53f9139d2f929a3eecebf72082e5e58c6da24e"
                  "e32e03040c40"
                  "6d4f"});
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) append(out, part);
  return out;
}
Bytes scalar(const uint256& value) {
  Bytes out(kScalarSize);
  value.store_be(out.data());
  return out;
}

template <class Encoded>
Bytes bytes_of(const std::optional<Encoded>& point) {
  REQUIRE(point.has_value());
  return point ? to_bytes(*point) : Bytes{};
}

const Bytes kInfinityG1(kG1Size);
const Bytes kInfinityG2(kG2Size);

/// `function` must refuse every shorter and one longer input than `good`.
template <class Function>
void check_length(const Function& function, const Bytes& good) {
  REQUIRE(function(good).has_value());
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK_FALSE(function(ByteView{good}.first(size)).has_value());
  }
  CHECK_FALSE(function(joined({good, Bytes(1)})).has_value());
}

}  // namespace

TEST_SUITE("crypto/bls12-381") {
  TEST_CASE("sums with infinity, the same point and the negative are right") {
    CHECK(bytes_of(g1_add(joined({g1(), kInfinityG1}))) == g1());
    CHECK(bytes_of(g1_add(joined({kInfinityG1, g1()}))) == g1());
    CHECK(bytes_of(g1_add(joined({kInfinityG1, kInfinityG1}))) == kInfinityG1);
    CHECK(bytes_of(g1_add(joined({g1(), negative_g1()}))) == kInfinityG1);
    CHECK(bytes_of(g2_add(joined({g2(), kInfinityG2}))) == g2());
    CHECK(bytes_of(g2_add(joined({kInfinityG2, g2()}))) == g2());
    CHECK(g1_add(joined({g1(), g1()})) == g1_msm(joined({g1(), scalar(uint256{2})})));
    CHECK(g2_add(joined({g2(), g2()})) == g2_msm(joined({g2(), scalar(uint256{2})})));
  }

  TEST_CASE("sums of products leave out infinity and zero, at every place") {
    // blst's sum of many is wrong when a point is infinity.
    const Bytes five = scalar(uint256{5});
    const Bytes expected = bytes_of(g1_msm(joined({g1(), five})));
    CHECK(bytes_of(g1_msm(joined({kInfinityG1, five, g1(), five}))) == expected);
    CHECK(bytes_of(g1_msm(joined({g1(), five, kInfinityG1, five}))) == expected);
    CHECK(bytes_of(g1_msm(joined({g1(), five, negative_g1(), scalar({})}))) == expected);
    CHECK(bytes_of(g1_msm(joined({kInfinityG1, five}))) == kInfinityG1);
    CHECK(bytes_of(g1_msm(joined({g1(), scalar({})}))) == kInfinityG1);
    CHECK(bytes_of(g1_msm(joined({g1(), five, negative_g1(), five}))) == kInfinityG1);
    const Bytes expected2 = bytes_of(g2_msm(joined({g2(), five})));
    CHECK(bytes_of(g2_msm(joined({kInfinityG2, five, g2(), five}))) == expected2);
    CHECK(bytes_of(g2_msm(joined({g2(), five, kInfinityG2, scalar({})}))) == expected2);
  }

  TEST_CASE("sums of many products are those of one scalar, with infinities between or not") {
    for (const std::uint64_t count : {2U, 3U, 17U, 31U, 32U, 64U, 200U}) {
      CAPTURE(count);
      Bytes pairs;
      Bytes pairs2;
      std::uint64_t total = 0;
      for (std::uint64_t i = 1; i <= count; ++i) {
        const bool is_infinity = i % 5 == 0;
        append(pairs, joined({is_infinity ? kInfinityG1 : g1(), scalar(uint256{i})}));
        append(pairs2, joined({is_infinity ? kInfinityG2 : g2(), scalar(uint256{i})}));
        if (!is_infinity) total += i;
      }
      CHECK(g1_msm(pairs) == g1_msm(joined({g1(), scalar(uint256{total})})));
      CHECK(g2_msm(pairs2) == g2_msm(joined({g2(), scalar(uint256{total})})));
    }
  }

  TEST_CASE("scalars count modulo the order") {
    constexpr uint256 kOrder{0xffffffff00000001, 0x53bda402fffe5bfe, 0x3339d80809a1d805,
                             0x73eda753299d7d48};
    CHECK(bytes_of(g1_msm(joined({g1(), scalar(kOrder)}))) == kInfinityG1);
    CHECK(bytes_of(g1_msm(joined({g1(), scalar(kOrder + uint256{1})}))) == g1());
    CHECK(bytes_of(g1_msm(joined({g1(), scalar(kOrder - uint256{1})}))) == negative_g1());
    CHECK(g1_msm(joined({g1(), scalar(uint256::max())})) ==
          g1_msm(joined({g1(), scalar(uint256::max() % kOrder)})));
    CHECK(bytes_of(g2_msm(joined({g2(), scalar(kOrder + uint256{1})}))) == g2());
  }

  TEST_CASE("pairings multiply to one with the negative, and infinity pairs to one") {
    CHECK(pairing_product_is_one(joined({g1(), g2(), negative_g1(), g2()})) == true);
    CHECK(pairing_product_is_one(joined({g1(), g2(), g1(), g2()})) == false);
    CHECK(pairing_product_is_one(joined({g1(), g2()})) == false);
    CHECK(pairing_product_is_one(joined({g1(), kInfinityG2})) == true);
    CHECK(pairing_product_is_one(joined({kInfinityG1, g2()})) == true);
    CHECK(pairing_product_is_one(joined({kInfinityG1, kInfinityG2, g1(), g2()})) == false);
  }

  TEST_CASE("products of many pairs are right around the sixteen that blst takes at once") {
    for (const std::size_t count : {2U, 15U, 16U, 17U, 32U, 33U}) {
      CAPTURE(count);
      Bytes pairs;
      for (std::size_t i = 0; i < count; ++i) {
        append(pairs, joined({i % 2 == 0 ? g1() : negative_g1(), g2()}));
      }
      CHECK(pairing_product_is_one(pairs) == (count % 2 == 0));
    }
  }

  TEST_CASE("points outside the subgroup are refused but for sums of two") {
    const Bytes one = scalar(uint256{1});
    CHECK(g1_add(joined({g1_outsider(), g1()})).has_value());
    CHECK(g2_add(joined({g2_outsider(), g2()})).has_value());
    CHECK_FALSE(g1_msm(joined({g1_outsider(), one})).has_value());
    CHECK_FALSE(g2_msm(joined({g2_outsider(), one})).has_value());
    CHECK_FALSE(g1_msm(joined({g1(), one, g1_outsider(), scalar({})})).has_value());
    CHECK_FALSE(pairing_product_is_one(joined({g1_outsider(), g2()})).has_value());
    CHECK_FALSE(pairing_product_is_one(joined({g1(), g2_outsider()})).has_value());
    CHECK_FALSE(pairing_product_is_one(joined({kInfinityG1, g2_outsider()})).has_value());
  }

  TEST_CASE("points off their curve are refused") {
    const Bytes off1 = numbers({"1", "1"});
    const Bytes off2 = numbers({"1", "0", "1", "0"});
    CHECK_FALSE(g1_add(joined({off1, g1()})).has_value());
    CHECK_FALSE(g1_add(joined({g1(), off1})).has_value());
    CHECK_FALSE(g2_add(joined({off2, g2()})).has_value());
    CHECK_FALSE(g1_msm(joined({off1, scalar({})})).has_value());
    CHECK_FALSE(g2_msm(joined({off2, scalar({})})).has_value());
    CHECK_FALSE(pairing_product_is_one(joined({off1, kInfinityG2})).has_value());
  }

  TEST_CASE("numbers of the prime or more are refused, even where they are right modulo it") {
    // blst would take the prime as zero.
    CHECK(map_to_g1(numbers({"0"})).has_value());
    CHECK_FALSE(map_to_g1(numbers({kPrime})).has_value());
    CHECK_FALSE(map_to_g1(numbers({std::string(96, 'f')})).has_value());
    CHECK_FALSE(map_to_g2(numbers({kPrime, "0"})).has_value());
    CHECK_FALSE(map_to_g2(numbers({"0", kPrime})).has_value());
    CHECK(g1_add(joined({g1_outsider(), g1()})).has_value());
    CHECK_FALSE(g1_add(joined({numbers({kPrime, "2"}), g1()})).has_value());
    CHECK_FALSE(g1_add(joined({numbers({kPrime, kPrime}), g1()})).has_value());
  }

  TEST_CASE("a number whose padding is not zero is refused") {
    for (std::size_t i = 0; i < 16; ++i) {
      Bytes number = numbers({"5"});
      number[i] = 1;
      CHECK_FALSE(map_to_g1(number).has_value());
      Bytes points = joined({g1(), g1()});
      points[192 + i] = 0x80;
      CHECK_FALSE(g1_add(points).has_value());
    }
  }

  TEST_CASE("what the maps give lies in the subgroups") {
    const Bytes one = scalar(uint256{1});
    const Bytes point = bytes_of(map_to_g1(numbers({"5"})));
    CHECK(bytes_of(g1_msm(joined({point, one}))) == point);
    const Bytes point2 = bytes_of(map_to_g2(numbers({"5", "6"})));
    CHECK(bytes_of(g2_msm(joined({point2, one}))) == point2);
  }

  TEST_CASE("every truncated and one longer input is refused") {
    const Bytes one = scalar(uint256{1});
    check_length(g1_add, joined({g1(), g1()}));
    check_length(g2_add, joined({g2(), g2()}));
    check_length(g1_msm, joined({g1(), one}));
    check_length(g2_msm, joined({g2(), one}));
    check_length(pairing_product_is_one, joined({g1(), g2()}));
    check_length(map_to_g1, numbers({"5"}));
    check_length(map_to_g2, numbers({"5", "6"}));
  }
}

}  // namespace datapact::crypto::bls12_381

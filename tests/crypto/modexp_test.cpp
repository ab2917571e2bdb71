#include "crypto/modexp.hpp"

#include "base/prng.hpp"
#include "base/uint256.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

namespace datapact::crypto {
namespace {

using testkit::unhex;

TEST_SUITE("crypto/modexp") {
  TEST_CASE("the examples of EIP-198") {
    const Bytes prime = unhex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f");
    const Bytes order = unhex("fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e");
    Bytes one(32);
    one[31] = 1;
    CHECK(mod_exp(unhex("03"), order, prime) == one);
    CHECK(mod_exp({}, order, prime) == Bytes(32));
  }

  TEST_CASE("the result has the modulus's length, leading zeros included") {
    CHECK(mod_exp(unhex("03"), unhex("02"), unhex("00000064")) == unhex("00000009"));
    CHECK(mod_exp(unhex("03"), unhex("02"), {}).empty());
  }

  TEST_CASE("zero to the power of zero is one, and everything modulo zero or one is zero") {
    CHECK(mod_exp({}, {}, unhex("05")) == unhex("01"));
    CHECK(mod_exp(unhex("00"), unhex("00"), unhex("01")) == unhex("00"));
    CHECK(mod_exp(unhex("07"), unhex("03"), unhex("0000")) == unhex("0000"));
    CHECK(mod_exp(unhex("07"), unhex("03"), unhex("0001")) == unhex("0000"));
  }

  TEST_CASE("odd and even moduli agree with repeated multiplication of words") {
    const std::uint64_t seed = 0x30d;
    CAPTURE(seed);
    Prng prng{seed};
    for (int i = 0; i < 500; ++i) {
      const uint256 base{prng.next(), prng.next(), prng.next(), prng.next()};
      const uint256 modulus = uint256{prng.next(), prng.next(), prng.next(), prng.next()} >>
                              static_cast<unsigned>(prng.below(250));
      if (modulus.is_zero()) continue;
      const auto exponent = static_cast<std::uint8_t>(prng.below(40));
      uint256 expected = uint256{1} % modulus;
      for (int j = 0; j < exponent; ++j) expected = mul_mod(expected, base, modulus);
      Bytes base_bytes(32);
      Bytes modulus_bytes(32);
      base.store_be(base_bytes.data());
      modulus.store_be(modulus_bytes.data());
      const Bytes out = mod_exp(base_bytes, {&exponent, 1}, modulus_bytes);
      CHECK(uint256::from_be(out) == expected);
    }
  }
}

}  // namespace
}  // namespace datapact::crypto

#include "base/uint256.hpp"

#include "base/types.hpp"

#include <doctest/doctest.h>

#include <array>

namespace datapact {
namespace {

const uint256 kMostNegative = uint256{1} << 255;

TEST_SUITE("base/uint256") {
  TEST_CASE("the most negative word divided by minus one is itself") {
    CHECK(signed_divide(kMostNegative, uint256::max()) == kMostNegative);
    CHECK(signed_modulo(kMostNegative, uint256::max()) == uint256{});
  }

  TEST_CASE("anything to the power of zero is one") {
    CHECK(power(uint256{}, uint256{}) == uint256{1});
    CHECK(power(uint256::max(), uint256{}) == uint256{1});
  }

  TEST_CASE("shifting by 256 or more gives zero") {
    CHECK((uint256::max() << 256) == uint256{});
    CHECK((uint256::max() >> 256) == uint256{});
    CHECK((uint256::max() >> ~0U) == uint256{});
  }

  TEST_CASE("bytes are big-endian and round-trip") {
    std::array<std::uint8_t, 32> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i + 1);
    const uint256 word = uint256::load_be(bytes.data());
    CHECK(word.limb[0] == 0x191a1b1c1d1e1f20);
    CHECK(word.limb[3] == 0x0102030405060708);
    std::array<std::uint8_t, 32> out{};
    word.store_be(out.data());
    CHECK(out == bytes);
    CHECK(uint256::from_be({bytes.data(), 2}) == uint256{0x0102});
    CHECK(uint256::from_be({}) == uint256{});
  }

  TEST_CASE("text is decimal, or hexadecimal after 0x") {
    CHECK(uint256::parse("0") == uint256{});
    CHECK(uint256::parse("0xFf") == uint256{255});
    CHECK(uint256::parse("115792089237316195423570985008687907853269984665640564039457584007913129"
                         "639935") == uint256::max());
  }

  TEST_CASE("text that is empty, foreign or too large is no word") {
    for (const auto* text :
         {"", "0x", "12a", "0xg", "-1", " 1", "1 ",
          ("11579208923731619542357098500868790785326998466564056403945758400791"
           "3129639936"),
          "0x10000000000000000000000000000000000000000000000000000000000000000"}) {
      CAPTURE(text);
      CHECK_FALSE(uint256::parse(text).has_value());
    }
  }

  TEST_CASE("bit length counts from the highest set bit") {
    CHECK(uint256{}.bit_length() == 0);
    CHECK(uint256{1}.bit_length() == 1);
    CHECK((uint256{1} << 64).bit_length() == 65);
    CHECK(uint256::max().bit_length() == 256);
    CHECK(kMostNegative.bit(255));
    CHECK_FALSE(kMostNegative.bit(254));
    CHECK_FALSE(uint256::max().bit(256));
  }

  TEST_CASE("words, hashes and addresses convert without loss") {
    const uint256 word = (uint256{0xabcdef} << 152) | uint256{7};
    CHECK(to_uint256(to_hash256(word)) == word);
    CHECK(to_uint256(to_address(word)) == (word & ((uint256{1} << 160) - uint256{1})));
  }
}

}  // namespace
}  // namespace datapact

#include "base/hex.hpp"

#include "base/types.hpp"

#include <doctest/doctest.h>

namespace datapact {
namespace {

TEST_SUITE("base/hex") {
  TEST_CASE("bytes round-trip through lower-case digits") {
    const Bytes bytes{0x00, 0x0f, 0xa0, 0xff};
    CHECK(to_hex(bytes) == "000fa0ff");
    CHECK(to_hex0x(bytes) == "0x000fa0ff");
    CHECK(from_hex("000fa0ff") == bytes);
    CHECK(from_hex("0x000FA0fF") == bytes);
    CHECK(from_hex("0x") == Bytes{});
    CHECK(from_hex("") == Bytes{});
  }

  TEST_CASE("an odd number of digits or a foreign character is refused") {
    for (const auto* text : {"0", "0x0", "0xgg", "00 00", "0x0x00", "-1", "0X0"}) {
      CAPTURE(text);
      CHECK_FALSE(from_hex(text).has_value());
    }
  }

  TEST_CASE("a fixed length is demanded exactly") {
    CHECK(fixed_from_hex<Address>("0x" + std::string(40, '1')).has_value());
    CHECK_FALSE(fixed_from_hex<Address>("0x" + std::string(38, '1')).has_value());
    CHECK_FALSE(fixed_from_hex<Address>("0x" + std::string(42, '1')).has_value());
  }

  TEST_CASE("a quantity has no leading zeros and zero is 0x0") {
    CHECK(to_quantity(std::uint64_t{0}) == "0x0");
    CHECK(to_quantity(std::uint64_t{0x400}) == "0x400");
    CHECK(to_quantity(~0ULL) == "0xffffffffffffffff");
    CHECK(to_quantity(uint256{1} << 64) == "0x10000000000000000");
    CHECK(u64_from_quantity("0x0") == 0);
    CHECK(u64_from_quantity("0x41") == 65);
    CHECK(u256_from_quantity(to_quantity(uint256::max())) == uint256::max());
  }

  TEST_CASE("a quantity with leading zeros, without prefix, empty or too wide is refused") {
    for (const auto* text : {"", "0x", "0x00", "0x0400", "400", "0xfg", "x1"}) {
      CAPTURE(text);
      CHECK_FALSE(u256_from_quantity(text).has_value());
    }
    CHECK_FALSE(u256_from_quantity("0x1" + std::string(64, '0')).has_value());
    CHECK_FALSE(u64_from_quantity("0x1" + std::string(16, '0')).has_value());
  }
}

}  // namespace
}  // namespace datapact

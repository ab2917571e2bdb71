#include "crypto/bip32.hpp"

#include "base/hex.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <string>

namespace datapact::crypto {
namespace {

using testkit::unhex;
using testkit::unhex_as;

std::string key_at(std::string_view seed, std::string_view path) {
  const auto parsed = parse_key_path(path);
  REQUIRE(parsed.has_value());
  const auto key = derive_key(unhex(seed), *parsed);
  REQUIRE(key.has_value());
  return to_hex(key->view());
}

}  // namespace

TEST_SUITE("crypto/bip32") {
  TEST_CASE("the first vector of BIP-32") {
    constexpr auto kSeed = "000102030405060708090a0b0c0d0e0f";
    CHECK(key_at(kSeed, "m") == "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35");
    CHECK(key_at(kSeed, "m/0'") ==
          "edb2e14f9ee77d26dd93b4ecede8d16ed408ce149b6cd80b0715a2d911a0afea");
    CHECK(key_at(kSeed, "m/0'/1") ==
          "3c6cb8d0f6a264c91ea8b5030fadaa8e538b020f0a387421a12de9319dc93368");
    CHECK(key_at(kSeed, "m/0h/1/2h/2/1000000000") ==
          "471b76e389e528d6de6d816857e012c5455051cad6660850e58372a6c3e6e7c8");
    const auto master = ExtendedKey::master(unhex(kSeed));
    REQUIRE(master.has_value());
    CHECK(to_hex(master->chain_code().view()) ==
          "873dff81c02f525623fd1fe5167eac3a55a049de3d314bb42ee227ffed37d508");
  }

  TEST_CASE("the third and fourth vector of BIP-32 keep the zeros a key begins with") {
    constexpr auto kThird =
        "4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4ac"
        "ba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be";
    CHECK(key_at(kThird, "m") ==
          "00ddb80b067e0d4993197fe10f2657a844a384589847602d56f0c629c81aae32");
    CHECK(key_at(kThird, "m/0'") ==
          "491f7a2eebc7b57028e0d3faa0acda02e75c33b03c48fb288c41e2ea44e1daef");
    constexpr auto kFourth = "3ddd5602285899a946114506157c7997e5444528f3003f6134712147db19b678";
    CHECK(key_at(kFourth, "m/0'") ==
          "00d948e9261e41362a688b916f297121ba6bfb2274a3575ac0e456551dfd7f7e");
    CHECK(key_at(kFourth, "m/0'/1'") ==
          "3a2086edd7d9df86c3487a5905a1712a9aa664bce8cc268141e07549eaa8661d");
  }

  TEST_CASE("a path is text and back, with either mark of a hardened child") {
    CHECK(to_string(ethereum_path(7)) == "m/44'/60'/0'/0/7");
    CHECK(parse_key_path("m/44'/60'/0'/0/7") == ethereum_path(7));
    CHECK(parse_key_path("m/44h/60h/0h/0/7") == ethereum_path(7));
    CHECK(parse_key_path("m") == KeyPath{});
    CHECK(parse_key_path("m/2147483647'") == KeyPath{0xffff'ffff});
    std::string deep = "m";
    for (int i = 0; i < 255; ++i) deep += "/0";
    CHECK(parse_key_path(deep).has_value());
    CHECK_FALSE(parse_key_path(deep + "/0").has_value());
    for (const auto* text :
         {"", "M", "0/1", "/0", "m/", "m//0", "m/0/", "m/x", "m/-1", "m/+1", "m/ 1", "m/1''", "m/'",
          "m/2147483648", "m/4294967296", "m0", "m/0x1", "mm/0"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_key_path(text).has_value());
    }
  }

  TEST_CASE("a sum of keys that is no key is no child") {
    const auto order =
        unhex_as<PrivateKey>("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    const auto last =
        unhex_as<PrivateKey>("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140");
    PrivateKey one;
    one.raw()[31] = 1;
    PrivateKey two;
    two.raw()[31] = 2;
    CHECK_FALSE(add_to_key(one, last).has_value());   // The sum is zero.
    CHECK_FALSE(add_to_key(one, order).has_value());  // What is added is too large.
    CHECK(add_to_key(two, last) == one);              // The sum wraps around.
    CHECK(add_to_key(one, one) == two);
    CHECK(add_to_key(one, PrivateKey{}) == one);
  }
}

}  // namespace datapact::crypto

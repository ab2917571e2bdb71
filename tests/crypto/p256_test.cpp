#include "crypto/p256.hpp"

#include "crypto/sha256.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

namespace datapact::crypto::p256 {
namespace {

uint256 word(std::string_view hex) { return *uint256::parse("0x" + std::string(hex)); }

const uint256 kOrder = word("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const uint256 kPrime = word("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
/// RFC 6979, A.2.5: the key and the signature of "sample" with SHA-256.
const PublicKey kKey{word("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"),
                     word("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")};
const Signature kSignature{
    word("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"),
    word("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")};
const Hash256 kHash = sha256(as_bytes("sample"));

TEST_SUITE("crypto/p256") {
  TEST_CASE("the signature of RFC 6979 is accepted, with high s and with low s") {
    CHECK(verify(kHash, kSignature, kKey));
    CHECK(verify(kHash, {kSignature.r, kOrder - kSignature.s}, kKey));
    CHECK(verify(sha256(as_bytes("test")),
                 {word("f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"),
                  word("019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083")},
                 kKey));
  }

  TEST_CASE("another hash, r, s or key is refused") {
    CHECK_FALSE(verify(sha256(as_bytes("Sample")), kSignature, kKey));
    CHECK_FALSE(verify(kHash, {kSignature.r + uint256{1}, kSignature.s}, kKey));
    CHECK_FALSE(verify(kHash, {kSignature.r, kSignature.s + uint256{1}}, kKey));
    CHECK_FALSE(verify(kHash, kSignature, {kKey.x, kPrime - kKey.y}));
    CHECK_FALSE(verify(kHash, {kSignature.s, kSignature.r}, kKey));
  }

  TEST_CASE("r and s outside [1, n) are refused, also where they are right modulo n") {
    CHECK_FALSE(verify(kHash, {uint256{}, kSignature.s}, kKey));
    CHECK_FALSE(verify(kHash, {kSignature.r, uint256{}}, kKey));
    CHECK_FALSE(verify(kHash, {kOrder, kSignature.s}, kKey));
    CHECK_FALSE(verify(kHash, {kSignature.r, kOrder}, kKey));
    CHECK_FALSE(verify(kHash, {uint256::max(), uint256::max()}, kKey));
    CHECK_FALSE(verify(kHash, {kSignature.r + kOrder, kSignature.s}, kKey));
  }

  TEST_CASE("a key that is infinity, not below the prime or not on the curve is refused") {
    CHECK_FALSE(verify(kHash, kSignature, {uint256{}, uint256{}}));
    CHECK_FALSE(verify(kHash, kSignature, {kPrime, kKey.y}));
    CHECK_FALSE(verify(kHash, kSignature, {kKey.x, kPrime}));
    CHECK_FALSE(verify(kHash, kSignature, {kKey.x, kKey.y + uint256{1}}));
    CHECK_FALSE(verify(kHash, kSignature, {uint256::max(), uint256::max()}));
  }
}

}  // namespace
}  // namespace datapact::crypto::p256

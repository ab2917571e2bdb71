#include "crypto/aes.hpp"

#include "crypto/constant_time.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

namespace datapact::crypto {
namespace {

using testkit::unhex;
using testkit::unhex_as;

TEST_SUITE("crypto/aes") {
  TEST_CASE("NIST SP 800-38A, F.5.1: AES-128 in counter mode") {
    const auto key = unhex_as<Aes128Key>("2b7e151628aed2a6abf7158809cf4f3c");
    const auto counter = unhex_as<AesCounter>("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    const Bytes plain = unhex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
    const Bytes cipher = unhex(
        "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
        "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee");
    CHECK(aes128_ctr(key, counter, plain) == cipher);
    CHECK(aes128_ctr(key, counter, cipher) == plain);
    CHECK(aes128_ctr(key, counter, ByteView{plain}.first(5)) ==
          Bytes(cipher.begin(), cipher.begin() + 5));
    CHECK(aes128_ctr(key, counter, {}).empty());
  }
}

TEST_SUITE("crypto/constant_time") {
  TEST_CASE("equality looks at every byte and the length") {
    CHECK(equal_constant_time(as_bytes("secret"), as_bytes("secret")));
    CHECK_FALSE(equal_constant_time(as_bytes("secret"), as_bytes("secreT")));
    CHECK_FALSE(equal_constant_time(as_bytes("secret"), as_bytes("secre")));
    CHECK(equal_constant_time({}, {}));
  }

  TEST_CASE("erasing leaves zeros") {
    Bytes secret(10, 1);
    zeroise(secret);
    CHECK(secret == Bytes(10));
  }
}

}  // namespace
}  // namespace datapact::crypto

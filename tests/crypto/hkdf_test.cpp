// RFC 4231 (HMAC) and RFC 5869, appendix A.1 to A.3 (HKDF), over SHA-256.
#include "crypto/hkdf.hpp"

#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

namespace datapact::crypto {
namespace {

std::string hmac(ByteView key, ByteView message) {
  return to_hex(hmac_sha256(key, message).view());
}

Bytes counting(std::uint8_t first, std::size_t count) {
  Bytes out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(static_cast<std::uint8_t>(first + i));
  return out;
}

TEST_SUITE("crypto/hmac") {
  TEST_CASE("the cases of RFC 4231") {
    CHECK(hmac(Bytes(20, 0x0b), as_bytes("Hi There")) ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hmac(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hmac(Bytes(20, 0xaa), Bytes(50, 0xdd)) ==
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    CHECK(hmac(counting(1, 25), Bytes(50, 0xcd)) ==
          "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    CHECK(hmac(Bytes(131, 0xaa),
               as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  }
}

TEST_SUITE("crypto/hkdf") {
  TEST_CASE("the cases of RFC 5869") {
    CHECK(to_hex(hkdf_sha256(Bytes(22, 0x0b), counting(0, 13), counting(0xf0, 10), 42)) ==
          "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    CHECK(to_hex(hkdf_sha256(counting(0, 80), counting(0x60, 80), counting(0xb0, 80), 82)) ==
          "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
          "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
          "cc30c58179ec3e87c14c01d5c1f3434f1d87");
    CHECK(to_hex(hkdf_sha256(Bytes(22, 0x0b), {}, {}, 42)) ==
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  }

  TEST_CASE("lengths from nothing to the largest are exact and share their start") {
    const Bytes longest = hkdf_sha256(as_bytes("k"), {}, {}, 255 * 32);
    CHECK(longest.size() == 8160);
    CHECK(hkdf_sha256(as_bytes("k"), {}, {}, 0).empty());
    CHECK(hkdf_sha256(as_bytes("k"), {}, {}, 33) == Bytes(longest.begin(), longest.begin() + 33));
  }
}

}  // namespace
}  // namespace datapact::crypto

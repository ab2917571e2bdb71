#include "crypto/ripemd160.hpp"

#include "base/hex.hpp"

#include <doctest/doctest.h>

namespace datapact::crypto {
namespace {

TEST_SUITE("crypto/ripemd160") {
  TEST_CASE("the vectors of the designers") {
    CHECK(to_hex(ripemd160({}).view()) == "9c1185a5c5e9fc54612808977ee8f548b2258d31");
    CHECK(to_hex(ripemd160(as_bytes("a")).view()) == "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe");
    CHECK(to_hex(ripemd160(as_bytes("abc")).view()) == "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    CHECK(to_hex(ripemd160(as_bytes("message digest")).view()) ==
          "5d0689ef49d2fae572b881b123a85ffa21595f36");
    CHECK(to_hex(ripemd160(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))
                     .view()) == "12a053384a9c0c88e405a06c27dcf49ada62eb2b");
    CHECK(to_hex(ripemd160(Bytes(1'000'000, 'a')).view()) ==
          "52783243c1697bdbe16d37f97f68f08325dc1528");
  }
}

}  // namespace
}  // namespace datapact::crypto

#include "crypto/keccak.hpp"

#include "base/prng.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

namespace datapact::crypto {
namespace {

TEST_SUITE("crypto/keccak") {
  TEST_CASE("known digests") {
    CHECK(to_hex(keccak256({}).view()) ==
          "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    CHECK(to_hex(keccak256(as_bytes("abc")).view()) ==
          "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    CHECK(to_hex(keccak256(testkit::unhex("80")).view()) ==
          "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
    CHECK(to_hex(keccak256(as_bytes("Transfer(address,address,uint256)")).view()) ==
          "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
    CHECK(to_hex(keccak256(Bytes(1'000'000, 'a')).view()) ==
          "fadae6b49f129bbb812be8407b7b2894f34aecf6dbd1f9b0f0c7e9853098fc96");
  }

  TEST_CASE("pieces of any size give the digest of the whole, and more may follow a digest") {
    Prng prng{0x6b65};
    Bytes data(1000);
    prng.fill(data);
    for (std::size_t size : {0U, 1U, 135U, 136U, 137U, 271U, 272U, 273U, 1000U}) {
      CAPTURE(size);
      const ByteView whole = ByteView{data}.first(size);
      Keccak256 hasher;
      for (std::size_t done = 0; done < size;) {
        const std::size_t piece = std::min<std::size_t>(prng.below(200), size - done);
        hasher.update(whole.subspan(done, piece));
        CHECK(hasher.finish() == keccak256(whole.first(done + piece)));
        done += piece;
      }
      CHECK(hasher.finish() == keccak256(whole));
    }
  }
}

}  // namespace
}  // namespace datapact::crypto

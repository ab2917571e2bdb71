#include "crypto/sha256.hpp"

#include "base/prng.hpp"
#include "crypto/sha256_compress.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <array>

namespace datapact::crypto {
namespace {

TEST_SUITE("crypto/sha256") {
  TEST_CASE("the examples of FIPS 180") {
    CHECK(to_hex(sha256({}).view()) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(sha256(as_bytes("abc")).view()) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(
        to_hex(
            sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).view()) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(to_hex(sha256(Bytes(1'000'000, 'a')).view()) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }

  TEST_CASE("pieces of any size give the digest of the whole") {
    Prng prng{0x5a};
    Bytes data(400);
    prng.fill(data);
    for (std::size_t size = 0; size <= data.size(); ++size) {
      CAPTURE(size);
      const ByteView whole = ByteView{data}.first(size);
      Sha256 hasher;
      for (std::size_t done = 0; done < size;) {
        const std::size_t piece = std::min<std::size_t>(prng.below(150), size - done);
        hasher.update(whole.subspan(done, piece));
        done += piece;
      }
      CHECK(hasher.finish() == sha256(whole));
    }
  }

  TEST_CASE("a copy keeps the midstate") {
    const Bytes prefix(100, 7);
    Sha256 common;
    common.update(prefix);
    for (std::uint8_t last = 0; last < 10; ++last) {
      Sha256 copy = common;
      CHECK(copy.update({&last, 1}).finish() == sha256(concat({prefix, {&last, 1}})));
    }
    CHECK(common.finish() == sha256(prefix));
  }

  TEST_CASE("the processor's form and the portable form agree") {
    Prng prng{0xa5};
    for (int i = 0; i < 200; ++i) {
      std::array<std::uint32_t, 8> portable{};
      for (auto& word : portable) word = static_cast<std::uint32_t>(prng.next());
      auto best = portable;
      Bytes blocks(64 * (1 + prng.below(5)));
      prng.fill(blocks);
      detail::sha256_compress_portable(portable.data(), blocks.data(), blocks.size() / 64);
      detail::sha256_compress_best()(best.data(), blocks.data(), blocks.size() / 64);
      CHECK(portable == best);
    }
  }
}

}  // namespace
}  // namespace datapact::crypto

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

  TEST_CASE("the counter stream is the hash of key and counter, word by word, for every length") {
    Prng prng{0xc7};
    const auto key = random_fixed<Hash256>(prng);
    for (std::size_t size = 0; size <= 200; ++size) {
      CAPTURE(size);
      Bytes data(size);
      sha256_counter_xor(key, data);
      Bytes expected;
      for (std::uint32_t counter = 0; expected.size() < size; ++counter) {
        Bytes preimage = to_bytes(key.view());
        append_be(preimage, counter);
        append(expected, sha256(preimage).view());
      }
      expected.resize(size);
      CHECK(data == expected);
    }
  }

  TEST_CASE("two blocks side by side give what each gives alone") {
    Prng prng{0x2b};
    for (int i = 0; i < 100; ++i) {
      std::array<std::array<std::uint32_t, 8>, 2> alone{};
      for (auto& state : alone) {
        for (auto& word : state) word = static_cast<std::uint32_t>(prng.next());
      }
      auto best = alone;
      auto portable = alone;
      Bytes blocks(128);
      prng.fill(blocks);
      for (std::size_t lane = 0; lane < 2; ++lane) {
        detail::sha256_compress_portable(alone[lane].data(), blocks.data() + 64 * lane, 1);
      }
      detail::sha256_compress_pair_best()({best[0].data(), blocks.data()},
                                          {best[1].data(), blocks.data() + 64});
      detail::sha256_compress_pair_portable({portable[0].data(), blocks.data()},
                                            {portable[1].data(), blocks.data() + 64});
      CHECK(best == alone);
      CHECK(portable == alone);
    }
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

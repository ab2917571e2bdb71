// EIP-152, test vectors 4 to 8.
#include "crypto/blake2b.hpp"

#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <bit>

namespace datapact::crypto {
namespace {

using State = std::array<std::uint64_t, 8>;

State state_from(std::string_view hex) {
  const Bytes bytes = testkit::unhex(hex);
  State out{};
  for (std::size_t i = 0; i < 64; ++i) out[i / 8] |= std::uint64_t{bytes[i]} << (8 * (i % 8));
  return out;
}

const State kStart = state_from(
    "48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
    "d182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b");

Blake2bBlock abc() {
  Blake2bBlock block;
  block.message[0] = 0x636261;
  block.offset = {3, 0};
  block.is_final = true;
  return block;
}

TEST_SUITE("crypto/blake2b") {
  TEST_CASE("no rounds at all") {
    CHECK(blake2b_f(0, kStart, abc()) ==
          state_from("08c9bcf367e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5"
                     "d282e6ad7f520e511f6c3e2b8c68059b9442be0454267ce079217e1319cde05b"));
  }

  TEST_CASE("twelve rounds over the last block are BLAKE2b of abc") {
    CHECK(blake2b_f(12, kStart, abc()) ==
          state_from("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
                     "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"));
  }

  TEST_CASE("twelve rounds over a block that is not the last") {
    Blake2bBlock block = abc();
    block.is_final = false;
    CHECK(blake2b_f(12, kStart, block) ==
          state_from("75ab69d3190a562c51aef8d88f1c2775876944407270c42c9844252c26d28752"
                     "98743e7f6d5ea2f2d3e8d226039cd31b4e426ac4f2d3d666a610c2116fde4735"));
  }

  TEST_CASE("one round") {
    CHECK(blake2b_f(1, kStart, abc()) ==
          state_from("b63a380cb2897d521994a85234ee2c181b5f844d2c624c002677e9703449d2fb"
                     "a551b3a8333bcdf5f2f7e08993d53923de3d64fcc68c034e717b9293fed7a421"));
  }
}

}  // namespace
}  // namespace datapact::crypto

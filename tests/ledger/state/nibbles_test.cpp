#include "ledger/state/nibbles.hpp"

#include <doctest/doctest.h>

namespace datapact::state {

TEST_SUITE("state/nibbles") {
  TEST_CASE("the four examples of the hex-prefix encoding") {
    CHECK(encode_compact({{1, 2, 3, 4, 5}, false}) == Bytes{0x11, 0x23, 0x45});
    CHECK(encode_compact({{0, 1, 2, 3, 4, 5}, false}) == Bytes{0x00, 0x01, 0x23, 0x45});
    CHECK(encode_compact({{0, 15, 1, 12, 11, 8}, true}) == Bytes{0x20, 0x0f, 0x1c, 0xb8});
    CHECK(encode_compact({{15, 1, 12, 11, 8}, true}) == Bytes{0x3f, 0x1c, 0xb8});
  }

  TEST_CASE("paths of every length come back as they were") {
    Bytes path;
    for (std::uint8_t i = 0; i < 64; ++i) {
      for (const bool is_leaf : {false, true}) {
        const auto decoded = decode_compact(encode_compact({path, is_leaf}));
        REQUIRE(decoded);
        CHECK(decoded->nibbles == path);
        CHECK(decoded->is_leaf == is_leaf);
      }
      path.push_back(i % 16);
    }
  }

  TEST_CASE("unknown flags, filled padding and no bytes are no path") {
    CHECK_FALSE(decode_compact(Bytes{}));
    CHECK_FALSE(decode_compact(Bytes{0x40}));
    CHECK_FALSE(decode_compact(Bytes{0x01}));
    CHECK_FALSE(decode_compact(Bytes{0x2f}));
  }
}

}  // namespace datapact::state

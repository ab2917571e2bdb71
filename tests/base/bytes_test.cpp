#include "base/bytes.hpp"

#include "base/byte_stream.hpp"

#include <doctest/doctest.h>

#include <array>

namespace datapact {
namespace {

TEST_SUITE("base/bytes") {
  TEST_CASE("integers are stored and loaded big-endian") {
    std::array<std::uint8_t, 8> buffer{};
    store_be<std::uint64_t>(buffer.data(), 0x0102030405060708);
    CHECK(buffer == std::array<std::uint8_t, 8>{1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(load_be<std::uint64_t>(buffer.data()) == 0x0102030405060708);
    CHECK(load_be<std::uint16_t>(buffer.data()) == 0x0102);
    Bytes out;
    append_be<std::uint32_t>(out, 0xdeadbeef);
    CHECK(out == Bytes{0xde, 0xad, 0xbe, 0xef});
  }

  TEST_CASE("pieces are joined in order") {
    CHECK(concat({as_bytes("ab"), {}, as_bytes("c")}) == to_bytes(as_bytes("abc")));
    CHECK(concat({}).empty());
    CHECK(as_text(as_bytes("text")) == "text");
  }

  TEST_CASE("equality looks at length and content") {
    CHECK(equal(as_bytes("ab"), as_bytes("ab")));
    CHECK_FALSE(equal(as_bytes("ab"), as_bytes("abc")));
    CHECK_FALSE(equal(as_bytes("ab"), as_bytes("ac")));
  }
}

TEST_SUITE("base/byte_stream") {
  TEST_CASE("a view is read at any offset inside it") {
    const ViewSource source{as_bytes("hello world")};
    Bytes out(5);
    REQUIRE(source.read_at(6, out).ok());
    CHECK(as_text(out) == "world");
    CHECK(source.size() == 11);
    CHECK(source.read_at(11, {}).ok());
  }

  TEST_CASE("a read beyond the end is refused and says where the end is") {
    const ViewSource source{as_bytes("hello")};
    Bytes out(3);
    const auto beyond = source.read_at(3, out);
    REQUIRE_FALSE(beyond.ok());
    CHECK(beyond.error().message.find("beyond the end at 5") != std::string::npos);
    CHECK_FALSE(source.read_at(~0ULL, out).ok());
  }

  TEST_CASE("a sink grows to the highest byte written and fills the gap with zeros") {
    BytesSink sink;
    REQUIRE(sink.write_at(3, as_bytes("d")).ok());
    REQUIRE(sink.write_at(0, as_bytes("a")).ok());
    CHECK(sink.bytes() == Bytes{'a', 0, 0, 'd'});
  }
}

}  // namespace
}  // namespace datapact

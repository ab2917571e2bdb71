#include "base/rlp.hpp"

#include "base/types.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace datapact::rlp {
namespace {

using testkit::unhex;

Error string_error(std::string_view hex) {
  const Bytes bytes = unhex(hex);
  Decoder decoder{bytes};
  const auto item = decoder.string();
  REQUIRE_FALSE(item.ok());
  return item.error();
}

Bytes sample() {
  Encoder inner;
  inner.integer(std::uint64_t{1024}).string(as_bytes("dog")).list(ByteView{});
  inner.integer(uint256::max()).string(Bytes(60, 0x55)).string(Address{});
  return inner.as_list();
}

/// Reads what `sample` wrote; the first error otherwise.
Result<void> read_sample(ByteView bytes) {
  TRY(auto list, decode_list(bytes));
  TRY([[maybe_unused]] const auto number, list.u64());
  TRY([[maybe_unused]] const auto dog, list.string());
  TRY(const auto empty, list.list());
  TRY_VOID(empty.finish());
  TRY([[maybe_unused]] const auto word, list.u256());
  TRY([[maybe_unused]] const auto text, list.string());
  TRY([[maybe_unused]] const auto address, list.fixed<Address>());
  return list.finish();
}

TEST_SUITE("base/rlp") {
  TEST_CASE("what is written over a buffer is what an encoder writes, of the length told before") {
    std::vector<Bytes> strings{{}, {0x00}, {0x7f}, {0x80}, {0xff}};
    for (const std::size_t size : {2U, 55U, 56U, 255U, 256U, 65'535U, 65'536U}) {
      strings.emplace_back(size, std::uint8_t{0x01});
    }
    for (const Bytes& bytes : strings) {
      CAPTURE(bytes.size());
      const Bytes expected = Encoder{}.string(bytes).take();
      REQUIRE(string_bytes(bytes) == expected.size());
      Bytes out(expected.size());
      CHECK(write_string(out.data(), bytes) == out.data() + out.size());
      CHECK(out == expected);
      Decoder decoder{expected};
      CHECK(equal(*decoder.string(), bytes));
      Bytes list(list_bytes(bytes.size()));
      std::uint8_t* const payload = write_list_header(list.data(), bytes.size());
      REQUIRE(payload + bytes.size() == list.data() + list.size());
      std::ranges::copy(bytes, payload);
      CHECK(list == Encoder{}.list(bytes).take());
    }
    Bytes longest(9);
    CHECK(write_list_header(longest.data(), ~std::size_t{0}) == longest.data() + longest.size());
    CHECK(longest == unhex("ffffffffffffffffff"));
  }

  TEST_CASE("items take their shortest form") {
    CHECK(Encoder{}.string(as_bytes("dog")).bytes() == unhex("83646f67"));
    CHECK(Encoder{}.string({}).bytes() == unhex("80"));
    CHECK(Encoder{}.integer(std::uint64_t{0}).bytes() == unhex("80"));
    CHECK(Encoder{}.integer(std::uint64_t{15}).bytes() == unhex("0f"));
    CHECK(Encoder{}.integer(std::uint64_t{1024}).bytes() == unhex("820400"));
    CHECK(Encoder{}.integer(uint256{1} << 255).bytes() == unhex("a080" + std::string(62, '0')));
    CHECK(Encoder{}.integer(Nonce{128}).bytes() == unhex("8180"));
    CHECK(Encoder{}.list(ByteView{}).bytes() == unhex("c0"));
    CHECK(Encoder{}.string(Bytes(55)).bytes().size() == 56);
    CHECK(Encoder{}.string(Bytes(56)).bytes().size() == 58);
    CHECK(Encoder{}.list(ByteView{Bytes(256, 1)}).bytes().size() == 259);
    CHECK(Encoder{}.string(as_bytes("cat")).string(as_bytes("dog")).as_list() ==
          unhex("c88363617483646f67"));
  }

  TEST_CASE("what the encoder writes the decoder reads") {
    const Bytes bytes = sample();
    auto list = *decode_list(bytes);
    CHECK(list.u64().value() == 1024);
    CHECK(as_text(list.string().value()) == "dog");
    CHECK(list.next_is_list());
    CHECK(list.list().value().at_end());
    CHECK(list.u256().value() == uint256::max());
    CHECK(equal(list.string().value(), Bytes(60, 0x55)));
    CHECK(list.fixed<Address>().value() == Address{});
    CHECK(list.at_end());
    CHECK(list.finish().ok());
  }

  TEST_CASE("every truncated prefix is rejected") {
    const Bytes bytes = sample();
    REQUIRE(read_sample(bytes).ok());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CAPTURE(size);
      CHECK_FALSE(read_sample(ByteView{bytes}.first(size)).ok());
    }
  }

  TEST_CASE("a raw item comes whole, with its prefix") {
    const Bytes bytes = unhex("c2010283646f67");
    Decoder decoder{bytes};
    CHECK(equal(decoder.raw().value(), unhex("c20102")));
    CHECK(equal(decoder.rest(), unhex("83646f67")));
  }

  TEST_CASE("a form that is not the shortest is refused") {
    CHECK(string_error("8100") == Error::kNonCanonical);
    CHECK(string_error("817f") == Error::kNonCanonical);
    CHECK(string_error("b800") == Error::kLeadingZero);
    CHECK(string_error("b837" + std::string(110, '1')) == Error::kNonCanonical);
    CHECK(string_error("b90038" + std::string(112, '1')) == Error::kLeadingZero);
  }

  TEST_CASE("an item longer than the input or than 2^32 bytes is refused") {
    CHECK(string_error("") == Error::kTruncated);
    CHECK(string_error("83646f") == Error::kTruncated);
    CHECK(string_error("b9") == Error::kTruncated);
    CHECK(string_error("b838ff") == Error::kTruncated);
    CHECK(string_error("bf0fffffffffffffff") == Error::kTooLong);
    CHECK(string_error("bbffffffff") == Error::kTruncated);
  }

  TEST_CASE("a list where a string belongs is refused, and the reverse") {
    CHECK(string_error("c0") == Error::kUnexpectedList);
    CHECK(decode_list(unhex("80")).error() == Error::kUnexpectedString);
  }

  TEST_CASE("integers with leading zeros or too wide are refused") {
    const Bytes zero = unhex("00");
    CHECK(Decoder{zero}.u64().error() == Error::kLeadingZero);
    const Bytes leading = unhex("820001");
    CHECK(Decoder{leading}.u256().error() == Error::kLeadingZero);
    const Bytes nine = unhex("89010000000000000000");
    CHECK(Decoder{nine}.u64().error() == Error::kWrongLength);
    CHECK(Decoder{nine}.u256().value() == uint256{1} << 64);
    const Bytes wide = unhex("a101" + std::string(64, '0'));
    CHECK(Decoder{wide}.u256().error() == Error::kWrongLength);
    const Bytes round = unhex("850100000000");
    CHECK(Decoder{round}.quantity<Round>().error() == Error::kWrongLength);
    CHECK(Decoder{round}.quantity<Height>().value() == Height{1ULL << 32});
    const Bytes short_address = unhex("93" + std::string(38, '1'));
    CHECK(Decoder{short_address}.fixed<Address>().error() == Error::kWrongLength);
  }

  TEST_CASE("bytes after the list are refused") {
    CHECK(decode_list(unhex("c000")).error() == Error::kTrailingBytes);
  }

  TEST_CASE("a failed read leaves the cursor where it was") {
    const Bytes bytes = unhex("c101");
    Decoder decoder{bytes};
    CHECK_FALSE(decoder.string().ok());
    CHECK(decoder.list().ok());
  }

  TEST_CASE("every error has words of its own") {
    std::set<std::string_view> words;
    for (int i = 0; i <= static_cast<int>(Error::kTooLong); ++i) {
      words.insert(to_string(static_cast<Error>(i)));
    }
    CHECK(words.size() == static_cast<std::size_t>(Error::kTooLong) + 1);
  }
}

}  // namespace
}  // namespace datapact::rlp

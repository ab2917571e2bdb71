// The public RLP vectors, where they are on this machine (DATAPACT_FIXTURES).
#include "base/rlp.hpp"
#include "tests/testkit/fixtures.hpp"
#include "tests/testkit/hex.hpp"

#include <doctest/doctest.h>

namespace datapact::rlp {
namespace {

/// The whole tree of items is well formed.
Result<void> walk(Decoder decoder) {
  while (!decoder.at_end()) {
    if (decoder.next_is_list()) {
      TRY(const auto inner, decoder.list());
      TRY_VOID(walk(inner));
    } else {
      TRY([[maybe_unused]] const auto text, decoder.string());
    }
  }
  return {};
}

bool is_one_item(ByteView bytes) {
  Decoder decoder{bytes};
  return decoder.raw().ok() && decoder.finish().ok() && walk(Decoder{bytes}).ok();
}

/// A text, a number, "#" and a decimal number, or a list of these.
void encode(Encoder& out, const json::Value& value) {
  if (const auto* items = value.as_array()) {
    Encoder inner;
    for (const auto& item : *items) encode(inner, item);
    out.list(inner);
  } else if (const auto number = value.as_u64()) {
    out.integer(*number);
  } else if (value.as_string()->starts_with('#')) {
    const std::string digits = value.as_string()->substr(1);
    const auto word = uint256::parse(digits);
    if (word) {
      out.integer(*word);
    } else {
      // The one vector above 256 bits, 2^256, is a 33-byte string to us.
      CHECK(digits ==
            "115792089237316195423570985008687907853269984665640564039457584007913129639936");
      Bytes bytes(33);
      bytes[0] = 1;
      out.string(bytes);
    }
  } else {
    out.string(as_bytes(*value.as_string()));
  }
}

TEST_SUITE("base/rlp fixtures") {
  TEST_CASE("public vectors are encoded to the byte and decoded") {
    for (const auto* file : {"rlp_tests/rlptest.json", "rlp_tests/example.json"}) {
      const auto cases = testkit::load_fixture(file);
      if (!cases) {
        MESSAGE("DATAPACT_FIXTURES is not set: ", file, " not read");
        continue;
      }
      for (const auto& [name, vector] : *cases->as_object()) {
        CAPTURE(name);
        const Bytes expected = testkit::unhex(*vector.find("out")->as_string());
        CHECK(is_one_item(expected));
        const auto& in = *vector.find("in");
        if (in.as_string() != nullptr && *in.as_string() == "VALID") continue;
        Encoder encoder;
        encode(encoder, in);
        CHECK(encoder.bytes() == expected);
      }
    }
  }

  TEST_CASE("public invalid vectors are rejected") {
    const auto cases = testkit::load_fixture("rlp_tests/invalidRLPTest.json");
    if (!cases) {
      MESSAGE("DATAPACT_FIXTURES is not set: invalid RLP vectors not read");
      return;
    }
    for (const auto& [name, vector] : *cases->as_object()) {
      CAPTURE(name);
      CHECK_FALSE(is_one_item(testkit::unhex(*vector.find("out")->as_string())));
    }
  }
}

}  // namespace
}  // namespace datapact::rlp

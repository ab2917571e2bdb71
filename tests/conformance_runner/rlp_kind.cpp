// RLP tests: values and their encoding, and bytes that are no encoding.
#include "base/rlp.hpp"
#include "tests/conformance_runner/kind.hpp"
#include "tests/conformance_runner/read.hpp"

#include <string>
#include <utility>

namespace datapact::conformance {
namespace {

/// The whole tree of items is well formed.
rlp::Result<void> walk(rlp::Decoder decoder) {
  while (!decoder.at_end()) {
    if (decoder.next_is_list()) {
      TRY(const auto inner, decoder.list());
      TRY_VOID(walk(inner));
    } else {
      TRY([[maybe_unused]] const auto string, decoder.string());
    }
  }
  return {};
}

bool is_one_item(ByteView bytes) {
  rlp::Decoder decoder{bytes};
  return decoder.raw().ok() && decoder.finish().ok() && walk(rlp::Decoder{bytes}).ok();
}

/// 2^256, the one integer of the vectors that is no word: 33 bytes.
constexpr std::string_view kTwoTo256 =
    "115792089237316195423570985008687907853269984665640564039457584007913129639936";

Parsed<void> encode_big(rlp::Encoder& out, std::string_view digits) {
  if (const auto word = uint256::parse(digits)) {
    out.integer(*word);
    return {};
  }
  if (digits != kTwoTo256) return fail(fmt::format("{} is too large for this reader", digits));
  Bytes power(33);
  power[0] = 1;
  out.string(power);
  return {};
}

/// A text, a number, "#" and a decimal number, or a list of these.
Parsed<void> encode(rlp::Encoder& out, const json::Value& value) {
  if (const auto* items = value.as_array()) {
    rlp::Encoder inner;
    for (const auto& item : *items) TRY_VOID(encode(inner, item));
    out.list(inner);
    return {};
  }
  if (const auto number = value.as_u64()) {
    out.integer(*number);
    return {};
  }
  const std::string* text = value.as_string();
  if (text == nullptr) return fail(std::string{"in is no text, number or list"});
  if (text->starts_with('#')) return encode_big(out, std::string_view{*text}.substr(1));
  out.string(as_bytes(*text));
  return {};
}

Parsed<Mismatches> check(const json::Value& test) {
  TRY(const json::Value* in, member(test, "in"));
  TRY(const Bytes out, bytes(test, "out"));
  const std::string word = in->is_string() ? *in->as_string() : "";
  const bool is_valid = word != "INVALID";
  Mismatches mismatches;
  expect_equal("decoded", is_valid ? "one item" : "a refusal",
               is_one_item(out) ? "one item" : "a refusal", mismatches);
  if (word == "VALID" || word == "INVALID") return mismatches;
  rlp::Encoder encoder;
  TRY_VOID(encode(encoder, *in));
  expect_equal("encoded", to_hex0x(out), to_hex0x(encoder.bytes()), mismatches);
  return mismatches;
}

class RlpKind final : public NamedCasesKind {
 public:
  std::string_view name() const override { return "rlp"; }

 private:
  Parsed<Mismatches> run_case(const json::Value& test) override { return check(test); }
};

}  // namespace

KindPtr make_rlp_kind() { return std::make_unique<RlpKind>(); }

}  // namespace datapact::conformance

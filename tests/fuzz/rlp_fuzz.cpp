// Whatever decodes is canonical: encoding it again gives the very bytes that were read.
#include "base/rlp.hpp"

namespace datapact::rlp {
namespace {

constexpr int kDepthMax = 64;

/// Decodes one item and encodes it again.
Result<void> copy_item(Decoder& in, Encoder& out, int depth) {
  if (!in.next_is_list()) {
    TRY(const auto text, in.string());
    out.string(text);
    return {};
  }
  if (depth == kDepthMax) return fail(Error::kTooLong);
  TRY(auto items, in.list());
  Encoder inner;
  while (!items.at_end()) TRY_VOID(copy_item(items, inner, depth + 1));
  out.list(inner);
  return {};
}

void check_integers(ByteView input) {
  Decoder narrow{input};
  Decoder wide{input};
  const auto word = wide.u256();
  const auto number = narrow.u64();
  if (!word.ok()) {
    INVARIANT(!number.ok());
    return;
  }
  INVARIANT(number.ok() == word->fits_u64());
  const Encoder again = Encoder{}.integer(*word);
  INVARIANT(equal(again.bytes(), input.first(input.size() - wide.rest().size())));
}

}  // namespace
}  // namespace datapact::rlp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace datapact;
  const ByteView input{data, size};
  rlp::check_integers(input);
  rlp::Decoder decoder{input};
  rlp::Encoder again;
  if (!rlp::copy_item(decoder, again, 0).has_value()) return 0;
  INVARIANT(equal(again.bytes(), input.first(size - decoder.rest().size())));
  return 0;
}

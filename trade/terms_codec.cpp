#include "trade/terms_codec.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "trade/data_layout.hpp"
#include "trade/terms.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace datapact::trade {
namespace {

constexpr std::size_t kHeaderWords = 15;
constexpr std::size_t kJudgedBytes = 118;
constexpr std::size_t kRestBytes = 132;

/// Takes fixed-width fields off the front; the caller has checked the whole length.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}
  template <class Fixed>
  Fixed fixed() {
    return Fixed::from(take(Fixed::kSize));
  }
  template <class Integer>
  Integer integer() {
    return load_be<Integer>(take(sizeof(Integer)).data());
  }
  uint256 word() { return uint256::load_be(take(32).data()); }
  /// A word that must fit in `bits`.
  uint256 word(unsigned bits) {
    const uint256 value = word();
    fits_ = fits_ && value.bit_length() <= bits;
    return value;
  }
  [[nodiscard]] bool fits() const noexcept { return fits_; }

 private:
  ByteView take(std::size_t size) {
    INVARIANT(rest_.size() >= size);
    const ByteView out = rest_.first(size);
    rest_ = rest_.subspan(size);
    return out;
  }
  ByteView rest_;
  bool fits_ = true;
};

}  // namespace

Bytes encode_header(const DealHeader& h) {
  Bytes out;
  append(out, h.terms_digest.view());
  for (const auto& word :
       {to_uint256(h.seller), to_uint256(h.buyer), h.bx, h.by, to_uint256(h.payee),
        to_uint256(h.settlement), h.amount, h.bond, h.withhold_penalty, uint256{h.nonce.raw()},
        uint256{h.lock_by_seconds}, uint256{h.reveal_window_seconds},
        uint256{h.complain_window_seconds}, uint256{h.min_blocks}}) {
    append(out, to_hash256(word).view());
  }
  return out;
}

std::optional<DealHeader> decode_header(ByteView bytes) {
  if (bytes.size() != 32 * kHeaderWords) return std::nullopt;
  Reader in(bytes);
  DealHeader h;
  h.terms_digest = in.fixed<Hash256>();
  h.seller = to_address(in.word(160));
  h.buyer = to_address(in.word(160));
  h.bx = in.word();
  h.by = in.word();
  h.payee = to_address(in.word(160));
  h.settlement = to_address(in.word(160));
  h.amount = in.word(128);
  h.bond = in.word(128);
  h.withhold_penalty = in.word(128);
  h.nonce = Nonce{in.word(64).low_u64()};
  h.lock_by_seconds = in.word(64).low_u64();
  h.reveal_window_seconds = static_cast<std::uint32_t>(in.word(32).low_u64());
  h.complain_window_seconds = static_cast<std::uint32_t>(in.word(32).low_u64());
  h.min_blocks = static_cast<std::uint32_t>(in.word(32).low_u64());
  if (!in.fits()) return std::nullopt;
  return h;
}

Bytes encode_judged(const JudgedTerms& judged) {
  Bytes out;
  append(out, judged.root_x.view());
  append_be(out, judged.shape.n);
  append_be(out, judged.shape.s);
  append_be(out, judged.shape.length);
  append(out, judged.root_z.view());
  append(out, judged.key_commit.view());
  append_be(out, static_cast<std::uint16_t>(judged.suite));
  return out;
}

std::optional<JudgedTerms> decode_judged(ByteView bytes) {
  if (bytes.size() != kJudgedBytes) return std::nullopt;
  Reader in(bytes);
  JudgedTerms out;
  out.root_x = in.fixed<Hash256>();
  const auto n = in.integer<std::uint64_t>();
  const auto s = in.integer<std::uint32_t>();
  const auto shape = check_shape(n, s, in.integer<std::uint64_t>());
  if (!shape) return std::nullopt;
  out.shape = *shape;
  out.root_z = in.fixed<Hash256>();
  out.key_commit = in.fixed<Hash256>();
  if (in.integer<std::uint16_t>() != static_cast<std::uint16_t>(HashSuite::kSha256))
    return std::nullopt;
  return out;
}

Bytes encode_rest(const RestTerms& rest) {
  Bytes out;
  append(out, rest.agreement.view());
  append(out, rest.version.view());
  append_be(out, rest.lot);
  append(out, rest.code_hash.view());
  append(out, rest.salt.view());
  return out;
}

std::optional<RestTerms> decode_rest(ByteView bytes) {
  if (bytes.size() != kRestBytes) return std::nullopt;
  Reader in(bytes);
  RestTerms out;
  out.agreement = in.fixed<Hash256>();
  out.version = in.fixed<Hash256>();
  out.lot = in.integer<std::uint32_t>();
  out.code_hash = in.fixed<Hash256>();
  out.salt = in.fixed<Hash256>();
  return out;
}

}  // namespace datapact::trade

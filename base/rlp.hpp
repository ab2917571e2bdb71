#pragma once
// Canonical RLP (Yellow Paper, appendix B). The encoder appends; the decoder is a cursor over a
// view that refuses every non-canonical form: long lengths that fit short ones, leading zeros,
// single bytes below 0x80 with a prefix.
#include "base/bytes.hpp"
#include "base/fixed_bytes.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

namespace datapact::rlp {

enum class Error : std::uint8_t {
  kTruncated,         ///< the input ends before the item does
  kNonCanonical,      ///< a shorter encoding of the same item exists
  kLeadingZero,       ///< an integer or a length starts with a zero byte
  kUnexpectedList,    ///< a list where a string was asked for
  kUnexpectedString,  ///< a string where a list was asked for
  kWrongLength,       ///< a fixed-size string of another size, or an integer wider than its type
  kTrailingBytes,     ///< bytes follow the last item asked for
  kTooLong,           ///< a length above 2^32 bytes
};
[[nodiscard]] std::string_view to_string(Error error) noexcept;
template <class T>
using Result = datapact::Result<T, Error>;

// For who knows an item's length beforehand and writes it into a buffer of their own, which has
// room for it; each returns where the written ends.

/// Of the whole item that write_string writes.
[[nodiscard]] std::size_t string_bytes(ByteView bytes) noexcept;
[[nodiscard]] std::uint8_t* write_string(std::uint8_t* out, ByteView bytes) noexcept;
/// Of a list with a payload of so many bytes, with its header.
[[nodiscard]] std::size_t list_bytes(std::size_t payload_bytes) noexcept;
/// The payload is to follow.
[[nodiscard]] std::uint8_t* write_list_header(std::uint8_t* out,
                                              std::size_t payload_bytes) noexcept;

/// Appends items to a buffer. Lists: write the payload with another Encoder, then `list(payload)`.
class Encoder {
 public:
  Encoder& string(ByteView bytes);
  Encoder& integer(std::uint64_t value);
  Encoder& integer(const uint256& value);
  Encoder& list(ByteView payload);
  Encoder& list(const Encoder& payload) { return list(ByteView{payload.out_}); }
  /// An item that is already encoded.
  Encoder& raw(ByteView encoded);
  template <class Tag, std::size_t N>
  Encoder& string(const FixedBytes<Tag, N>& bytes) {
    return string(bytes.view());
  }
  template <class Tag, class Rep>
  Encoder& integer(const Quantity<Tag, Rep>& quantity) {
    return integer(quantity.raw());
  }
  [[nodiscard]] const Bytes& bytes() const noexcept { return out_; }
  [[nodiscard]] Bytes take() noexcept { return std::move(out_); }
  /// The payload written so far, wrapped as one list.
  [[nodiscard]] Bytes as_list() const;

 private:
  Bytes out_;
};

/// A cursor: each call consumes one item. The view must outlive it.
class Decoder {
 public:
  explicit Decoder(ByteView input) noexcept : rest_(input) {}
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool next_is_list() const noexcept { return !rest_.empty() && rest_[0] >= 0xc0; }
  /// The payload of a string item.
  [[nodiscard]] Result<ByteView> string();
  /// A cursor over a list item's payload.
  [[nodiscard]] Result<Decoder> list();
  /// The next item whole, with its prefix, whatever it is.
  [[nodiscard]] Result<ByteView> raw();
  [[nodiscard]] Result<std::uint64_t> u64();
  [[nodiscard]] Result<uint256> u256();
  template <class Fixed>
  [[nodiscard]] Result<Fixed> fixed() {
    TRY(const auto bytes, string());
    if (bytes.size() != Fixed::kSize) return fail(Error::kWrongLength);
    return Fixed::from(bytes);
  }
  /// A Quantity over a 64- or 32-bit or 256-bit representation.
  template <class Q>
  [[nodiscard]] Result<Q> quantity() {
    if constexpr (std::is_same_v<typename Q::RepType, uint256>) {
      TRY(const auto value, u256());
      return Q{value};
    } else {
      TRY(const auto value, u64());
      if (value > std::numeric_limits<typename Q::RepType>::max()) return fail(Error::kWrongLength);
      return Q{static_cast<typename Q::RepType>(value)};
    }
  }
  /// Refuses trailing bytes.
  [[nodiscard]] Result<void> finish() const;
  [[nodiscard]] ByteView rest() const noexcept { return rest_; }

 private:
  struct Item {
    ByteView whole;
    ByteView payload;
    bool is_list = false;
  };
  [[nodiscard]] Result<Item> peek() const;
  ByteView rest_;
};

/// The payload of `input`, which must be one list and nothing else.
[[nodiscard]] Result<Decoder> decode_list(ByteView input);

}  // namespace datapact::rlp

#include "base/rlp.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace datapact::rlp {
namespace {

constexpr std::uint8_t kStringBase = 0x80;
constexpr std::uint8_t kListBase = 0xc0;
constexpr std::size_t kShortMax = 55;

bool is_its_own_encoding(ByteView bytes) noexcept {
  return bytes.size() == 1 && bytes[0] < kStringBase;
}

ByteView without_leading_zeros(ByteView bytes) noexcept {
  while (!bytes.empty() && bytes[0] == 0) bytes = bytes.subspan(1);
  return bytes;
}

std::size_t header_bytes(std::size_t length) noexcept {
  if (length <= kShortMax) return 1;
  return 1 + (static_cast<std::size_t>(std::bit_width(length)) + 7) / 8;
}

std::uint8_t* write_header(std::uint8_t* out, std::size_t length,
                           std::uint8_t short_base) noexcept {
  if (length <= kShortMax) {
    *out++ = static_cast<std::uint8_t>(short_base + length);
    return out;
  }
  const std::size_t digits = header_bytes(length) - 1;
  *out++ = static_cast<std::uint8_t>(short_base + kShortMax + digits);
  for (std::size_t i = digits; i-- > 0;) *out++ = static_cast<std::uint8_t>(length >> (8 * i));
  return out;
}

std::uint8_t* write_bytes(std::uint8_t* out, ByteView bytes) noexcept {
  if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
  return out + bytes.size();
}

void append_header(Bytes& out, std::size_t length, std::uint8_t short_base) {
  std::uint8_t header[1 + sizeof(std::uint64_t)];
  const std::uint8_t* const end = write_header(header, length, short_base);
  out.insert(out.end(), static_cast<const std::uint8_t*>(header), end);
}

struct Header {
  std::size_t header_size = 0;
  std::size_t length = 0;
};

Result<Header> long_header(ByteView input, std::size_t length_bytes) {
  if (input.size() < 1 + length_bytes) return fail(Error::kTruncated);
  if (input[1] == 0) return fail(Error::kLeadingZero);
  if (length_bytes > 4) return fail(Error::kTooLong);
  std::size_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length = (length << 8) | input[1 + i];
  if (length <= kShortMax) return fail(Error::kNonCanonical);
  return Header{.header_size = 1 + length_bytes, .length = length};
}

}  // namespace

std::string_view to_string(Error error) noexcept {
  switch (error) {
    case Error::kTruncated:
      return "RLP item is truncated";
    case Error::kNonCanonical:
      return "RLP item is not in its shortest form";
    case Error::kLeadingZero:
      return "RLP integer or length has a leading zero";
    case Error::kUnexpectedList:
      return "RLP list where a string was expected";
    case Error::kUnexpectedString:
      return "RLP string where a list was expected";
    case Error::kWrongLength:
      return "RLP string has the wrong length";
    case Error::kTrailingBytes:
      return "bytes follow the RLP item";
    case Error::kTooLong:
      return "RLP item is longer than 4 GiB";
  }
  return "unknown RLP error";
}

std::size_t string_bytes(ByteView bytes) noexcept {
  if (is_its_own_encoding(bytes)) return 1;
  return header_bytes(bytes.size()) + bytes.size();
}

std::uint8_t* write_string(std::uint8_t* out, ByteView bytes) noexcept {
  if (!is_its_own_encoding(bytes)) out = write_header(out, bytes.size(), kStringBase);
  return write_bytes(out, bytes);
}

std::size_t list_bytes(std::size_t payload_bytes) noexcept {
  return header_bytes(payload_bytes) + payload_bytes;
}

std::uint8_t* write_list_header(std::uint8_t* out, std::size_t payload_bytes) noexcept {
  return write_header(out, payload_bytes, kListBase);
}

Encoder& Encoder::string(ByteView bytes) {
  if (!is_its_own_encoding(bytes)) append_header(out_, bytes.size(), kStringBase);
  append(out_, bytes);
  return *this;
}

Encoder& Encoder::integer(std::uint64_t value) {
  std::uint8_t buffer[8];
  store_be(buffer, value);
  return string(without_leading_zeros(buffer));
}

Encoder& Encoder::integer(const uint256& value) {
  std::uint8_t buffer[32];
  value.store_be(buffer);
  return string(without_leading_zeros(buffer));
}

Encoder& Encoder::list(ByteView payload) {
  append_header(out_, payload.size(), kListBase);
  append(out_, payload);
  return *this;
}

Encoder& Encoder::raw(ByteView encoded) {
  append(out_, encoded);
  return *this;
}

Bytes Encoder::as_list() const {
  Encoder outer;
  outer.list(*this);
  return outer.take();
}

Result<Decoder::Item> Decoder::peek() const {
  if (rest_.empty()) return fail(Error::kTruncated);
  const std::uint8_t first = rest_[0];
  const bool is_list = first >= 0xc0;
  Header header;
  if (first < 0x80) {
    header = {.header_size = 0, .length = 1};
  } else if (first <= 0xb7) {
    header = {.header_size = 1, .length = static_cast<std::size_t>(first - 0x80)};
  } else if (first < 0xc0) {
    TRY(header, long_header(rest_, static_cast<std::size_t>(first - 0xb7)));
  } else if (first <= 0xf7) {
    header = {.header_size = 1, .length = static_cast<std::size_t>(first - 0xc0)};
  } else {
    TRY(header, long_header(rest_, static_cast<std::size_t>(first - 0xf7)));
  }
  if (rest_.size() - header.header_size < header.length) return fail(Error::kTruncated);
  const Item item{.whole = rest_.first(header.header_size + header.length),
                  .payload = rest_.subspan(header.header_size, header.length),
                  .is_list = is_list};
  if (first == 0x81 && item.payload[0] < 0x80) return fail(Error::kNonCanonical);
  return item;
}

Result<ByteView> Decoder::string() {
  TRY(const auto item, peek());
  if (item.is_list) return fail(Error::kUnexpectedList);
  rest_ = rest_.subspan(item.whole.size());
  return item.payload;
}

Result<Decoder> Decoder::list() {
  TRY(const auto item, peek());
  if (!item.is_list) return fail(Error::kUnexpectedString);
  rest_ = rest_.subspan(item.whole.size());
  return Decoder{item.payload};
}

Result<ByteView> Decoder::raw() {
  TRY(const auto item, peek());
  rest_ = rest_.subspan(item.whole.size());
  return item.whole;
}

Result<std::uint64_t> Decoder::u64() {
  TRY(const auto value, u256());
  if (!value.fits_u64()) return fail(Error::kWrongLength);
  return value.low_u64();
}

Result<uint256> Decoder::u256() {
  TRY(const auto bytes, string());
  if (bytes.size() > 32) return fail(Error::kWrongLength);
  if (!bytes.empty() && bytes[0] == 0) return fail(Error::kLeadingZero);
  return uint256::from_be(bytes);
}

Result<void> Decoder::finish() const {
  if (!rest_.empty()) return fail(Error::kTrailingBytes);
  return {};
}

Result<Decoder> decode_list(ByteView input) {
  Decoder outer{input};
  TRY(auto inner, outer.list());
  TRY_VOID(outer.finish());
  return inner;
}

}  // namespace datapact::rlp

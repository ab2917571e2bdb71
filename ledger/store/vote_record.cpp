// The codec of docs/formats/vote-journal.md.
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "ledger/store/vote_journal.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

namespace datapact::store {
namespace {

constexpr std::array<std::uint8_t, 4> kRecordMark{'V', 'O', 'T', 'E'};
constexpr std::size_t kPrefixBytes = 12;
constexpr std::uint32_t kCastagnoli = 0x82f63b78;

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kCastagnoli : 0U);
    table[byte] = crc;
  }
  return table;
}();

/// CRC-32C (RFC 3720, appendix B.4).
std::uint32_t crc32c(ByteView bytes) noexcept {
  std::uint32_t crc = ~0U;
  for (const std::uint8_t byte : bytes) crc = (crc >> 8U) ^ kCrcTable[(crc ^ byte) & 0xffU];
  return ~crc;
}

rlp::Result<VoteRecord> decode_body(ByteView body) {
  TRY(rlp::Decoder in, rlp::decode_list(body));
  VoteRecord record;
  TRY(record.height, in.quantity<Height>());
  TRY(record.round, in.quantity<Round>());
  TRY(const std::uint64_t kind, in.u64());
  if (kind == 0 || kind > std::numeric_limits<std::uint8_t>::max()) {
    return fail(rlp::Error::kWrongLength);
  }
  record.kind = static_cast<std::uint8_t>(kind);
  TRY(record.digest, in.fixed<Hash256>());
  TRY(const ByteView payload, in.string());
  record.payload = to_bytes(payload);
  TRY_VOID(in.finish());
  return record;
}

}  // namespace

Bytes encode(const VoteRecord& record) {
  rlp::Encoder fields;
  fields.integer(record.height).integer(std::uint64_t{record.round.raw()});
  fields.integer(std::uint64_t{record.kind}).string(record.digest);
  fields.string(ByteView{record.payload});
  const Bytes body = fields.as_list();
  Bytes out;
  append(out, kRecordMark);
  append_be(out, static_cast<std::uint32_t>(body.size()));
  append_be(out, crc32c(body));
  append(out, body);
  return out;
}

std::optional<std::size_t> framed_size(ByteView bytes) {
  if (bytes.size() < kPrefixBytes) return std::nullopt;
  if (!equal(bytes.first(kRecordMark.size()), kRecordMark)) return std::nullopt;
  const std::size_t length = load_be<std::uint32_t>(bytes.data() + 4);
  if (length > bytes.size() - kPrefixBytes) return std::nullopt;
  if (!rlp::decode_list(bytes.subspan(kPrefixBytes, length)).has_value()) return std::nullopt;
  return kPrefixBytes + length;
}

std::optional<DecodedRecord> decode_vote_record(ByteView bytes) {
  const auto size = framed_size(bytes);
  if (!size) return std::nullopt;
  const ByteView body = bytes.first(*size).subspan(kPrefixBytes);
  if (crc32c(body) != load_be<std::uint32_t>(bytes.data() + 8)) return std::nullopt;
  auto record = decode_body(body);
  if (!record.has_value()) return std::nullopt;
  return DecodedRecord{*std::move(record), *size};
}

}  // namespace datapact::store

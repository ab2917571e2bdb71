#include "ledger/chain/receipt.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "ledger/chain/transaction.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

constexpr std::size_t kBloomBits = 2048;

/// The three bits of an item (Yellow Paper, M3:2048): 11 low bits of the first three byte pairs of
/// its Keccak-256.
std::array<std::size_t, 3> bloom_bits(ByteView item) {
  const Hash256 hash = crypto::keccak256(item);
  std::array<std::size_t, 3> bits{};
  for (std::size_t i = 0; i < 3; ++i) {
    bits[i] = load_be<std::uint16_t>(hash.data() + 2 * i) % kBloomBits;
  }
  return bits;
}

std::size_t byte_of(std::size_t bit) { return Bloom::kSize - 1 - bit / 8; }
std::uint8_t mask_of(std::size_t bit) { return static_cast<std::uint8_t>(1U << (bit % 8)); }

void put_log(rlp::Encoder& out, const Log& log) {
  rlp::Encoder topics;
  for (const Hash256& topic : log.topics) topics.string(topic);
  rlp::Encoder fields;
  fields.string(log.address).list(topics).string(ByteView{log.data});
  out.list(fields);
}

rlp::Result<Log> read_log(rlp::Decoder& in) {
  TRY(rlp::Decoder fields, in.list());
  Log log;
  TRY(log.address, fields.fixed<Address>());
  TRY(rlp::Decoder topics, fields.list());
  while (!topics.at_end()) {
    TRY(const Hash256 topic, topics.fixed<Hash256>());
    log.topics.push_back(topic);
  }
  TRY(const ByteView data, fields.string());
  log.data = to_bytes(data);
  TRY_VOID(fields.finish());
  return log;
}

rlp::Result<TxnType> read_type(ByteView& encoded) {
  if (encoded.empty()) return fail(rlp::Error::kTruncated);
  const std::uint8_t first = encoded[0];
  if (first >= 0xc0) return TxnType::kLegacy;
  if (first == 0 || first > static_cast<std::uint8_t>(TxnType::kSetCode)) {
    return fail(rlp::Error::kUnexpectedString);
  }
  encoded = encoded.subspan(1);
  return static_cast<TxnType>(first);
}

}  // namespace

void add_to_bloom(Bloom& bloom, ByteView item) {
  for (const std::size_t bit : bloom_bits(item)) {
    bloom.raw()[byte_of(bit)] = static_cast<std::uint8_t>(bloom.raw()[byte_of(bit)] | mask_of(bit));
  }
}

bool may_contain(const Bloom& bloom, ByteView item) {
  for (const std::size_t bit : bloom_bits(item)) {
    if ((bloom.raw()[byte_of(bit)] & mask_of(bit)) == 0) return false;
  }
  return true;
}

Bloom bloom_of(const std::vector<Log>& logs) {
  Bloom bloom;
  for (const Log& log : logs) {
    add_to_bloom(bloom, log.address.view());
    for (const Hash256& topic : log.topics) add_to_bloom(bloom, topic.view());
  }
  return bloom;
}

Bytes encode(const Receipt& receipt) {
  rlp::Encoder logs;
  for (const Log& log : receipt.logs) put_log(logs, log);
  rlp::Encoder fields;
  fields.integer(std::uint64_t{receipt.success ? 1U : 0U}).integer(receipt.cumulative_gas_used);
  fields.string(receipt.bloom).list(logs);
  Bytes out;
  if (receipt.type != TxnType::kLegacy) out.push_back(static_cast<std::uint8_t>(receipt.type));
  append(out, fields.as_list());
  return out;
}

Result<Receipt, rlp::Error> decode_receipt(ByteView encoded) {
  Receipt receipt;
  TRY(receipt.type, read_type(encoded));
  TRY(rlp::Decoder in, rlp::decode_list(encoded));
  TRY(const std::uint64_t status, in.u64());
  if (status > 1) return fail(rlp::Error::kWrongLength);
  receipt.success = status == 1;
  TRY(receipt.cumulative_gas_used, in.quantity<Gas>());
  TRY(receipt.bloom, in.fixed<Bloom>());
  TRY(rlp::Decoder logs, in.list());
  while (!logs.at_end()) {
    TRY(Log log, read_log(logs));
    receipt.logs.push_back(std::move(log));
  }
  TRY_VOID(in.finish());
  return receipt;
}

}  // namespace datapact::chain

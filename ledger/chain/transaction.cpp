#include "ledger/chain/transaction.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

constexpr std::uint64_t kUnprotectedV = 27;
constexpr std::uint64_t kProtectedV = 35;

void put_to(rlp::Encoder& out, const std::optional<Address>& to) {
  out.string(to ? to->view() : ByteView{});
}

void put_access_list(rlp::Encoder& out, const AccessList& list) {
  rlp::Encoder entries;
  for (const AccessListEntry& entry : list) {
    rlp::Encoder keys;
    for (const Hash256& key : entry.storage_keys) keys.string(key);
    rlp::Encoder fields;
    fields.string(entry.address).list(keys);
    entries.list(fields);
  }
  out.list(entries);
}

void put_authorizations(rlp::Encoder& out, const std::vector<Authorization>& list) {
  rlp::Encoder entries;
  for (const Authorization& a : list) {
    rlp::Encoder fields;
    fields.integer(a.chain_id).string(a.address).integer(a.nonce);
    fields.integer(a.y_parity).integer(a.r).integer(a.s);
    entries.list(fields);
  }
  out.list(entries);
}

void put_legacy_body(rlp::Encoder& out, const Transaction& txn) {
  out.integer(txn.nonce).integer(txn.max_fee_per_gas).integer(txn.gas_limit);
  put_to(out, txn.to);
  out.integer(txn.value).string(ByteView{txn.data});
}

/// The fields of a typed transaction up to the signature.
void put_typed_body(rlp::Encoder& out, const Transaction& txn) {
  out.integer(txn.chain_id.value_or(ChainId{})).integer(txn.nonce);
  if (txn.type != TxnType::kAccessList) out.integer(txn.max_priority_fee_per_gas);
  out.integer(txn.max_fee_per_gas).integer(txn.gas_limit);
  put_to(out, txn.to);
  out.integer(txn.value).string(ByteView{txn.data});
  put_access_list(out, txn.access_list);
  if (txn.type == TxnType::kBlob) {
    rlp::Encoder hashes;
    for (const Hash256& hash : txn.blob_hashes) hashes.string(hash);
    out.integer(txn.max_fee_per_blob_gas).list(hashes);
  }
  if (txn.type == TxnType::kSetCode) put_authorizations(out, txn.authorizations);
}

Bytes with_type(TxnType type, const rlp::Encoder& payload) {
  Bytes out{static_cast<std::uint8_t>(type)};
  append(out, payload.as_list());
  return out;
}

uint256 legacy_v(const Transaction& txn) {
  const uint256 parity{txn.signature.y_parity};
  if (!txn.chain_id) return parity + kUnprotectedV;
  return uint256{txn.chain_id->raw()} * 2 + kProtectedV + parity;
}

// ---- decoding -------------------------------------------------------------------------------

/// Every shape error of the encoding is one to a caller.
template <class T>
Result<T, TxnError> shape(rlp::Result<T> read) {
  if (!read.has_value()) return fail(TxnError::kMalformed);
  return *std::move(read);
}

Result<std::optional<Address>, TxnError> read_to(rlp::Decoder& in, bool may_create) {
  TRY(const ByteView bytes, shape(in.string()));
  if (bytes.empty() && may_create) return std::optional<Address>{};
  if (bytes.size() != Address::kSize) return fail(TxnError::kMalformed);
  return std::optional<Address>{Address::from(bytes)};
}

Result<std::vector<Hash256>, TxnError> read_hashes(rlp::Decoder& in) {
  TRY(rlp::Decoder list, shape(in.list()));
  std::vector<Hash256> out;
  while (!list.at_end()) {
    TRY(const Hash256 hash, shape(list.fixed<Hash256>()));
    out.push_back(hash);
  }
  return out;
}

Result<AccessList, TxnError> read_access_list(rlp::Decoder& in) {
  TRY(rlp::Decoder list, shape(in.list()));
  AccessList out;
  while (!list.at_end()) {
    TRY(rlp::Decoder fields, shape(list.list()));
    AccessListEntry entry;
    TRY(entry.address, shape(fields.fixed<Address>()));
    TRY(entry.storage_keys, read_hashes(fields));
    if (!fields.at_end()) return fail(TxnError::kMalformed);
    out.push_back(std::move(entry));
  }
  return out;
}

Result<std::vector<Authorization>, TxnError> read_authorizations(rlp::Decoder& in) {
  TRY(rlp::Decoder list, shape(in.list()));
  std::vector<Authorization> out;
  while (!list.at_end()) {
    TRY(rlp::Decoder fields, shape(list.list()));
    Authorization a;
    TRY(a.chain_id, shape(fields.u256()));
    TRY(a.address, shape(fields.fixed<Address>()));
    TRY(a.nonce, shape(fields.quantity<Nonce>()));
    TRY(a.y_parity, shape(fields.u256()));
    TRY(a.r, shape(fields.u256()));
    TRY(a.s, shape(fields.u256()));
    // EIP-7702: the parity is a byte; a wider one makes the whole transaction invalid.
    if (a.y_parity > uint256{0xff} || !fields.at_end()) return fail(TxnError::kMalformed);
    out.push_back(a);
  }
  return out;
}

/// gas limit, destination, value and data: the same order in every type.
Result<void, TxnError> read_call(rlp::Decoder& in, Transaction& txn, bool may_create) {
  TRY(txn.gas_limit, shape(in.quantity<Gas>()));
  TRY(txn.to, read_to(in, may_create));
  TRY(txn.value, shape(in.quantity<Wei>()));
  TRY(const ByteView data, shape(in.string()));
  txn.data = to_bytes(data);
  return {};
}

Result<void, TxnError> read_r_and_s(rlp::Decoder& in, Transaction& txn) {
  TRY(txn.signature.r, shape(in.u256()));
  TRY(txn.signature.s, shape(in.u256()));
  if (!in.at_end()) return fail(TxnError::kMalformed);
  return {};
}

/// 27 and 28 are unprotected; EIP-155: 35 + 2 * chain id + parity.
Result<void, TxnError> set_legacy_v(Transaction& txn, const uint256& v) {
  if (v == uint256{kUnprotectedV} || v == uint256{kUnprotectedV + 1}) {
    txn.signature.y_parity = static_cast<std::uint8_t>(v.low_u64() - kUnprotectedV);
    return {};
  }
  if (v < uint256{kProtectedV}) return fail(TxnError::kInvalidV);
  const uint256 rest = v - kProtectedV;
  const uint256 id = rest >> 1;
  if (!id.fits_u64()) return fail(TxnError::kInvalidV);
  txn.chain_id = ChainId{id.low_u64()};
  txn.signature.y_parity = static_cast<std::uint8_t>(rest.low_u64() & 1);
  return {};
}

Result<Transaction, TxnError> decode_legacy(ByteView encoded) {
  TRY(rlp::Decoder in, shape(rlp::decode_list(encoded)));
  Transaction txn;
  TRY(txn.nonce, shape(in.quantity<Nonce>()));
  TRY(txn.max_fee_per_gas, shape(in.u256()));
  txn.max_priority_fee_per_gas = txn.max_fee_per_gas;
  TRY_VOID(read_call(in, txn, true));
  TRY(const uint256 v, shape(in.u256()));
  TRY_VOID(read_r_and_s(in, txn));
  TRY_VOID(set_legacy_v(txn, v));
  return txn;
}

Result<Transaction, TxnError> decode_typed(TxnType type, ByteView payload) {
  TRY(rlp::Decoder in, shape(rlp::decode_list(payload)));
  Transaction txn;
  txn.type = type;
  TRY(txn.chain_id, shape(in.quantity<ChainId>()));
  TRY(txn.nonce, shape(in.quantity<Nonce>()));
  TRY(txn.max_priority_fee_per_gas, shape(in.u256()));
  txn.max_fee_per_gas = txn.max_priority_fee_per_gas;
  if (type != TxnType::kAccessList) {
    TRY(txn.max_fee_per_gas, shape(in.u256()));
  }
  TRY_VOID(read_call(in, txn, type != TxnType::kBlob && type != TxnType::kSetCode));
  TRY(txn.access_list, read_access_list(in));
  if (type == TxnType::kBlob) {
    TRY(txn.max_fee_per_blob_gas, shape(in.u256()));
    TRY(txn.blob_hashes, read_hashes(in));
  }
  if (type == TxnType::kSetCode) {
    TRY(txn.authorizations, read_authorizations(in));
  }
  TRY(const uint256 parity, shape(in.u256()));
  TRY_VOID(read_r_and_s(in, txn));
  if (parity > uint256{1}) return fail(TxnError::kInvalidV);
  txn.signature.y_parity = static_cast<std::uint8_t>(parity.low_u64());
  return txn;
}

}  // namespace

std::string_view to_string(TxnError error) noexcept {
  switch (error) {
    case TxnError::kMalformed:
      return "malformed transaction";
    case TxnError::kUnknownType:
      return "transaction type not supported";
    case TxnError::kInvalidSignature:
      return "invalid transaction signature";
    case TxnError::kHighS:
      return "invalid transaction signature: s is above half the group order";
    case TxnError::kInvalidV:
      return "invalid transaction v, r, s values";
  }
  return {};
}

Bytes encode(const Transaction& txn) {
  rlp::Encoder out;
  if (txn.type == TxnType::kLegacy) {
    put_legacy_body(out, txn);
    out.integer(legacy_v(txn)).integer(txn.signature.r).integer(txn.signature.s);
    return out.as_list();
  }
  put_typed_body(out, txn);
  out.integer(std::uint64_t{txn.signature.y_parity});
  out.integer(txn.signature.r).integer(txn.signature.s);
  return with_type(txn.type, out);
}

Bytes encode_in_block(const Transaction& txn) {
  Bytes encoded = encode(txn);
  if (txn.type == TxnType::kLegacy) return encoded;
  return rlp::Encoder{}.string(ByteView{encoded}).take();
}

Result<Transaction, TxnError> decode_transaction(ByteView encoded) {
  if (encoded.empty()) return fail(TxnError::kMalformed);
  const std::uint8_t first = encoded[0];
  if (first >= 0xc0) return decode_legacy(encoded);
  if (first >= 0x80) return fail(TxnError::kMalformed);
  if (first == 0 || first > static_cast<std::uint8_t>(TxnType::kSetCode)) {
    return fail(TxnError::kUnknownType);
  }
  return decode_typed(static_cast<TxnType>(first), encoded.subspan(1));
}

Hash256 signing_hash(const Transaction& txn) {
  rlp::Encoder out;
  if (txn.type == TxnType::kLegacy) {
    put_legacy_body(out, txn);
    if (txn.chain_id)
      out.integer(*txn.chain_id).integer(std::uint64_t{0}).integer(std::uint64_t{0});
    return crypto::keccak256(out.as_list());
  }
  put_typed_body(out, txn);
  return crypto::keccak256(with_type(txn.type, out));
}

TxnHash hash_of(const Transaction& txn) { return TxnHash{crypto::keccak256(encode(txn)).raw()}; }

void sign(Transaction& txn, const crypto::PrivateKey& key) {
  txn.signature = crypto::sign(signing_hash(txn), key);
}

uint256 effective_gas_price(const Transaction& txn, const uint256& base_fee) {
  // The fee cap is not below the base fee, so the subtraction cannot wrap; the sum is at most it.
  return base_fee + std::min(txn.max_priority_fee_per_gas, txn.max_fee_per_gas - base_fee);
}

Result<RecoveredTxn, TxnError> RecoveredTxn::recover(Transaction txn, const SenderSource* known) {
  const TxnHash hash = hash_of(txn);
  if (known != nullptr) {
    // The hash covers the signature: whoever recovered it before recovered this very one.
    if (const auto sender = known->sender_of(hash)) {
      return RecoveredTxn{std::move(txn), *sender, hash};
    }
  }
  if (!crypto::is_low_s(txn.signature)) {
    return fail(txn.signature.s < crypto::kSecp256k1Order ? TxnError::kHighS
                                                          : TxnError::kInvalidSignature);
  }
  const auto sender = crypto::recover_address(signing_hash(txn), txn.signature);
  if (!sender) return fail(TxnError::kInvalidSignature);
  return RecoveredTxn{std::move(txn), *sender, hash};
}

RecoveredTxn RecoveredTxn::assume_sender(Transaction txn, const Address& sender) {
  const TxnHash hash = hash_of(txn);
  return RecoveredTxn{std::move(txn), sender, hash};
}

}  // namespace datapact::chain

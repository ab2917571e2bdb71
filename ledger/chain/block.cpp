#include "ledger/chain/block.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/trie.hpp"

#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

void put_withdrawal(rlp::Encoder& out, const Withdrawal& w) {
  out.integer(w.index).integer(w.validator_index).string(w.address).integer(w.amount_gwei);
}

rlp::Result<Withdrawal> read_withdrawal(rlp::Decoder& in) {
  TRY(rlp::Decoder fields, in.list());
  Withdrawal w;
  TRY(w.index, fields.u64());
  TRY(w.validator_index, fields.u64());
  TRY(w.address, fields.fixed<Address>());
  TRY(w.amount_gwei, fields.u64());
  TRY_VOID(fields.finish());
  return w;
}

/// A body item: a list is a legacy transaction, a string wraps a typed one.
rlp::Result<Transaction> read_transaction(rlp::Decoder& in) {
  const bool is_legacy = in.next_is_list();
  ByteView encoded;
  if (is_legacy) {
    TRY(encoded, in.raw());
  } else {
    TRY(encoded, in.string());
    // A legacy transaction inside a string would be a second encoding of the same block.
    if (encoded.empty() || encoded[0] >= 0x80) return fail(rlp::Error::kNonCanonical);
  }
  auto txn = decode_transaction(encoded);
  if (!txn.has_value()) return fail(rlp::Error::kUnexpectedString);
  return *std::move(txn);
}

rlp::Result<BlockHeader> read_header(rlp::Decoder& in) {
  TRY(rlp::Decoder fields, in.list());
  BlockHeader h;
  TRY(h.parent_hash, fields.fixed<BlockHash>());
  TRY(h.ommers_hash, fields.fixed<Hash256>());
  TRY(h.coinbase, fields.fixed<Address>());
  TRY(h.state_root, fields.fixed<Hash256>());
  TRY(h.transactions_root, fields.fixed<Hash256>());
  TRY(h.receipts_root, fields.fixed<Hash256>());
  TRY(h.bloom, fields.fixed<Bloom>());
  TRY(h.difficulty, fields.u256());
  TRY(h.height, fields.quantity<Height>());
  TRY(h.gas_limit, fields.quantity<Gas>());
  TRY(h.gas_used, fields.quantity<Gas>());
  TRY(h.timestamp_seconds, fields.u64());
  TRY(const ByteView extra, fields.string());
  h.extra_data = to_bytes(extra);
  TRY(h.mix_hash, fields.fixed<Hash256>());
  TRY(h.nonce, fields.fixed<decltype(h.nonce)>());
  TRY(h.base_fee_per_gas, fields.u256());
  TRY(h.withdrawals_root, fields.fixed<Hash256>());
  TRY(h.blob_gas_used, fields.quantity<Gas>());
  TRY(h.excess_blob_gas, fields.quantity<Gas>());
  TRY(h.parent_beacon_block_root, fields.fixed<Hash256>());
  if (!fields.at_end()) {
    TRY(h.requests_hash, fields.fixed<Hash256>());
  }
  TRY_VOID(fields.finish());
  return h;
}

}  // namespace

Bytes encode(const BlockHeader& h) {
  rlp::Encoder out;
  out.string(h.parent_hash).string(h.ommers_hash).string(h.coinbase).string(h.state_root);
  out.string(h.transactions_root).string(h.receipts_root).string(h.bloom);
  out.integer(h.difficulty).integer(h.height).integer(h.gas_limit).integer(h.gas_used);
  out.integer(h.timestamp_seconds).string(ByteView{h.extra_data}).string(h.mix_hash);
  out.string(h.nonce).integer(h.base_fee_per_gas).string(h.withdrawals_root);
  out.integer(h.blob_gas_used).integer(h.excess_blob_gas).string(h.parent_beacon_block_root);
  if (h.requests_hash) out.string(*h.requests_hash);
  return out.as_list();
}

Result<BlockHeader, rlp::Error> decode_header(ByteView encoded) {
  rlp::Decoder in{encoded};
  TRY(BlockHeader header, read_header(in));
  TRY_VOID(in.finish());
  return header;
}

Bytes encode(const Block& block) {
  rlp::Encoder transactions;
  for (const Transaction& txn : block.transactions) transactions.raw(encode_in_block(txn));
  rlp::Encoder withdrawals;
  for (const Withdrawal& w : block.withdrawals) {
    rlp::Encoder fields;
    put_withdrawal(fields, w);
    withdrawals.list(fields);
  }
  rlp::Encoder out;
  out.raw(encode(block.header)).list(transactions).list(rlp::Encoder{}).list(withdrawals);
  return out.as_list();
}

Result<Block, rlp::Error> decode_block(ByteView encoded) {
  TRY(rlp::Decoder in, rlp::decode_list(encoded));
  Block block;
  TRY(block.header, read_header(in));
  TRY(rlp::Decoder transactions, in.list());
  while (!transactions.at_end()) {
    TRY(Transaction txn, read_transaction(transactions));
    block.transactions.push_back(std::move(txn));
  }
  TRY(const rlp::Decoder ommers, in.list());
  TRY_VOID(ommers.finish());
  TRY(rlp::Decoder withdrawals, in.list());
  while (!withdrawals.at_end()) {
    TRY(const Withdrawal w, read_withdrawal(withdrawals));
    block.withdrawals.push_back(w);
  }
  TRY_VOID(in.finish());
  return block;
}

Hash256 transactions_root(const std::vector<Transaction>& transactions) {
  std::vector<Bytes> items;
  items.reserve(transactions.size());
  for (const Transaction& txn : transactions) items.push_back(encode(txn));
  return state::ordered_trie_root(items);
}

Hash256 receipts_root(const std::vector<Receipt>& receipts) {
  std::vector<Bytes> items;
  items.reserve(receipts.size());
  for (const Receipt& receipt : receipts) items.push_back(encode(receipt));
  return state::ordered_trie_root(items);
}

Hash256 withdrawals_root(const std::vector<Withdrawal>& withdrawals) {
  std::vector<Bytes> items;
  items.reserve(withdrawals.size());
  for (const Withdrawal& w : withdrawals) {
    rlp::Encoder fields;
    put_withdrawal(fields, w);
    items.push_back(fields.as_list());
  }
  return state::ordered_trie_root(items);
}

}  // namespace datapact::chain

#include "ledger/store/block_tables.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/rlp.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/store/ledger.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace datapact::store {

Bytes encode_stored_block(const StoredBlock& block) {
  rlp::Encoder txns;
  for (std::size_t i = 0; i < block.txn_hashes.size(); ++i) {
    rlp::Encoder fields;
    fields.string(block.txn_hashes[i]).string(block.senders[i]);
    txns.list(fields);
  }
  rlp::Encoder out;
  out.raw(chain::encode(block.block)).string(block.hash).list(txns);
  return out.as_list();
}

Result<StoredBlock, rlp::Error> decode_stored_block(ByteView encoded) {
  TRY(rlp::Decoder in, rlp::decode_list(encoded));
  StoredBlock out;
  TRY(const ByteView block, in.raw());
  TRY(out.block, chain::decode_block(block));
  TRY(out.hash, in.fixed<BlockHash>());
  TRY(rlp::Decoder txns, in.list());
  while (!txns.at_end()) {
    TRY(rlp::Decoder fields, txns.list());
    TRY(const TxnHash hash, fields.fixed<TxnHash>());
    TRY(const Address sender, fields.fixed<Address>());
    TRY_VOID(fields.finish());
    out.txn_hashes.push_back(hash);
    out.senders.push_back(sender);
  }
  TRY_VOID(in.finish());
  if (out.senders.size() != out.block.transactions.size()) return fail(rlp::Error::kWrongLength);
  return out;
}

Bytes encode_stored_receipts(const std::vector<chain::Receipt>& receipts) {
  rlp::Encoder out;
  for (const chain::Receipt& receipt : receipts) {
    rlp::Encoder fields;
    fields.string(ByteView{chain::encode(receipt)}).integer(receipt.gas_used);
    fields.integer(receipt.effective_gas_price);
    fields.string(receipt.contract_address ? receipt.contract_address->view() : ByteView{});
    out.list(fields);
  }
  return out.as_list();
}

Result<std::vector<chain::Receipt>, rlp::Error> decode_stored_receipts(ByteView encoded) {
  TRY(rlp::Decoder in, rlp::decode_list(encoded));
  std::vector<chain::Receipt> out;
  while (!in.at_end()) {
    TRY(rlp::Decoder fields, in.list());
    TRY(const ByteView consensus, fields.string());
    TRY(chain::Receipt receipt, chain::decode_receipt(consensus));
    TRY(receipt.gas_used, fields.quantity<Gas>());
    TRY(receipt.effective_gas_price, fields.u256());
    TRY(const ByteView contract, fields.string());
    if (!contract.empty()) {
      if (contract.size() != Address::kSize) return fail(rlp::Error::kWrongLength);
      receipt.contract_address = Address::from(contract);
    }
    TRY_VOID(fields.finish());
    out.push_back(std::move(receipt));
  }
  return out;
}

}  // namespace datapact::store

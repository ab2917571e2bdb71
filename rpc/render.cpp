#include "rpc/render.hpp"

#include "base/assert.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "rpc/node_api.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::rpc {
namespace {

using chain::Transaction;
using chain::TxnType;
using json::Value;

template <class Fixed>
Value optional_hex(const std::optional<Fixed>& value) {
  return value ? Value(to_hex0x(*value)) : Value{};
}

Value render_authorizations(const std::vector<chain::Authorization>& list) {
  json::Array out;
  for (const auto& entry : list) {
    out.push_back(Value::object({{"chainId", to_quantity(entry.chain_id)},
                                 {"address", to_hex0x(entry.address)},
                                 {"nonce", to_quantity(entry.nonce.raw())},
                                 {"yParity", to_quantity(entry.y_parity)},
                                 {"r", to_quantity(entry.r)},
                                 {"s", to_quantity(entry.s)}}));
  }
  return out;
}

/// EIP-155 for legacy transactions, the parity of the others.
uint256 v_of(const Transaction& txn) {
  if (txn.type != TxnType::kLegacy) return txn.signature.y_parity;
  if (!txn.chain_id) return uint256{27U + txn.signature.y_parity};
  return uint256{txn.chain_id->raw()} * uint256{2} + uint256{35U + txn.signature.y_parity};
}

void add_fees(Value& out, const Transaction& txn, const uint256& price) {
  out.set("gasPrice", to_quantity(price));
  if (txn.type == TxnType::kLegacy || txn.type == TxnType::kAccessList) return;
  out.set("maxFeePerGas", to_quantity(txn.max_fee_per_gas));
  out.set("maxPriorityFeePerGas", to_quantity(txn.max_priority_fee_per_gas));
  if (txn.type == TxnType::kBlob) {
    out.set("maxFeePerBlobGas", to_quantity(txn.max_fee_per_blob_gas));
  }
}

void add_lists(Value& out, const Transaction& txn) {
  if (txn.type == TxnType::kLegacy) return;
  out.set("accessList", render_access_list(txn.access_list));
  if (txn.type == TxnType::kBlob) {
    json::Array hashes;
    for (const Hash256& hash : txn.blob_hashes) hashes.emplace_back(to_hex0x(hash));
    out.set("blobVersionedHashes", std::move(hashes));
  }
  if (txn.type == TxnType::kSetCode) {
    out.set("authorizationList", render_authorizations(txn.authorizations));
  }
}

/// The members that do not depend on a block, after those that do.
void add_txn(Value& out, const Transaction& txn, const Address& sender, const TxnHash& hash,
             const uint256& price) {
  out.set("from", to_hex0x(sender));
  out.set("gas", to_quantity(txn.gas_limit.raw()));
  add_fees(out, txn, price);
  out.set("hash", to_hex0x(hash));
  out.set("input", to_hex0x(txn.data));
  out.set("nonce", to_quantity(txn.nonce.raw()));
  out.set("to", optional_hex(txn.to));
  out.set("value", to_quantity(txn.value.raw()));
  out.set("type", to_quantity(static_cast<std::uint64_t>(txn.type)));
  add_lists(out, txn);
  if (txn.chain_id) out.set("chainId", to_quantity(txn.chain_id->raw()));
  out.set("v", to_quantity(v_of(txn)));
  out.set("r", to_quantity(txn.signature.r));
  out.set("s", to_quantity(txn.signature.s));
  if (txn.type != TxnType::kLegacy) {
    out.set("yParity", to_quantity(std::uint64_t{txn.signature.y_parity}));
  }
}

Value render_withdrawals(const std::vector<chain::Withdrawal>& withdrawals) {
  json::Array out;
  for (const auto& item : withdrawals) {
    out.push_back(Value::object({{"index", to_quantity(item.index)},
                                 {"validatorIndex", to_quantity(item.validator_index)},
                                 {"address", to_hex0x(item.address)},
                                 {"amount", to_quantity(item.amount_gwei)}}));
  }
  return out;
}

Value render_logs(const StoredBlock& stored, const std::vector<chain::Receipt>& receipts,
                  std::size_t index) {
  std::size_t log_index = 0;
  for (std::size_t i = 0; i < index; ++i) log_index += receipts[i].logs.size();
  json::Array out;
  for (const chain::Log& log : receipts[index].logs) {
    FoundLog found;
    found.log = log;
    found.height = stored.block.header.height;
    found.block_hash = stored.hash;
    found.txn_hash = stored.txn_hashes[index];
    found.txn_index = static_cast<std::uint32_t>(index);
    found.log_index = static_cast<std::uint32_t>(log_index++);
    out.push_back(render_log(found));
  }
  return out;
}

}  // namespace

Value render_txn(const StoredBlock& stored, std::size_t index) {
  PRECONDITION(index < stored.block.transactions.size());
  const Transaction& txn = stored.block.transactions[index];
  Value out;
  out.set("blockHash", to_hex0x(stored.hash));
  out.set("blockNumber", to_quantity(stored.block.header.height.raw()));
  out.set("transactionIndex", to_quantity(std::uint64_t{index}));
  add_txn(out, txn, stored.senders[index], stored.txn_hashes[index],
          chain::effective_gas_price(txn, stored.block.header.base_fee_per_gas));
  return out;
}

Value render_pending_txn(const chain::RecoveredTxn& recovered) {
  Value out;
  out.set("blockHash", {});
  out.set("blockNumber", {});
  out.set("transactionIndex", {});
  add_txn(out, recovered.txn(), recovered.sender(), recovered.hash(),
          recovered.txn().max_fee_per_gas);
  return out;
}

Value render_block(const StoredBlock& stored, TxnDetail detail) {
  const chain::BlockHeader& header = stored.block.header;
  json::Array txns;
  for (std::size_t i = 0; i < stored.block.transactions.size(); ++i) {
    txns.push_back(detail == TxnDetail::kWhole ? render_txn(stored, i)
                                               : Value(to_hex0x(stored.txn_hashes[i])));
  }
  Value out = Value::object({
      {"baseFeePerGas", to_quantity(header.base_fee_per_gas)},
      {"blobGasUsed", to_quantity(header.blob_gas_used.raw())},
      {"difficulty", to_quantity(header.difficulty)},
      {"excessBlobGas", to_quantity(header.excess_blob_gas.raw())},
      {"extraData", to_hex0x(header.extra_data)},
      {"gasLimit", to_quantity(header.gas_limit.raw())},
      {"gasUsed", to_quantity(header.gas_used.raw())},
      {"hash", to_hex0x(stored.hash)},
      {"logsBloom", to_hex0x(header.bloom)},
      {"miner", to_hex0x(header.coinbase)},
      {"mixHash", to_hex0x(header.mix_hash)},
      {"nonce", to_hex0x(header.nonce)},
      {"number", to_quantity(header.height.raw())},
      {"parentBeaconBlockRoot", to_hex0x(header.parent_beacon_block_root)},
      {"parentHash", to_hex0x(header.parent_hash)},
      {"receiptsRoot", to_hex0x(header.receipts_root)},
  });
  if (header.requests_hash) out.set("requestsHash", to_hex0x(*header.requests_hash));
  out.set("sha3Uncles", to_hex0x(header.ommers_hash));
  out.set("size", to_quantity(std::uint64_t{chain::encode(stored.block).size()}));
  out.set("stateRoot", to_hex0x(header.state_root));
  out.set("timestamp", to_quantity(header.timestamp_seconds));
  out.set("transactions", std::move(txns));
  out.set("transactionsRoot", to_hex0x(header.transactions_root));
  out.set("uncles", Value::array());
  out.set("withdrawals", render_withdrawals(stored.block.withdrawals));
  out.set("withdrawalsRoot", to_hex0x(header.withdrawals_root));
  return out;
}

Value render_receipt(const StoredBlock& stored, const std::vector<chain::Receipt>& receipts,
                     std::size_t index, const uint256& blob_price) {
  PRECONDITION(index < receipts.size());
  const chain::Receipt& receipt = receipts[index];
  const Transaction& txn = stored.block.transactions[index];
  Value out;
  if (txn.type == TxnType::kBlob) {
    out.set("blobGasPrice", to_quantity(blob_price));
    out.set("blobGasUsed", to_quantity(chain::blob_gas(txn).raw()));
  }
  out.set("blockHash", to_hex0x(stored.hash));
  out.set("blockNumber", to_quantity(stored.block.header.height.raw()));
  out.set("contractAddress", optional_hex(receipt.contract_address));
  out.set("cumulativeGasUsed", to_quantity(receipt.cumulative_gas_used.raw()));
  out.set("effectiveGasPrice", to_quantity(receipt.effective_gas_price));
  out.set("from", to_hex0x(stored.senders[index]));
  out.set("gasUsed", to_quantity(receipt.gas_used.raw()));
  out.set("logs", render_logs(stored, receipts, index));
  out.set("logsBloom", to_hex0x(receipt.bloom));
  out.set("status", receipt.success ? "0x1" : "0x0");
  out.set("to", optional_hex(txn.to));
  out.set("transactionHash", to_hex0x(stored.txn_hashes[index]));
  out.set("transactionIndex", to_quantity(std::uint64_t{index}));
  out.set("type", to_quantity(static_cast<std::uint64_t>(receipt.type)));
  return out;
}

json::Array render_receipts(const StoredBlock& stored, const std::vector<chain::Receipt>& receipts,
                            const uint256& blob_price) {
  json::Array out;
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    out.push_back(render_receipt(stored, receipts, i, blob_price));
  }
  return out;
}

Value render_access_list(const chain::AccessList& list) {
  json::Array out;
  for (const auto& entry : list) {
    json::Array keys;
    for (const Hash256& key : entry.storage_keys) keys.emplace_back(to_hex0x(key));
    out.push_back(
        Value::object({{"address", to_hex0x(entry.address)}, {"storageKeys", std::move(keys)}}));
  }
  return out;
}

Value render_log(const FoundLog& found) {
  json::Array topics;
  for (const Hash256& topic : found.log.topics) topics.emplace_back(to_hex0x(topic));
  return Value::object({{"address", to_hex0x(found.log.address)},
                        {"topics", std::move(topics)},
                        {"data", to_hex0x(found.log.data)},
                        {"blockNumber", to_quantity(found.height.raw())},
                        {"transactionHash", to_hex0x(found.txn_hash)},
                        {"transactionIndex", to_quantity(std::uint64_t{found.txn_index})},
                        {"blockHash", to_hex0x(found.block_hash)},
                        {"logIndex", to_quantity(std::uint64_t{found.log_index})},
                        {"removed", false}});
}

}  // namespace datapact::rpc

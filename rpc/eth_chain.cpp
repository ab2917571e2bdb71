// eth_: the chain itself. Unknown blocks, transactions and receipts are null, never half-filled.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/transaction.hpp"
#include "rpc/block_ref.hpp"
#include "rpc/context.hpp"
#include "rpc/error.hpp"
#include "rpc/methods.hpp"
#include "rpc/node_api.hpp"
#include "rpc/params.hpp"
#include "rpc/render.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace datapact::rpc::eth {
namespace {

using json::Value;

std::optional<StoredBlock> load_block(const Context& context, const BlockRef& ref) {
  const auto height = find_height(*context.chain, ref);
  if (!height) return std::nullopt;
  return context.chain->block(*height);
}

Outcome block_or_null(const Context& context, const BlockRef& ref, const Params& params) {
  TRY(const bool whole, params.flag(1));
  const auto stored = load_block(context, ref);
  if (!stored) return Value{};
  return render_block(*stored, whole ? TxnDetail::kWhole : TxnDetail::kHashes);
}

struct PlacedTxn {
  StoredBlock stored;
  std::size_t index = 0;
};

std::optional<PlacedTxn> load_txn(const Context& context, const TxnHash& hash) {
  const auto location = context.chain->find_txn(hash);
  if (!location || location->height > context.chain->head()) return std::nullopt;
  auto stored = context.chain->block(location->height);
  if (!stored || location->index >= stored->block.transactions.size()) return std::nullopt;
  return PlacedTxn{std::move(*stored), location->index};
}

Result<std::optional<PlacedTxn>, Error> load_txn_at(const Context& context, const Params& params) {
  TRY(const BlockRef ref, parse_block_ref(params.at(0), 0));
  TRY(const std::uint64_t index, params.count(1));
  auto stored = load_block(context, ref);
  if (!stored || index >= stored->block.transactions.size()) return std::optional<PlacedTxn>{};
  return std::optional<PlacedTxn>(PlacedTxn{std::move(*stored), static_cast<std::size_t>(index)});
}

Value raw_txn(const PlacedTxn& placed) {
  return to_hex0x(chain::encode(placed.stored.block.transactions[placed.index]));
}

uint256 blob_price(const Context& context, const chain::BlockHeader& header) {
  return chain::blob_gas_price(header, context.node.config());
}

}  // namespace

Outcome chain_id(const Context& context, const Params&) {
  return to_quantity(context.node.config().chain_id.raw());
}

Outcome block_number(const Context& context, const Params&) {
  return to_quantity(context.chain->head().raw());
}

Outcome get_block_by_number(const Context& context, const Params& params) {
  TRY(const BlockRef ref, parse_block_ref(params.at(0), 0));
  return block_or_null(context, ref, params);
}

Outcome get_block_by_hash(const Context& context, const Params& params) {
  TRY(const BlockHash hash, params.block_hash(0));
  return block_or_null(context, hash, params);
}

Outcome get_block_receipts(const Context& context, const Params& params) {
  TRY(const BlockRef ref, parse_block_ref(params.at(0), 0));
  const auto stored = load_block(context, ref);
  if (!stored) return Value{};
  const auto receipts = context.chain->receipts(stored->block.header.height);
  if (!receipts) return Value{};
  return Value(render_receipts(*stored, *receipts, blob_price(context, stored->block.header)));
}

Outcome get_block_transaction_count(const Context& context, const Params& params) {
  TRY(const BlockRef ref, parse_block_ref(params.at(0), 0));
  const auto stored = load_block(context, ref);
  if (!stored) return Value{};
  return to_quantity(std::uint64_t{stored->block.transactions.size()});
}

Outcome get_uncle_count(const Context& context, const Params& params) {
  TRY(const BlockRef ref, parse_block_ref(params.at(0), 0));
  if (!find_height(*context.chain, ref)) return Value{};
  return "0x0";
}

Outcome get_transaction_by_hash(const Context& context, const Params& params) {
  TRY(const TxnHash hash, params.txn_hash(0));
  if (const auto placed = load_txn(context, hash)) {
    return render_txn(placed->stored, placed->index);
  }
  if (const auto pending = context.node.txns().find_pending(hash)) {
    return render_pending_txn(*pending);
  }
  // It may have left the pool for a block after the chain was pinned.
  Context newer = context;
  newer.chain = context.node.chain();
  const auto placed = load_txn(newer, hash);
  return placed ? render_txn(placed->stored, placed->index) : Value{};
}

Outcome get_transaction_by_index(const Context& context, const Params& params) {
  TRY(const auto placed, load_txn_at(context, params));
  return placed ? render_txn(placed->stored, placed->index) : Value{};
}

Outcome get_transaction_receipt(const Context& context, const Params& params) {
  TRY(const TxnHash hash, params.txn_hash(0));
  const auto placed = load_txn(context, hash);
  if (!placed) return Value{};
  const auto receipts = context.chain->receipts(placed->stored.block.header.height);
  if (!receipts || placed->index >= receipts->size()) return Value{};
  return render_receipt(placed->stored, *receipts, placed->index,
                        blob_price(context, placed->stored.block.header));
}

Outcome get_raw_transaction_by_hash(const Context& context, const Params& params) {
  TRY(const TxnHash hash, params.txn_hash(0));
  if (const auto placed = load_txn(context, hash)) return raw_txn(*placed);
  const auto pending = context.node.txns().find_pending(hash);
  return pending ? Value(to_hex0x(chain::encode(pending->txn()))) : Value{};
}

Outcome get_raw_transaction_by_index(const Context& context, const Params& params) {
  TRY(const auto placed, load_txn_at(context, params));
  return placed ? raw_txn(*placed) : Value{};
}

Outcome syncing(const Context& context, const Params&) {
  const NodeStatus status = context.node.status();
  if (!status.syncing) return false;
  return Value::object({{"startingBlock", to_quantity(status.syncing->starting.raw())},
                        {"currentBlock", to_quantity(status.syncing->current.raw())},
                        {"highestBlock", to_quantity(status.syncing->highest.raw())}});
}

Outcome accounts(const Context&, const Params&) { return Value::array(); }

}  // namespace datapact::rpc::eth

#pragma once
// Blocks, transactions, receipts and logs as geth writes them (execution-apis). Pure.
#include "base/json.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "rpc/node_api.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace datapact::rpc {

enum class TxnDetail : std::uint8_t { kHashes, kWhole };

[[nodiscard]] json::Value render_block(const StoredBlock& stored, TxnDetail detail);
/// The transaction at `index` of the block; `index` must be inside.
[[nodiscard]] json::Value render_txn(const StoredBlock& stored, std::size_t index);
/// A transaction that waits in the pool: its block members are null.
[[nodiscard]] json::Value render_pending_txn(const chain::RecoveredTxn& recovered);
/// All receipts of a block, or one. `receipts` are those of the block; `blob_price` is what its
/// blob gas costs.
[[nodiscard]] json::Array render_receipts(const StoredBlock& stored,
                                          const std::vector<chain::Receipt>& receipts,
                                          const uint256& blob_price);
[[nodiscard]] json::Value render_receipt(const StoredBlock& stored,
                                         const std::vector<chain::Receipt>& receipts,
                                         std::size_t index, const uint256& blob_price);
[[nodiscard]] json::Value render_access_list(const chain::AccessList& list);
[[nodiscard]] json::Value render_log(const FoundLog& found);

}  // namespace datapact::rpc

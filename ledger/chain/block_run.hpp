#pragma once
// The execution of one block, transaction by transaction: what execute_block and BlockBuilder
// share.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/block_space.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/state/state.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace datapact::chain {

/// What the header must say after the last transaction.
struct BlockResult {
  std::vector<Receipt> receipts;
  Gas gas_used;
  Gas blob_gas_used;
  Bloom bloom;
  Hash256 receipts_root;
  std::optional<Hash256> requests_hash;
  state::StateDiff diff;
  state::TrieUpdate trie;
};

/// Why a transaction is not in the block, and whether only for want of room in this one.
struct TxnRefusal {
  BlockErrorCode code = BlockErrorCode::kInvalidTransaction;
  std::string reason;
  bool is_for_room = false;
};

/// Borrows everything it is given. Not thread-safe.
class BlockRun {
 public:
  /// `header` needs the fields that execution sees: height, time, coinbase, gas limit, fees.
  BlockRun(const ParentState& parent, const BlockHeader& header, const BlockRules& rules,
           const GenesisConfig& config);
  ~BlockRun() = default;
  BlockRun(const BlockRun&) = delete;
  BlockRun& operator=(const BlockRun&) = delete;

  /// A refused transaction changes nothing.
  [[nodiscard]] Result<void, TxnRefusal> run(const RecoveredTxn& txn);
  /// After the last transaction. The tries are brought up to date through `runner`.
  [[nodiscard]] Result<BlockResult, BlockError> finish(const std::vector<Withdrawal>& withdrawals,
                                                       TaskRunner& runner);

 private:
  [[nodiscard]] Result<void, BlockError> close(BlockResult& result);

  const ParentState& parent_;
  const BlockHeader& header_;
  const GenesisConfig& config_;
  state::State state_;
  Executor executor_;
  GovernanceView governance_;
  BlockSpace space_;
  std::vector<Receipt> receipts_;
  std::uint64_t gas_used_ = 0;
  std::uint64_t blob_gas_used_ = 0;
};

}  // namespace datapact::chain

#pragma once
// A final block executed again, up to and with the transaction that is asked for. Deterministic.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/state.hpp"
#include "ledger/state/state_view.hpp"
#include "vm/stop_watch.hpp"

#include <cstdint>

namespace datapact::chain {

/// Borrows everything it is given. Thread contract: one thread.
class BlockReplay {
 public:
  /// `parent` is the state after the parent, `context` what the block's transactions see. The
  /// system calls before the first transaction run here.
  BlockReplay(const state::StateView& parent, const BlockHeader& header, BlockContext context,
              vm::StopWatch& stop_watch);

  /// Transactions go in the order of the block. A rejection says that the block is none of this
  /// chain. What the stop watch ends is no outcome.
  [[nodiscard]] Result<void, TxnRejection> skip(const RecoveredTxn& txn);
  [[nodiscard]] Result<void, TxnRejection> trace(const RecoveredTxn& txn, TxnTracer& tracer);
  /// Logs of the transactions so far.
  [[nodiscard]] std::uint64_t logs() const noexcept { return logs_; }

 private:
  [[nodiscard]] Result<void, TxnRejection> run(Executor& executor, const RecoveredTxn& txn);

  BlockContext context_;
  vm::StopWatch& stop_watch_;
  state::State state_;
  Executor executor_;
  std::uint64_t gas_left_;
  std::uint64_t logs_ = 0;
};

}  // namespace datapact::chain

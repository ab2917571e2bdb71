#include "ledger/chain/trace/block_replay.hpp"

#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/trace/txn_tracer.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/state_view.hpp"
#include "vm/stop_watch.hpp"

#include <utility>

namespace datapact::chain {

BlockReplay::BlockReplay(const state::StateView& parent, const BlockHeader& header,
                         BlockContext context, vm::StopWatch& stop_watch)
    : context_(std::move(context)),
      stop_watch_(stop_watch),
      state_(parent),
      executor_(context_, nullptr, &stop_watch),
      gas_left_(header.gas_limit.raw()) {
  executor_.begin_block(state_, header.parent_beacon_block_root, Hash256{header.parent_hash.raw()});
}

Result<void, TxnRejection> BlockReplay::skip(const RecoveredTxn& txn) {
  return run(executor_, txn);
}

Result<void, TxnRejection> BlockReplay::trace(const RecoveredTxn& txn, TxnTracer& tracer) {
  Executor traced(context_, tracer, &stop_watch_);
  return run(traced, txn);
}

Result<void, TxnRejection> BlockReplay::run(Executor& executor, const RecoveredTxn& txn) {
  // The block was checked before it became final: its blobs fit.
  TRY(const TxnOutcome outcome, executor.execute(state_, txn, Gas{gas_left_}, blob_gas(txn.txn())));
  // execute() refuses a transaction above what is left.
  gas_left_ -= outcome.receipt.gas_used.raw();
  logs_ += outcome.receipt.logs.size();
  return {};
}

}  // namespace datapact::chain

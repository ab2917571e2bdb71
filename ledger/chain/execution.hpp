#pragma once
// Running one transaction, one call or one system call on a State. Deterministic.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/state.hpp"
#include "vm/host.hpp"
#include "vm/precompiles.hpp"
#include "vm/revision.hpp"
#include "vm/stop_watch.hpp"
#include "vm/tracer.hpp"
#include "vm/vm.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace datapact::chain {

class CodeCache;
class TxnTracer;

/// What every transaction of a block sees.
struct BlockContext {
  vm::BlockContext block;
  vm::Revision revision = vm::Revision::kPrague;
  vm::PrecompileSet precompiles;
  /// Hash of an ancestor for BLOCKHASH: asked only for the 256 heights below the block.
  std::function<Hash256(Height)> block_hash;
};

/// A transaction that ran, whether or not it succeeded.
struct TxnOutcome {
  /// cumulative_gas_used is this transaction's gas alone: the block adds what came before.
  Receipt receipt;
  vm::Status status = vm::Status::kSuccess;
  Bytes output;  ///< return or revert data
  Gas blob_gas_used;
  /// A precompile the chain has and this build lacks was called: the outcome is not the protocol's.
  /// A node never sees it, since it refuses such a genesis.
  std::optional<Address> missing_precompile;
};

/// A message without a signature: eth_call, eth_estimateGas, constructors of genesis.
struct CallRequest {
  Address from;
  std::optional<Address> to;  ///< absent: creation
  Wei value;
  Bytes data;
  Gas gas_limit;
  /// Zero passes under any base fee: no fee is charged then, and BASEFEE is zero.
  uint256 gas_price;
  AccessList access_list;
  std::vector<Hash256> blob_hashes;
  /// Likewise zero, and BLOBBASEFEE, where there are blobs.
  uint256 max_fee_per_blob_gas;
  std::vector<Authorization> authorizations;
};

struct CallOutcome {
  vm::Status status = vm::Status::kSuccess;
  Bytes output;  ///< return or revert data; of a creation the code
  Gas gas_used;  ///< after refund and floor, as a receipt would show it
  std::vector<Log> logs;
  std::optional<Address> contract_address;
};

/// Runs what a block runs, one after the other, on one State. Keeps the VM's frames and the
/// analysed code for the next transaction, so make one a block. Thread contract: one thread at a
/// time.
class Executor {
 public:
  /// Both are borrowed and may be null. A run that the stop watch ended has no outcome of the
  /// protocol: whoever gave one asks it, and uses it for call() only.
  explicit Executor(BlockContext context, vm::Tracer* tracer = nullptr,
                    vm::StopWatch* stop_watch = nullptr);
  /// For one transaction or call, of which `tracer` is told more than a VM knows; no system calls.
  Executor(BlockContext context, TxnTracer& tracer, vm::StopWatch* stop_watch = nullptr);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  [[nodiscard]] const BlockContext& context() const noexcept { return context_; }

  /// EIP-4788 and EIP-2935 (where the revision has it), before the first transaction. A system
  /// contract that is not deployed is passed over.
  void begin_block(state::State& state, const Hash256& parent_beacon_block_root,
                   const Hash256& parent_hash);

  /// A call by the system address with kSystemCallGas that pays nothing; ends the transaction
  /// scope. Its output, or nothing when it failed or there is no code.
  [[nodiscard]] std::optional<Bytes> system_call(state::State& state, const Address& contract,
                                                 ByteView input);

  /// All checks that execute() makes. `gas_left` and `blob_gas_left` are what earlier transactions
  /// of the block left.
  [[nodiscard]] Result<void, TxnRejection> validate(const state::State& state,
                                                    const RecoveredTxn& txn, Gas gas_left,
                                                    Gas blob_gas_left) const;

  /// Validates, runs and charges a transaction and ends its scope in `state`. A rejected one
  /// changes nothing.
  [[nodiscard]] Result<TxnOutcome, TxnRejection> execute(state::State& state,
                                                         const RecoveredTxn& recovered,
                                                         Gas gas_left, Gas blob_gas_left);

  /// Runs a request as if it were a transaction of `from`, without looking at its nonce or code,
  /// and ends the scope: pass a State of its own. Otherwise rejected as a transaction would be; the
  /// gas limit need not fit the block.
  [[nodiscard]] Result<CallOutcome, TxnRejection> call(state::State& state,
                                                       const CallRequest& request);

 private:
  struct Run;
  /// `seen` is the context of the block as the transaction sees it.
  [[nodiscard]] Run run(state::State& state, const BlockContext& seen, const Transaction& txn,
                        const vm::TxnContext& from);

  BlockContext context_;
  TxnTracer* txn_tracer_ = nullptr;
  vm::Vm vm_;
  std::unique_ptr<CodeCache> codes_;
};

}  // namespace datapact::chain

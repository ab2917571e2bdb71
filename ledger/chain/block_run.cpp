#include "ledger/chain/block_run.hpp"

#include "base/result.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/block_space.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/requests.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/chain/txn_rules.hpp"
#include "ledger/state/trie.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

constexpr std::uint64_t kWeiPerGwei = 1'000'000'000;

TxnRefusal to_refusal(SpaceRefusal refusal) {
  const bool is_quota = refusal == SpaceRefusal::kQuota;
  return {is_quota ? BlockErrorCode::kQuota : BlockErrorCode::kPermission,
          std::string(to_string(refusal)), is_quota};
}

TxnRefusal to_refusal(TxnRejection rejection) {
  // A gap of nonces opens when the one before found no room.
  const bool is_for_room =
      rejection == TxnRejection::kGasLimitAboveBlock || rejection == TxnRejection::kNonceTooHigh;
  return {BlockErrorCode::kInvalidTransaction, std::string(to_string(rejection)), is_for_room};
}

}  // namespace

BlockContext block_context(const BlockHeader& header, const BlockRules& rules,
                           const GenesisConfig& config, AncestorHashes ancestors) {
  BlockContext out;
  out.revision = rules.revision;
  out.precompiles = rules.precompiles;
  out.block.coinbase = header.coinbase;
  out.block.height = header.height;
  out.block.timestamp = header.timestamp_seconds;
  out.block.gas_limit = header.gas_limit.raw();
  out.block.prev_randao = to_uint256(header.mix_hash);
  out.block.base_fee = header.base_fee_per_gas;
  out.block.blob_base_fee = blob_gas_price(header, config);
  out.block.chain_id = config.chain_id;
  out.block_hash = [ancestors = std::move(ancestors)](Height height) {
    return Hash256{ancestors(height).raw()};
  };
  return out;
}

BlockRun::BlockRun(const ParentState& parent, const BlockHeader& header, const BlockRules& rules,
                   const GenesisConfig& config)
    : parent_(parent),
      header_(header),
      config_(config),
      state_(parent.state),
      executor_(block_context(header, rules, config, parent.ancestors)),
      governance_(parent.state),
      space_(governance_, header.gas_limit) {
  executor_.begin_block(state_, header.parent_beacon_block_root, Hash256{parent.hash.raw()});
}

Result<void, TxnRefusal> BlockRun::run(const RecoveredTxn& txn) {
  const bool is_consortium = config_.profile == Profile::kConsortium;
  if (is_consortium && txn.txn().type == TxnType::kBlob) {
    return fail(TxnRefusal{BlockErrorCode::kForbiddenType, "blob transactions do not exist here"});
  }
  if (is_consortium) {
    if (auto space = space_.check(txn); !space.has_value()) return fail(to_refusal(space.error()));
  }
  // Both differences: execute() refuses a transaction above what is left.
  const Gas gas_left{header_.gas_limit.raw() - gas_used_};
  const Gas blob_gas_left{blob_gas_max(config_, header_.timestamp_seconds).raw() - blob_gas_used_};
  auto outcome = executor_.execute(state_, txn, gas_left, blob_gas_left);
  if (!outcome.has_value()) return fail(to_refusal(outcome.error()));
  if (is_consortium) space_.take(txn);
  gas_used_ += outcome->receipt.gas_used.raw();
  blob_gas_used_ += outcome->blob_gas_used.raw();
  outcome->receipt.cumulative_gas_used = Gas{gas_used_};
  receipts_.push_back(std::move(outcome->receipt));
  return {};
}

Result<void, BlockError> BlockRun::close(BlockResult& result) {
  if (!fork_params(executor_.context().revision).has_requests) return {};
  if (config_.profile == Profile::kConsortium) {
    result.requests_hash = kEmptyRequestsHash;
    return {};
  }
  result.requests_hash =
      collect_requests_hash(executor_, state_, result.receipts, config_.deposit_contract);
  if (result.requests_hash) return {};
  return fail(BlockError{BlockErrorCode::kSystemContract, "requestsHash",
                         "request contracts that answer and well-formed deposits", "a failure"});
}

Result<BlockResult, BlockError> BlockRun::finish(const std::vector<Withdrawal>& withdrawals,
                                                 TaskRunner& runner) {
  for (const Withdrawal& withdrawal : withdrawals) {
    // At most 2^64 * 10^9 wei each; all balances together stay far below 2^256.
    const uint256 amount = uint256{withdrawal.amount_gwei} * kWeiPerGwei;
    // One of nothing leaves no empty account behind (EIP-161).
    state_.touch(withdrawal.address);
    if (!amount.is_zero()) state_.add_balance(withdrawal.address, Wei{amount});
  }
  state_.finish_transaction();
  BlockResult result;
  result.receipts = std::move(receipts_);
  TRY_VOID(close(result));
  result.gas_used = Gas{gas_used_};
  result.blob_gas_used = Gas{blob_gas_used_};
  for (const Receipt& receipt : result.receipts) {
    for (std::size_t i = 0; i < Bloom::kSize; ++i) {
      result.bloom.raw()[i] =
          static_cast<std::uint8_t>(result.bloom.raw()[i] | receipt.bloom.raw()[i]);
    }
  }
  result.receipts_root = receipts_root(result.receipts);
  result.diff = state_.diff();
  result.trie = state::update_tries({parent_.nodes, parent_.header.state_root, &parent_.state},
                                    result.diff, runner);
  return result;
}

}  // namespace datapact::chain

#include "base/fixed_bytes.hpp"
#include "base/hex.hpp"
#include "base/result.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_run.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/protocol_params.hpp"
#include "ledger/chain/transaction.hpp"
#include "vm/revision.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

using Check = Result<void, BlockError>;

std::string text(Gas gas) { return std::to_string(gas.raw()); }
template <class Tag, std::size_t N>
std::string text(const FixedBytes<Tag, N>& value) {
  return to_hex0x(value);
}

template <class T>
Check expect_equal(BlockErrorCode code, const char* field, const T& expected, const T& got) {
  if (expected == got) return {};
  return fail(BlockError{code, field, text(expected), text(got)});
}

BlockError at_transaction(std::size_t index, BlockErrorCode code, std::string reason) {
  return {code, "transactions[" + std::to_string(index) + "]", "a valid transaction",
          std::move(reason)};
}

Check check_size(const Block& block, Profile profile, vm::Revision revision) {
  const std::uint64_t bytes_max = block_bytes_max(profile, revision);
  if (bytes_max == kUnlimited) return {};
  const std::uint64_t bytes = block_bytes(block, profile);
  if (bytes <= bytes_max) return {};
  return fail(BlockError{BlockErrorCode::kTooLarge, "block",
                         "at most " + std::to_string(bytes_max) + " bytes",
                         std::to_string(bytes) + " bytes"});
}

Check check_body(const Block& block) {
  TRY_VOID(expect_equal(BlockErrorCode::kBody, "transactionsRoot",
                        transactions_root(block.transactions), block.header.transactions_root));
  return expect_equal(BlockErrorCode::kBody, "withdrawalsRoot", withdrawals_root(block.withdrawals),
                      block.header.withdrawals_root);
}

/// Each recovery is independent; the first bad one in order is reported.
Result<std::vector<RecoveredTxn>, BlockError> recover_senders(const Block& block,
                                                              TaskRunner& runner,
                                                              const SenderSource* known) {
  std::vector<std::optional<Result<RecoveredTxn, TxnError>>> recovered(block.transactions.size());
  runner.parallel_for(recovered.size(), [&](std::size_t i) {
    recovered[i].emplace(RecoveredTxn::recover(block.transactions[i], known));
  });
  std::vector<RecoveredTxn> out;
  out.reserve(recovered.size());
  // NOLINTBEGIN(bugprone-unchecked-optional-access): parallel_for returns when every task has run
  for (std::size_t i = 0; i < recovered.size(); ++i) {
    if (!recovered[i]->has_value()) {
      return fail(at_transaction(i, BlockErrorCode::kInvalidSignature,
                                 std::string(to_string(recovered[i]->error()))));
    }
    out.push_back(**std::move(recovered[i]));
  }
  // NOLINTEND(bugprone-unchecked-optional-access)
  return out;
}

Check check_result(const BlockHeader& header, const BlockResult& result) {
  const auto code = BlockErrorCode::kResult;
  TRY_VOID(expect_equal(code, "gasUsed", result.gas_used, header.gas_used));
  TRY_VOID(expect_equal(code, "blobGasUsed", result.blob_gas_used, header.blob_gas_used));
  TRY_VOID(expect_equal(code, "receiptsRoot", result.receipts_root, header.receipts_root));
  TRY_VOID(expect_equal(code, "logsBloom", result.bloom, header.bloom));
  // validate_header has checked that both are there or neither.
  TRY_VOID(expect_equal(code, "requestsHash", result.requests_hash.value_or(Hash256{}),
                        header.requests_hash.value_or(Hash256{})));
  return expect_equal(code, "stateRoot", result.trie.root, header.state_root);
}

}  // namespace

Result<std::shared_ptr<const ExecutedBlock>, BlockError> execute_block(const ParentState& parent,
                                                                       Block block,
                                                                       const GenesisConfig& config,
                                                                       const ExecutionHelp& help) {
  SequentialRunner here;
  TaskRunner& runner = help.runner != nullptr ? *help.runner : here;
  TRY(const BlockTerms terms, terms_after(parent, block.header.timestamp_seconds, config));
  TRY_VOID(validate_header(block.header, parent.header, parent.hash, config, terms));
  TRY_VOID(check_size(block, config.profile, terms.rules.revision));
  TRY_VOID(check_body(block));
  TRY(const std::vector<RecoveredTxn> txns, recover_senders(block, runner, help.senders));
  auto executed = std::make_shared<ExecutedBlock>();
  BlockRun run{parent, block.header, terms.rules, config};
  for (std::size_t i = 0; i < txns.size(); ++i) {
    if (auto ran = run.run(txns[i]); !ran.has_value()) {
      return fail(at_transaction(i, ran.error().code, ran.error().reason));
    }
    executed->txn_hashes.push_back(txns[i].hash());
    executed->senders.push_back(txns[i].sender());
  }
  TRY(BlockResult result, run.finish(block.withdrawals, runner));
  TRY_VOID(check_result(block.header, result));
  executed->hash = block_hash(block.header, config.profile);
  executed->block = std::move(block);
  executed->receipts = std::move(result.receipts);
  executed->diff = std::move(result.diff);
  executed->trie = std::move(result.trie);
  return executed;
}

}  // namespace datapact::chain

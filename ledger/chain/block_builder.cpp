#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/block_run.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/account.hpp"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace datapact::chain {
namespace {

std::uint64_t seconds_of(UnixMillis time) {
  return static_cast<std::uint64_t>(time.count()) / 1000;
}

/// Everything that is known before the first transaction.
BlockHeader header_on(const ParentState& parent, const BuildRequest& request,
                      const GenesisConfig& config, const ValidatorSet& validators) {
  BlockHeader header;
  header.parent_hash = parent.hash;
  header.ommers_hash = kEmptyOmmersHash;
  header.coinbase = request.coinbase;
  header.height = next(parent.header.height);
  header.gas_limit = parent.header.gas_limit;
  header.timestamp_seconds = seconds_of(request.time);
  header.base_fee_per_gas = next_base_fee(parent.header, config);
  header.withdrawals_root = state::kEmptyTrieRoot;
  if (config.profile == Profile::kConsortium) {
    header.difficulty = uint256{1};
    header.mix_hash = kQbftMixHash;
    header.extra_data = encode(QbftExtra{vanity_of(request.time), validators, {}, {}});
  } else {
    header.excess_blob_gas = next_excess_blob_gas(parent.header, config, header.timestamp_seconds);
  }
  return header;
}

/// What the header, the lengths and the lists of a block take beside extraData and transactions.
constexpr std::uint64_t kFrameBytesMax = 1'024;
std::uint64_t txn_bytes_max(const BlockHeader& header, std::uint64_t bytes_max) {
  const std::uint64_t frame = kFrameBytesMax + header.extra_data.size();
  return bytes_max > frame ? bytes_max - frame : 0;
}

void fill_results(BlockHeader& header, const BlockResult& result,
                  const std::vector<Transaction>& transactions) {
  header.transactions_root = transactions_root(transactions);
  header.gas_used = result.gas_used;
  header.blob_gas_used = result.blob_gas_used;
  header.receipts_root = result.receipts_root;
  header.bloom = result.bloom;
  header.requests_hash = result.requests_hash;
  header.state_root = result.trie.root;
}

}  // namespace

Result<BuiltBlock, BlockError> BlockBuilder::build(const ParentState& parent,
                                                   const BuildRequest& request) const {
  auto executed = std::make_shared<ExecutedBlock>();
  BuiltBlock built;
  BlockHeader& header = executed->block.header;
  TRY(const BlockTerms terms, terms_after(parent, seconds_of(request.time), config_));
  header = header_on(parent, request, config_, terms.validators);
  std::uint64_t bytes_left =
      txn_bytes_max(header, block_bytes_max(config_.profile, terms.rules.revision));
  BlockRun run{parent, header, terms.rules, config_};
  for (const TxnPtr& txn : request.candidates) {
    if (request.out_of_time && request.out_of_time()) break;
    const std::uint64_t txn_bytes = encode_in_block(txn->txn()).size();
    if (txn_bytes > bytes_left) continue;
    if (auto ran = run.run(*txn); !ran.has_value()) {
      if (ran.error().is_for_room) continue;
      built.skipped.push_back({txn->hash(),
                               {ran.error().code, "transaction", "a valid transaction",
                                std::move(ran).error().reason}});
      continue;
    }
    bytes_left -= txn_bytes;
    executed->block.transactions.push_back(txn->txn());
    executed->txn_hashes.push_back(txn->hash());
    executed->senders.push_back(txn->sender());
  }
  SequentialRunner here;
  TRY(BlockResult result, run.finish({}, request.runner != nullptr ? *request.runner : here));
  fill_results(header, result, executed->block.transactions);
  TRY_VOID(validate_header(header, parent.header, parent.hash, config_, terms));
  executed->hash = block_hash(header, config_.profile);
  executed->receipts = std::move(result.receipts);
  executed->diff = std::move(result.diff);
  executed->trie = std::move(result.trie);
  built.block = std::move(executed);
  return built;
}

}  // namespace datapact::chain

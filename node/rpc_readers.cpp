#include "node/rpc_readers.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/proof.hpp"
#include "ledger/state/trie.hpp"
#include "rpc/node_api.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::node {

std::optional<chain::BlockHeader> PinnedChain::header(Height height) const {
  return has(height) ? ledger_.header(height) : std::nullopt;
}

std::optional<Height> PinnedChain::height_of(const BlockHash& hash) const {
  const auto height = ledger_.height_of(hash);
  return height && has(*height) ? height : std::nullopt;
}

std::optional<rpc::StoredBlock> PinnedChain::block(Height height) const {
  auto block = has(height) ? ledger_.block(height) : std::nullopt;
  if (!block) return std::nullopt;
  return rpc::StoredBlock{std::move(block->block), block->hash, std::move(block->txn_hashes),
                          std::move(block->senders)};
}

std::optional<std::vector<chain::Receipt>> PinnedChain::receipts(Height height) const {
  return has(height) ? ledger_.receipts(height) : std::nullopt;
}

std::optional<rpc::TxnLocation> PinnedChain::find_txn(const TxnHash& hash) const {
  const auto location = ledger_.find_txn(hash);
  if (!location || !has(location->height)) return std::nullopt;
  return rpc::TxnLocation{location->height, location->index};
}

rpc::FoundLogs PinnedChain::logs(const rpc::LogFilter& filter, std::size_t logs_max) const {
  const store::LogFilter wanted{filter.from, std::min(filter.to, head()), filter.addresses,
                                filter.topics};
  auto found = ledger_.logs(wanted, {logs_max});
  rpc::FoundLogs out;
  out.truncated = found.truncated;
  out.last_height = found.last_height;
  for (auto& log : found.logs) {
    rpc::FoundLog& next_log = out.logs.emplace_back();
    next_log.log = std::move(log.log);
    next_log.height = log.height;
    next_log.block_hash = log.block_hash;
    next_log.txn_hash = log.txn_hash;
    next_log.txn_index = log.txn_index;
    next_log.log_index = log.log_index;
  }
  return out;
}

std::optional<rpc::AccountInfo> PinnedState::account(const Address& address) const {
  const auto account = view_->account(address);
  if (!account) return std::nullopt;
  return rpc::AccountInfo{account->nonce, account->balance, account->code_hash};
}

uint256 PinnedState::storage(const Address& address, const uint256& slot) const {
  return view_->storage(address, slot);
}

Bytes PinnedState::code(const Address& address) const {
  const auto account = view_->account(address);
  if (!account || account->code_hash == state::kEmptyCodeHash) return {};
  return *view_->code(account->code_hash);
}

rpc::AccountProof PinnedState::prove(const Address& address,
                                     const std::vector<uint256>& slots) const {
  rpc::AccountProof out;
  out.account = account(address).value_or(rpc::AccountInfo{{}, {}, state::kEmptyCodeHash});
  out.storage_root = state::storage_root(*view_, state_root_, address);
  out.nodes = state::prove_account(*view_, state_root_, address);
  for (const auto& slot : slots) {
    out.storage.push_back(
        {slot, storage(address, slot), state::prove_storage(*view_, state_root_, address, slot)});
  }
  return out;
}

}  // namespace datapact::node

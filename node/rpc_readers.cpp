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
  return has(height) ? ledger_.block(height) : std::nullopt;
}

std::optional<std::vector<chain::Receipt>> PinnedChain::receipts(Height height) const {
  return has(height) ? ledger_.receipts(height) : std::nullopt;
}

std::optional<rpc::TxnLocation> PinnedChain::find_txn(const TxnHash& hash) const {
  const auto location = ledger_.find_txn(hash);
  return location && has(location->height) ? location : std::nullopt;
}

rpc::FoundLogs PinnedChain::logs(const rpc::LogFilter& filter, std::size_t logs_max) const {
  rpc::LogFilter wanted = filter;
  wanted.to = std::min(filter.to, head());
  return ledger_.logs(wanted, {logs_max});
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

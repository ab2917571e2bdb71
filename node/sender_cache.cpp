#include "node/sender_cache.hpp"

#include "base/mutex.hpp"
#include "base/types.hpp"
#include "ledger/chain/transaction.hpp"

#include <cstddef>
#include <optional>

namespace datapact::node {

SenderCache::SenderCache(std::size_t txns_max) : txns_max_(txns_max) {}

void SenderCache::remember(const chain::RecoveredTxn& txn) {
  if (txns_max_ == 0) return;
  const Lock lock(mutex_);
  if (!senders_.emplace(txn.hash(), txn.sender()).second) return;
  if (hashes_.size() < txns_max_) {
    hashes_.push_back(txn.hash());
    return;
  }
  senders_.erase(hashes_[oldest_]);
  hashes_[oldest_] = txn.hash();
  oldest_ = (oldest_ + 1) % txns_max_;
}

std::optional<Address> SenderCache::sender_of(const TxnHash& hash) const {
  const Lock lock(mutex_);
  const auto found = senders_.find(hash);
  if (found == senders_.end()) return std::nullopt;
  return found->second;
}

}  // namespace datapact::node

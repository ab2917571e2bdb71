#pragma once
// Who sent the transactions that the pool took lately, so that a block which has them need not have
// their signatures checked a second time. Bounded by count; the oldest go first.
#include "base/mutex.hpp"
#include "base/types.hpp"
#include "ledger/chain/transaction.hpp"

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

namespace datapact::node {

/// Thread contract: any thread.
class SenderCache final : public chain::SenderSource {
 public:
  /// Zero remembers nothing.
  explicit SenderCache(std::size_t txns_max);
  void remember(const chain::RecoveredTxn& txn);
  [[nodiscard]] std::optional<Address> sender_of(const TxnHash& hash) const override;

 private:
  mutable Mutex mutex_;
  std::size_t txns_max_;
  std::unordered_map<TxnHash, Address> senders_ GUARDED_BY(mutex_);
  /// Its keys as a ring, in the order in which they came.
  std::vector<TxnHash> hashes_ GUARDED_BY(mutex_);
  std::size_t oldest_ GUARDED_BY(mutex_) = 0;
};

}  // namespace datapact::node

#pragma once
// The transactions that came through this node lately, by hash: what a proposal is put together
// from. They are shared with the pool, whose owner is another thread.
#include "base/mutex.hpp"
#include "base/types.hpp"
#include "ledger/chain/block_execution.hpp"

#include <cstddef>
#include <deque>
#include <unordered_map>

namespace datapact::node {

struct TxnShelfLimits {
  std::size_t txns_max = 16'384;
  std::size_t bytes_max = 64U << 20U;
};

/// Thread contract: any thread.
class TxnShelf {
 public:
  explicit TxnShelf(TxnShelfLimits limits) : limits_(limits) {}

  /// `bytes`: its encoded size. Beyond a limit the oldest go.
  void add(const chain::TxnPtr& txn, std::size_t bytes);
  /// Null when it is not here.
  [[nodiscard]] chain::TxnPtr find(const TxnHash& hash) const;

 private:
  struct Place {
    TxnHash hash;
    std::size_t bytes = 0;
  };

  const TxnShelfLimits limits_;
  mutable Mutex mutex_;
  std::unordered_map<TxnHash, chain::TxnPtr> txns_ GUARDED_BY(mutex_);
  /// Oldest first.
  std::deque<Place> order_ GUARDED_BY(mutex_);
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace datapact::node

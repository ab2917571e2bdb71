#include "node/txn_shelf.hpp"

#include "base/mutex.hpp"
#include "base/types.hpp"
#include "ledger/chain/block_execution.hpp"

#include <cstddef>

namespace datapact::node {

void TxnShelf::add(const chain::TxnPtr& txn, std::size_t bytes) {
  const Lock lock(mutex_);
  const TxnHash hash = txn->hash();
  if (!txns_.try_emplace(hash, txn).second) return;
  order_.push_back({hash, bytes});
  bytes_ += bytes;
  // Ends: what is empty is within every limit.
  while (order_.size() > limits_.txns_max || bytes_ > limits_.bytes_max) {
    bytes_ -= order_.front().bytes;
    txns_.erase(order_.front().hash);
    order_.pop_front();
  }
}

chain::TxnPtr TxnShelf::find(const TxnHash& hash) const {
  const Lock lock(mutex_);
  const auto found = txns_.find(hash);
  return found == txns_.end() ? nullptr : found->second;
}

}  // namespace datapact::node

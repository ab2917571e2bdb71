#pragma once
// A way into a pool without a core thread: for a node that follows no consensus.
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/txpool/pool.hpp"
#include "node/head_snapshot.hpp"
#include "rpc/node_api.hpp"

#include <optional>

namespace datapact::node {

/// Checks, recovers and admits on the caller's thread. Thread contract: any thread.
class PoolGateway final : public rpc::TxnGateway {
 public:
  /// Borrows both.
  PoolGateway(const chain::GenesisConfig& config, const HeadSource& heads, const Clock& clock)
      : heads_(heads), clock_(clock), pool_(config) {}

  void submit(Bytes raw_txn, rpc::SubmitDone done) override;
  [[nodiscard]] Result<Nonce, rpc::NodeError> pending_nonce(const Address& sender) override;
  [[nodiscard]] std::optional<chain::RecoveredTxn> find_pending(const TxnHash& hash) override;
  [[nodiscard]] rpc::PoolCounts counts() override;

 private:
  [[nodiscard]] Result<TxnHash, rpc::NodeError> admit(const Bytes& raw_txn);

  const HeadSource& heads_;
  const Clock& clock_;
  Mutex mutex_;
  txpool::Pool pool_ GUARDED_BY(mutex_);
};

}  // namespace datapact::node

#pragma once
// The way of a raw transaction into the pool: decode and check, recover the sender on the
// verification pool, admit on the core thread, answer.
#include "ledger/chain/genesis.hpp"
#include "node/core_inbox.hpp"
#include "node/core_loop.hpp"
#include "node/verification_pool.hpp"
#include "rpc/node_api.hpp"

namespace datapact::node {

/// Thread contract: any thread. Borrows everything.
class CoreTxnGateway final : public rpc::TxnGateway {
 public:
  CoreTxnGateway(VerificationPool& verification, CoreInbox& inbox)
      : verification_(verification), inbox_(inbox) {}

  void submit(Bytes raw_txn, rpc::SubmitDone done) override;
  [[nodiscard]] Result<Nonce, rpc::NodeError> pending_nonce(const Address& sender) override;
  [[nodiscard]] std::optional<chain::RecoveredTxn> find_pending(const TxnHash& hash) override;
  [[nodiscard]] rpc::PoolCounts counts() override;

 private:
  VerificationPool& verification_;
  CoreInbox& inbox_;
};

}  // namespace datapact::node

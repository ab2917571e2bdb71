#include "node/pool_gateway.hpp"

#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/txpool/pool.hpp"
#include "node/head_snapshot.hpp"
#include "rpc/node_api.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::node {
namespace {

rpc::NodeError server_error(std::string_view words) { return {-32000, std::string(words)}; }

}  // namespace

Result<TxnHash, rpc::NodeError> PoolGateway::admit(const Bytes& raw_txn) {
  auto txn = chain::decode_transaction(raw_txn);
  if (!txn) return fail(server_error(to_string(txn.error())));
  auto recovered = chain::RecoveredTxn::recover(std::move(*txn));
  if (!recovered) return fail(server_error(to_string(recovered.error())));
  const HeadPtr head = heads_.head();
  const auto& rules = head->next_rules;
  if (!rules) return fail(server_error(chain::to_string(rules.error())));
  const chain::BlockHeader& header = head->head->header;
  const Lock lock{mutex_};
  const auto admitted =
      pool_.admit(std::make_shared<const chain::RecoveredTxn>(std::move(*recovered)),
                  {*head->view, head->next_base_fee, header.gas_limit, *rules}, clock_.now());
  if (!admitted) return fail(server_error(to_string(admitted.error())));
  return admitted->hash();
}

void PoolGateway::submit(Bytes raw_txn, rpc::SubmitDone done) { done(admit(raw_txn)); }

Result<Nonce, rpc::NodeError> PoolGateway::pending_nonce(const Address& sender) {
  const HeadPtr head = heads_.head();
  const Lock lock{mutex_};
  return pool_.pending_nonce(sender, *head->view);
}

std::optional<chain::RecoveredTxn> PoolGateway::find_pending(const TxnHash& hash) {
  const Lock lock{mutex_};
  const auto found = pool_.find(hash);
  if (!found) return std::nullopt;
  return found->recovered();
}

rpc::PoolCounts PoolGateway::counts() {
  const HeadPtr head = heads_.head();
  const Lock lock{mutex_};
  const auto counts = pool_.counts(*head->view);
  return {counts.pending, counts.queued};
}

}  // namespace datapact::node

#include "node/txn_gateway.hpp"

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/txpool/pool.hpp"
#include "node/core_event.hpp"
#include "node/core_inbox.hpp"
#include "node/head_snapshot.hpp"
#include "node/verification_pool.hpp"
#include "rpc/node_api.hpp"

#include <cstddef>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::node {
namespace {

constexpr int kServerError = -32000;
constexpr int kLimitExceeded = -32005;

rpc::NodeError server_error(std::string_view words) { return {kServerError, std::string(words)}; }
rpc::NodeError overloaded() {
  return {kLimitExceeded, "the node is overloaded: send it again in a moment"};
}

/// Answers exactly once: an event that is dropped on shutdown answers when it is destroyed.
class Answer {
 public:
  explicit Answer(rpc::SubmitDone done) : done_(std::move(done)) {}
  ~Answer() { give(fail(server_error("the node is shutting down"))); }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  void give(Result<TxnHash, rpc::NodeError> result) {
    if (const auto done = std::exchange(done_, nullptr)) done(std::move(result));
  }

 private:
  rpc::SubmitDone done_;
};

bool is_limit(txpool::PoolError error) {
  return error == txpool::PoolError::kPoolFull || error == txpool::PoolError::kSenderFull ||
         error == txpool::PoolError::kOrganisationFull;
}

void offer(const Bytes& raw, CoreInbox& inbox, const std::shared_ptr<Answer>& answer) {
  auto txn = chain::decode_transaction(raw);
  if (!txn.has_value()) return answer->give(fail(server_error(to_string(txn.error()))));
  auto recovered = chain::RecoveredTxn::recover(std::move(*txn));
  if (!recovered.has_value()) {
    return answer->give(fail(server_error(to_string(recovered.error()))));
  }
  CoreEvent event = TxnSubmitted{
      std::make_shared<const chain::RecoveredTxn>(std::move(*recovered)),
      [answer](Result<TxnHash, txpool::PoolError> result) {
        if (result.has_value()) return answer->give(*result);
        const int code = is_limit(result.error()) ? kLimitExceeded : kServerError;
        answer->give(fail(rpc::NodeError{code, std::string(to_string(result.error()))}));
      }};
  if (!inbox.try_push(event)) answer->give(fail(overloaded()));
}

/// Asks the core thread and waits; nothing when it is overloaded or gone.
template <class T, class Ask>
std::optional<T> ask_core(CoreInbox& inbox, Ask ask) {
  auto promise = std::make_shared<std::promise<T>>();
  auto answer = promise->get_future();
  CoreEvent event = PoolQuery{
      [promise = std::move(promise), ask](const txpool::Pool& pool, const HeadSnapshot& head) {
        promise->set_value(ask(pool, head));
      }};
  if (!inbox.try_push(event)) return std::nullopt;
  // A dropped event breaks the promise, which get() reports by throwing.
  try {
    return answer.get();
  } catch (const std::future_error&) {
    return std::nullopt;
  }
}

}  // namespace

void CoreTxnGateway::submit(Bytes raw_txn, rpc::SubmitDone done) {
  auto answer = std::make_shared<Answer>(std::move(done));
  const std::size_t bytes = raw_txn.size();
  const bool posted = verification_.try_post(
      {Lane::kGossip, bytes, std::nullopt,
       [this, raw = std::move(raw_txn), answer] { offer(raw, inbox_, answer); }});
  if (!posted) answer->give(fail(overloaded()));
}

Result<Nonce, rpc::NodeError> CoreTxnGateway::pending_nonce(const Address& sender) {
  const auto nonce =
      ask_core<Nonce>(inbox_, [sender](const txpool::Pool& pool, const HeadSnapshot& head) {
        return pool.pending_nonce(sender, *head.view);
      });
  if (!nonce) return fail(overloaded());
  return *nonce;
}

std::optional<chain::RecoveredTxn> CoreTxnGateway::find_pending(const TxnHash& hash) {
  using Found = std::optional<chain::RecoveredTxn>;
  return ask_core<Found>(inbox_,
                         [hash](const txpool::Pool& pool, const HeadSnapshot&) -> Found {
                           const auto found = pool.find(hash);
                           if (!found) return std::nullopt;
                           return found->recovered();
                         })
      .value_or(std::nullopt);
}

rpc::PoolCounts CoreTxnGateway::counts() {
  return ask_core<rpc::PoolCounts>(inbox_,
                                   [](const txpool::Pool& pool, const HeadSnapshot& head) {
                                     const auto counts = pool.counts(*head.view);
                                     return rpc::PoolCounts{counts.pending, counts.queued};
                                   })
      .value_or(rpc::PoolCounts{});
}

}  // namespace datapact::node

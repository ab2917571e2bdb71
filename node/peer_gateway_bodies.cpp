// Proposals in two parts (docs/adr/0012-proposal-bodies.md): an own one leaves as the hashes of its
// transactions and a header; another's is put together from what came through this node, or asked
// for as a whole.
#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "base/types.hpp"
#include "consensus/message_codec.hpp"
#include "consensus/messages.hpp"
#include "consensus/plants.hpp"
#include "consensus/proposal_body.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/account.hpp"
#include "node/core_event.hpp"
#include "node/head_snapshot.hpp"
#include "node/peer_gateway.hpp"
#include "node/peer_messages.hpp"
#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

/// A hash with its length, and the lists and numbers around them.
constexpr std::size_t kBodyHashBytes = 33;
constexpr std::size_t kBodyFrameBytes = 64;

std::size_t body_txns_max(const HeadSnapshot& head) {
  return consensus::body_txns_max(head.head->header.gas_limit);
}

/// As far as that is known: of later heights than the next one the proposers are not.
bool may_propose(const consensus::ProposalPayload& payload, const Address& author,
                 const HeadSnapshot& head) {
  const auto& validators = head.next_validators;
  if (!std::ranges::binary_search(validators, author)) return false;
  return payload.height != next(head.head->height) ||
         chain::proposer(validators, head.head->header.coinbase, payload.round) == author;
}

}  // namespace

void PeerGateway::send_body(const consensus::ProposalBody& body) {
  ports_.links.publish(p2p::Topic::kConsensus, consensus::encode_body(body));
}

/// At once, since its header may be the peer's next message. A body that is too long is no offence:
/// the gas limit may be another one by then.
void PeerGateway::take_body(p2p::Message message, const consensus::MessagePoint& point) {
  const auto bytes_max = kBodyFrameBytes + kBodyHashBytes * body_txns_max(*head_.load());
  if (message.bytes.size() > bytes_max) return;
  bodies_.put(message.peer, point.height, point.round, std::move(message.bytes));
}

void PeerGateway::take_bare(const p2p::Message& message, consensus::BareProposal bare,
                            const HeadSnapshot& head) {
  if (auto whole = put_together(message.peer, bare, head)) {
    const auto encoded = consensus::encode_message(*whole);
    if (deliver(std::move(*whole), encoded, head)) ++proposals_assembled_;
    return;
  }
  const auto digest = bare.vote.payload().digest;
  const bool is_worth_asking = may_propose(bare.vote.payload(), bare.vote.author(), head);
  // What is signed counts against its author all the same.
  CoreEvent event = PeerMessage{std::move(bare), message.bytes.size()};
  static_cast<void>(ports_.inbox.try_push(event));
  if (is_worth_asking) ask_sender(message.peer, digest);
}

std::optional<consensus::Message> PeerGateway::put_together(const p2p::NodeId& peer,
                                                            const consensus::BareProposal& bare,
                                                            const HeadSnapshot& head) {
  auto txns = find_transactions(peer, bare, head);
  if (!txns) return std::nullopt;
  auto whole = consensus::with_transactions(bare, std::move(*txns));
  if (!whole.has_value()) return std::nullopt;
  return std::move(*whole);
}

std::optional<std::vector<chain::Transaction>> PeerGateway::find_transactions(
    const p2p::NodeId& peer, const consensus::BareProposal& bare, const HeadSnapshot& head) {
  std::vector<chain::Transaction> out;
  if (bare.header.transactions_root == state::kEmptyTrieRoot) return out;
  const auto& payload = bare.vote.payload();
  const auto bytes = bodies_.find(peer, payload.height, payload.round);
  if (!bytes) return std::nullopt;
  const auto body = consensus::decode_body(*bytes, body_txns_max(head));
  if (!body.has_value()) {
    blame(peer, p2p::Offence::kInvalidMessage, to_string(body.error()));
    return std::nullopt;
  }
  out.reserve(body->txns.size());
  for (const auto& hash : body->txns) {
    auto txn = admitted_.find(hash);
    if (!txn) txn = arrived_.find(hash);
    if (!txn) return std::nullopt;
    out.push_back(txn->txn());
  }
  return out;
}

/// Whoever sent the header has the block. If it does not come from there, the engine says so once
/// more than can be faulty vote for it.
void PeerGateway::ask_sender(const p2p::NodeId& peer, const Hash256& digest) {
  if (is_planted(consensus::Plant::kHashesOnly)) return;
  // Held over the call, so that no answer comes before its question is known.
  const Lock lock(mutex_);
  if (!fetch_.may_ask(peer, digest)) return;
  const auto id = ports_.links.request(peer, encode_proposal_request(digest));
  if (id) fetch_.asked(*id, peer, digest);
}

ProposalCounts PeerGateway::proposal_counts() const {
  return {proposals_assembled_.load(), proposals_fetched_.load()};
}

}  // namespace datapact::node

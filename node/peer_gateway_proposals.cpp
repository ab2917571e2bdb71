// Proposals by digest (docs/adr/0012-proposal-bodies.md): what others vote for and has not come is
// asked for, and what this node has signed or passed on is shown to who asks.
#include "base/bytes.hpp"
#include "base/mutex.hpp"
#include "base/types.hpp"
#include "consensus/effects.hpp"
#include "consensus/message_codec.hpp"
#include "consensus/messages.hpp"
#include "consensus/plants.hpp"
#include "node/peer_gateway.hpp"
#include "node/peer_messages.hpp"
#include "node/verification_pool.hpp"
#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/types.hpp"

#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace datapact::node {

void PeerGateway::request_proposal(const consensus::ProposalMissing& missing) {
  if (is_planted(consensus::Plant::kHashesOnly)) return;
  std::vector<p2p::NodeId> peers;
  for (const auto& author : missing.authors) {
    if (const auto peer = voters_.peer_of(author)) peers.push_back(*peer);
  }
  const Lock lock(mutex_);
  fetch_.want(missing.digest, std::move(peers));
  if (missing.is_overdue) fetch_.try_again();
  ask_next();
}

/// Under the lock, so that no answer comes before its question is known.
void PeerGateway::ask_next() {
  // Ends: each peer is tried once.
  while (const auto peer = fetch_.next()) {
    const auto id = ports_.links.request(*peer, encode_proposal_request(fetch_.wanted()));
    if (id) fetch_.asked(*id, *peer, fetch_.wanted());
  }
}

bool PeerGateway::serve_proposal(const p2p::Request& request) {
  const auto digest = decode_proposal_request(request.body);
  if (!digest) return false;
  auto proposal = own_.proposal(*digest);
  if (!proposal) proposal = recent_.proposal(*digest);
  if (proposal) {
    ports_.links.respond(request.peer, request.id, *proposal);
  } else {
    ports_.links.refuse(request.peer, request.id);
  }
  return true;
}

bool PeerGateway::take_proposal(p2p::Response& response) {
  std::optional<Hash256> digest;
  {
    const Lock lock(mutex_);
    digest = fetch_.close(response.id);
  }
  if (!digest) return false;
  auto shared = std::make_shared<const p2p::Response>(std::move(response));
  // Without room it is asked for again when the own votes are sent again.
  static_cast<void>(
      ports_.post({Lane::kConsensus, shared->body.size(), shared->peer,
                   [this, shared, wanted = *digest] { decode_proposal(*shared, wanted); }}));
  return true;
}

void PeerGateway::decode_proposal(const p2p::Response& response, const Hash256& digest) {
  const auto head = head_.load();
  const auto point = consensus::peek_message(response.body);
  // The head may have moved since the question.
  if (point.has_value() && point->height <= head->head->height) return;
  auto proposal = decode_authentic(response.peer, response.body, *head);
  const bool is_other = proposal && (!std::holds_alternative<consensus::Proposal>(*proposal) ||
                                     digest_of(*proposal) != digest);
  if (is_other) {
    blame(response.peer, p2p::Offence::kInvalidMessage, "another message than was asked for");
  }
  const bool has_come =
      proposal && !is_other && deliver(std::move(*proposal), response.body, *head);
  const Lock lock(mutex_);
  if (has_come) {
    ++proposals_fetched_;
    fetch_.settle(digest);
  } else {
    ask_next();
  }
}

bool PeerGateway::proposal_failed(p2p::RequestId id) {
  const Lock lock(mutex_);
  if (!fetch_.close(id)) return false;
  ask_next();
  return true;
}

}  // namespace datapact::node

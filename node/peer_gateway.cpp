#include "node/peer_gateway.hpp"

#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/log.hpp"
#include "base/mutex.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/message_codec.hpp"
#include "consensus/messages.hpp"
#include "consensus/params.hpp"
#include "consensus/plants.hpp"
#include "consensus/proposal_body.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/transaction.hpp"
#include "node/block_server.hpp"
#include "node/clock_probe.hpp"
#include "node/core_event.hpp"
#include "node/fetched_block.hpp"
#include "node/head_snapshot.hpp"
#include "node/peer_messages.hpp"
#include "node/recent_votes.hpp"
#include "node/verification_pool.hpp"
#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace datapact::node {
namespace {

static_assert(consensus::kMessageBytesMax <=
                  p2p::Limits{}.of(p2p::Topic::kConsensus).message_bytes_max,
              "a validator could write a proposal that it cannot send");
static_assert(consensus::kMessageBytesMax <=
                  p2p::Limits{}.of(p2p::Topic::kBlocks).message_bytes_max,
              "a node could ask for a proposal that nobody can send");
static_assert(kAnswerBytesMax <= p2p::Limits{}.of(p2p::Topic::kBlocks).message_bytes_max,
              "a node could ask for blocks that nobody can send");

p2p::Offence offence_of(consensus::MessageError error) {
  switch (error) {
    case consensus::MessageError::kInvalidSignature:
    case consensus::MessageError::kHighS:
    case consensus::MessageError::kForeignSeal:
    case consensus::MessageError::kForeignAuthor:
      return p2p::Offence::kForgedSignature;
    case consensus::MessageError::kWrongVersion:
      return p2p::Offence::kForeignChain;
    case consensus::MessageError::kMalformed:
    case consensus::MessageError::kUnknownCode:
    case consensus::MessageError::kTooManyParts:
    case consensus::MessageError::kWrongDigest:
    case consensus::MessageError::kWrongBody:
    case consensus::MessageError::kUnwanted:
      return p2p::Offence::kInvalidMessage;
  }
  return p2p::Offence::kInvalidMessage;
}

/// With nothing but the author recovered: may a message of the height above `head`, or a later one,
/// cost as much as it wants to? Of the next height the validators are known. Of later ones they are
/// not: a validator may ask for more, a stranger for what needs no justification.
Result<void, consensus::MessageError> judge_claim(const consensus::MessageClaim& claim,
                                                  const HeadSnapshot& head) {
  const auto& validators = head.next_validators;
  const bool is_known = std::ranges::binary_search(validators, claim.author);
  const bool is_next = claim.point.height == next(head.head->height);
  if (is_next && !is_known) return fail(consensus::MessageError::kForeignAuthor);
  if (is_next && claim.parts > validators.size()) {
    return fail(consensus::MessageError::kTooManyParts);
  }
  if (!is_known && claim.parts != 0) return fail(consensus::MessageError::kUnwanted);
  return {};
}

std::string short_name(const p2p::NodeId& peer) { return to_hex0x(peer).substr(0, 10); }

}  // namespace

PeerGateway::PeerGateway(GatewayPorts ports)
    : ports_(std::move(ports)), domain_{ports_.genesis.config.chain_id, ports_.genesis.hash} {}

bool PeerGateway::on_message(p2p::Message message) {
  switch (message.topic) {
    case p2p::Topic::kConsensus:
      return take_vote(std::move(message));
    case p2p::Topic::kBlocks:
      return take_head(message);
    case p2p::Topic::kTransactions:
      return take_txn(std::move(message));
  }
  return true;
}

/// Height and round first: they cost nothing, a signature does (QBFT.md section 11).
bool PeerGateway::take_vote(p2p::Message message) {
  const auto point = consensus::peek_message(message.bytes);
  if (!point.has_value()) {
    blame(message.peer, offence_of(point.error()), to_string(point.error()));
    return true;
  }
  if (point->round > consensus::kRoundMax) {
    blame(message.peer, p2p::Offence::kInvalidMessage, "a vote for a round beyond the last");
    return true;
  }
  const Height head = head_.load()->head->height;
  if (point->height <= head) return true;
  if (point->height.raw() - head.raw() > consensus::kHeightsAheadMax) return true;
  if (point->code == consensus::MessageCode::kProposalBody) {
    take_body(std::move(message), *point);
    return true;
  }
  auto shared = std::make_shared<const p2p::Message>(std::move(message));
  return ports_.post({Lane::kConsensus, shared->bytes.size(), shared->peer,
                      [this, shared] { decode_vote(*shared); }});
}

void PeerGateway::decode_vote(const p2p::Message& message) {
  const auto head = head_.load();
  // The head may have moved while the message waited.
  const auto point = consensus::peek_message(message.bytes);
  if (!point.has_value() || point->height <= head->head->height) return;
  auto vote = decode_authentic(message.peer, message.bytes, *head);
  if (!vote) return;
  if (height_of(*vote) == next(head->head->height)) voters_.heard(author_of(*vote), message.peer);
  if (auto* bare = std::get_if<consensus::BareProposal>(&*vote)) {
    return take_bare(message, std::move(*bare), *head);
  }
  deliver(std::move(*vote), message.bytes, *head);
}

std::optional<consensus::Message> PeerGateway::decode_authentic(const p2p::NodeId& peer,
                                                                ByteView bytes,
                                                                const HeadSnapshot& head) {
  auto decoded = consensus::decode_message(
      bytes, domain_,
      [&](const consensus::MessageClaim& claim) { return judge_claim(claim, head); });
  if (decoded.has_value()) return std::move(*decoded);
  // Nobody can know what is of use here.
  if (decoded.error() != consensus::MessageError::kUnwanted) {
    blame(peer, offence_of(decoded.error()), to_string(decoded.error()));
  }
  return std::nullopt;
}

bool PeerGateway::deliver(consensus::Message vote, ByteView encoded, const HeadSnapshot& head) {
  const Height height = height_of(vote);
  RecentVote kept{author_of(vote), height, round_of(vote), code_of(vote), digest_of(vote), {}};
  CoreEvent event = PeerMessage{std::move(vote), encoded.size()};
  if (!ports_.inbox.try_push(event)) return false;
  // Of later heights the validators are not known: such a vote may be a stranger's. It goes no
  // further than the engine's buffer, since whoever passes a vote on answers for its author.
  if (height != next(head.head->height)) return true;
  kept.encoded = to_bytes(encoded);
  recent_.add(std::move(kept));
  return true;
}

bool PeerGateway::take_head(const p2p::Message& message) {
  const auto head = decode_head(message.bytes);
  if (!head.has_value()) {
    blame(message.peer, p2p::Offence::kInvalidMessage, to_string(head.error()));
    return true;
  }
  // Heads come while there are blocks, and again when there are none for want of votes: often
  // enough to know a clock by.
  compare_clocks(message.peer);
  CoreEvent event = PeerHead{message.peer, *head};
  return ports_.inbox.try_push(event);
}

void PeerGateway::compare_clocks(const p2p::NodeId& peer) {
  // Held over the call, so that no answer comes before its question is known.
  const Lock lock(mutex_);
  const auto at = read_clock();
  if (!clocks_.is_due(peer, at.monotonic)) return;
  if (const auto asked = ports_.links.request(peer, encode_time_request())) {
    clocks_.asked(*asked, peer, at);
  }
}

bool PeerGateway::take_time(const p2p::Response& response) {
  std::optional<ClockOffset> offset;
  {
    const Lock lock(mutex_);
    if (!clocks_.has_asked(response.id)) return false;
    const auto theirs = decode_time(response.body);
    if (theirs.has_value()) {
      offset = clocks_.answered(response.id, *theirs, read_clock());
    } else {
      clocks_.forget(response.id);
    }
  }
  if (!offset) {
    blame(response.peer, p2p::Offence::kInvalidMessage, "no time, asked for it");
    return true;
  }
  // Only validators' clocks count, and whose node this is is known once his votes come from it.
  const Address validator = voters_.validator_of(response.peer);
  if (validator == Address{}) return true;
  CoreEvent event = ClockCompared{{validator, offset->ahead, offset->uncertainty}};
  // A full inbox loses it: the next one comes in a few seconds.
  static_cast<void>(ports_.inbox.try_push(event));
  return true;
}

bool PeerGateway::take_txn(p2p::Message message) {
  auto shared = std::make_shared<const p2p::Message>(std::move(message));
  return ports_.post(
      {Lane::kGossip, shared->bytes.size(), shared->peer, [this, shared] { decode_txn(*shared); }});
}

void PeerGateway::decode_txn(const p2p::Message& message) {
  auto txn = chain::decode_transaction(message.bytes);
  if (!txn.has_value()) {
    return blame(message.peer, p2p::Offence::kInvalidMessage, to_string(txn.error()));
  }
  auto recovered = chain::RecoveredTxn::recover(std::move(*txn));
  if (!recovered.has_value()) {
    return blame(message.peer, p2p::Offence::kForgedSignature, to_string(recovered.error()));
  }
  const auto shared = std::make_shared<const chain::RecoveredTxn>(std::move(*recovered));
  arrived_.add(shared, message.bytes.size());
  // The pool judges the rest and has it passed on once; a full inbox drops it.
  CoreEvent event = TxnSubmitted{shared, nullptr};
  static_cast<void>(ports_.inbox.try_push(event));
}

bool PeerGateway::on_request(p2p::Request request) {
  if (is_time_request(request.body)) {
    // At once: every queue on the way would make the answer less certain.
    ports_.links.respond(request.peer, request.id, encode_time(ports_.clock.now()));
    return true;
  }
  if (serve_proposal(request)) return true;
  const auto wanted = decode_blocks_request(request.body);
  if (!wanted.has_value()) {
    blame(request.peer, p2p::Offence::kInvalidMessage, to_string(wanted.error()));
    ports_.links.refuse(request.peer, request.id);
    return true;
  }
  return ports_.post({Lane::kGossip, request.body.size(), request.peer,
                      [this, peer = request.peer, id = request.id, wanted = *wanted] {
                        if (const auto answer = serve_blocks(ports_.ledger, wanted)) {
                          ports_.links.respond(peer, id, *answer);
                        } else {
                          ports_.links.refuse(peer, id);
                        }
                      }});
}

void PeerGateway::on_response(p2p::Response response) {
  if (take_time(response) || take_proposal(response)) return;
  const auto question = close(response.id);
  if (!question) return;
  auto shared = std::make_shared<const p2p::Response>(std::move(response));
  const bool posted = ports_.post({Lane::kBlocks, shared->body.size(), shared->peer,
                                   [this, shared, id = *question] { decode_answer(*shared, id); }});
  if (!posted) ports_.inbox.push_answer(RequestFailed{*question});
}

void PeerGateway::decode_answer(const p2p::Response& response, FetchId id) {
  auto sent = decode_blocks(response.body);
  if (!sent.has_value()) {
    blame(response.peer, p2p::Offence::kInvalidMessage, to_string(sent.error()));
    return ports_.inbox.push_answer(RequestFailed{id});
  }
  BlocksArrived event{response.peer, id, {}};
  for (auto& one : *sent) {
    auto fetched = FetchedBlock::check(std::move(one.block), one.bytes);
    if (!fetched.has_value()) {
      blame(response.peer, p2p::Offence::kInvalidBlock, to_string(fetched.error()));
      return ports_.inbox.push_answer(RequestFailed{id});
    }
    event.blocks.push_back(std::move(*fetched));
  }
  ports_.inbox.push_answer(std::move(event));
}

void PeerGateway::on_request_failed(p2p::RequestId id, p2p::RequestFailure /*failure*/) {
  {
    const Lock lock(mutex_);
    if (clocks_.forget(id)) return;
  }
  if (proposal_failed(id)) return;
  if (const auto question = close(id)) ports_.inbox.push_answer(RequestFailed{*question});
}

void PeerGateway::on_peer_up(const p2p::NodeId& peer, p2p::Grant grant) {
  {
    // Told again when the grant changes.
    const Lock lock(mutex_);
    peers_.insert(peer);
  }
  log::info("p2p", "peer " + short_name(peer) + " is up, grant " + std::string(to_string(grant)));
  ports_.inbox.push_answer(PeerUp{peer, voters_.validator_of(peer)});
}

void PeerGateway::on_peer_down(const p2p::NodeId& peer, p2p::LinkEnd end) {
  {
    const Lock lock(mutex_);
    peers_.erase(peer);
    clocks_.peer_gone(peer);
  }
  bodies_.peer_gone(peer);
  log::info("p2p", "peer " + short_name(peer) + " is down: " + std::string(to_string(end)));
  ports_.inbox.push_answer(PeerDown{peer, voters_.validator_of(peer)});
}

void PeerGateway::head_moved(const HeadPtr& head) {
  head_.store(head);
  recent_.forget_below(next(head->head->height));
  own_.forget_below(next(head->head->height));
  bodies_.forget_below(next(head->head->height));
}

void PeerGateway::broadcast(const consensus::Message& message) {
  const auto* proposal = std::get_if<consensus::Proposal>(&message);
  if (proposal == nullptr) return resend(message);
  send_bare(message, *proposal);
}

void PeerGateway::send_bare(const consensus::Message& message,
                            const consensus::Proposal& proposal) {
  // Kept before it is sent: who lacks a transaction asks at once.
  keep_own(message, consensus::encode_message(message));
  ports_.links.publish(p2p::Topic::kConsensus,
                       consensus::encode_message(consensus::without_transactions(proposal)));
}

/// A proposal whole: where the first one was not understood more is missing than its header.
void PeerGateway::resend(const consensus::Message& message) {
  const auto* proposal = std::get_if<consensus::Proposal>(&message);
  if (proposal != nullptr && is_planted(consensus::Plant::kHashesOnly)) {
    return send_bare(message, *proposal);
  }
  auto encoded = consensus::encode_message(message);
  ports_.links.publish(p2p::Topic::kConsensus, encoded);
  if (proposal != nullptr) keep_own(message, std::move(encoded));
}

void PeerGateway::keep_own(const consensus::Message& proposal, Bytes encoded) {
  own_.add({author_of(proposal), height_of(proposal), round_of(proposal), code_of(proposal),
            digest_of(proposal), std::move(encoded)});
}

void PeerGateway::send_vote(const p2p::NodeId& peer, const consensus::Message& message) {
  ports_.links.send(peer, p2p::Topic::kConsensus, consensus::encode_message(message));
}

void PeerGateway::repeat_votes() {
  for (const auto& vote : recent_.at(next(head_.load()->head->height))) {
    ports_.links.relay(p2p::Topic::kConsensus, vote, {});
  }
}

void PeerGateway::gossip(const chain::TxnPtr& txn) {
  const auto encoded = chain::encode(txn->txn());
  admitted_.add(txn, encoded.size());
  ports_.links.relay(p2p::Topic::kTransactions, encoded, {});
}

void PeerGateway::announce(const HeadStatus& head) {
  ports_.links.publish(p2p::Topic::kBlocks, encode(head));
}

void PeerGateway::send_head(const p2p::NodeId& peer, const HeadStatus& head) {
  ports_.links.send(peer, p2p::Topic::kBlocks, encode(head));
}

void PeerGateway::request_blocks(const p2p::NodeId& peer, FetchId id,
                                 const BlocksRequest& request) {
  // Held over the call, so that no answer comes before its question is known.
  const Lock lock(mutex_);
  if (const auto asked = ports_.links.request(peer, encode(request))) {
    questions_.emplace(*asked, id);
  } else {
    ports_.inbox.push_answer(RequestFailed{id});
  }
}

std::size_t PeerGateway::peers() const {
  const Lock lock(mutex_);
  return peers_.size();
}

void PeerGateway::blame(const p2p::NodeId& peer, p2p::Offence offence, std::string_view reason) {
  log::warning("p2p", "peer " + short_name(peer) + ": " + std::string(reason));
  ports_.links.report(peer, offence);
}

std::optional<FetchId> PeerGateway::close(p2p::RequestId id) {
  const Lock lock(mutex_);
  const auto at = questions_.find(id);
  if (at == questions_.end()) return std::nullopt;
  const FetchId question = at->second;
  questions_.erase(at);
  return question;
}

}  // namespace datapact::node

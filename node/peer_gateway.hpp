#pragma once
// Between the network's bytes and the core loop: what peers send is dropped cheaply when it is old,
// decoded and its signatures recovered on the verification pool, scored when it is bad, and handed
// over; what the core wants to say is encoded and sent. Peers are asked for their time now and
// then.
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/mutex.hpp"
#include "consensus/message_codec.hpp"
#include "consensus/messages.hpp"
#include "consensus/proposal_body.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/ledger.hpp"
#include "node/body_shelf.hpp"
#include "node/clock_probe.hpp"
#include "node/core_inbox.hpp"
#include "node/peer_links.hpp"
#include "node/ports.hpp"
#include "node/proposal_fetch.hpp"
#include "node/recent_votes.hpp"
#include "node/txn_shelf.hpp"
#include "node/verification_pool.hpp"
#include "node/voter_table.hpp"
#include "p2p/gossip/handler.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace datapact::node {

/// How the others' proposals came to this node, since the start.
struct ProposalCounts {
  /// Put together from hashes and transactions that were here already.
  std::uint64_t assembled = 0;
  /// Whole, because this node asked for them.
  std::uint64_t fetched = 0;
};

/// Runs a job elsewhere; false when it cannot take it now. A simulator runs it at once.
using PostJob = std::function<bool(VerificationJob)>;

/// Borrowed: all must outlive the gateway, and no job may run after it.
struct GatewayPorts {
  const chain::Genesis& genesis;
  const store::Ledger& ledger;
  CoreInbox& inbox;
  PeerLinks& links;
  PostJob post;
  const Clock& clock;
};

/// Thread contract: any thread.
class PeerGateway final : public p2p::Handler, public Network {
 public:
  explicit PeerGateway(GatewayPorts ports);

  // p2p::Handler
  [[nodiscard]] bool on_message(p2p::Message message) override;
  [[nodiscard]] bool on_request(p2p::Request request) override;
  void on_response(p2p::Response response) override;
  void on_request_failed(p2p::RequestId id, p2p::RequestFailure failure) override;
  void on_peer_up(const p2p::NodeId& peer, p2p::Grant grant) override;
  void on_peer_down(const p2p::NodeId& peer, p2p::LinkEnd end) override;

  // Network
  void head_moved(const HeadPtr& head) override;
  void broadcast(const consensus::Message& message) override;
  void send_body(const consensus::ProposalBody& body) override;
  void resend(const consensus::Message& message) override;
  void send_vote(const p2p::NodeId& peer, const consensus::Message& message) override;
  void repeat_votes() override;
  void gossip(const chain::TxnPtr& txn) override;
  void announce(const HeadStatus& head) override;
  void send_head(const p2p::NodeId& peer, const HeadStatus& head) override;
  void request_blocks(const p2p::NodeId& peer, FetchId id, const BlocksRequest& request) override;
  void request_proposal(const consensus::ProposalMissing& missing) override;
  void blame(const p2p::NodeId& peer, p2p::Offence offence, std::string_view reason) override;
  [[nodiscard]] std::size_t peers() const override;

  [[nodiscard]] ProposalCounts proposal_counts() const;

 private:
  [[nodiscard]] bool take_vote(p2p::Message message);
  [[nodiscard]] bool take_head(const p2p::Message& message);
  [[nodiscard]] bool take_txn(p2p::Message message);
  void decode_vote(const p2p::Message& message);
  void decode_txn(const p2p::Message& message);
  void decode_answer(const p2p::Response& response, FetchId id);
  /// Asks for the peer's time, unless that was done lately.
  void compare_clocks(const p2p::NodeId& peer);
  /// Whether the response is to a question for the time.
  [[nodiscard]] bool take_time(const p2p::Response& response);
  [[nodiscard]] ClockReading read_clock() const {
    return {ports_.clock.now(), ports_.clock.monotonic()};
  }
  /// `proposal` is what `message` holds.
  void send_bare(const consensus::Message& message, const consensus::Proposal& proposal);
  void keep_own(const consensus::Message& proposal, Bytes encoded);
  // peer_gateway_proposals.cpp: proposals by digest.
  /// Whether the request is a question for a proposal.
  [[nodiscard]] bool serve_proposal(const p2p::Request& request);
  /// Whether the response is to a question for a proposal.
  [[nodiscard]] bool take_proposal(p2p::Response& response);
  void decode_proposal(const p2p::Response& response, const Hash256& digest);
  void ask_next() REQUIRES_LOCK(mutex_);
  /// Whether the request was a question for a proposal; somebody else is asked.
  [[nodiscard]] bool proposal_failed(p2p::RequestId id);

  // peer_gateway_bodies.cpp: proposals in two parts.
  void take_body(p2p::Message message, const consensus::MessagePoint& point);
  void take_bare(const p2p::Message& message, consensus::BareProposal bare,
                 const HeadSnapshot& head);
  /// Nothing when list or transactions are missing, or the list is not the header's.
  [[nodiscard]] std::optional<consensus::Message> put_together(const p2p::NodeId& peer,
                                                               const consensus::BareProposal& bare,
                                                               const HeadSnapshot& head);
  [[nodiscard]] std::optional<std::vector<chain::Transaction>> find_transactions(
      const p2p::NodeId& peer, const consensus::BareProposal& bare, const HeadSnapshot& head);
  void ask_sender(const p2p::NodeId& peer, const Hash256& digest);

  /// Authentic, and by a validator as far as is known; nothing when it is not, which is scored.
  [[nodiscard]] std::optional<consensus::Message> decode_authentic(const p2p::NodeId& peer,
                                                                   ByteView bytes,
                                                                   const HeadSnapshot& head);
  /// Hands a vote to the core; of the height being decided it is kept for others. False when the
  /// core has no room.
  bool deliver(consensus::Message vote, ByteView encoded, const HeadSnapshot& head);

  /// The question behind a request, once.
  [[nodiscard]] std::optional<FetchId> close(p2p::RequestId id);

  const GatewayPorts ports_;
  const consensus::Domain domain_;
  std::atomic<HeadPtr> head_;
  RecentVotes recent_;
  /// Proposals that this node signed, whole.
  RecentVotes own_;
  VoterTable voters_;
  BodyShelf bodies_;
  /// Transactions that the pool admitted, and those that may not have reached it yet: the latter
  /// cost a peer nothing, so that they must not push out the former.
  TxnShelf admitted_{TxnShelfLimits{}};
  TxnShelf arrived_{TxnShelfLimits{4'096, 16U << 20U}};
  std::atomic<std::uint64_t> proposals_assembled_ = 0;
  std::atomic<std::uint64_t> proposals_fetched_ = 0;
  mutable Mutex mutex_;
  std::set<p2p::NodeId> peers_ GUARDED_BY(mutex_);
  std::map<p2p::RequestId, FetchId> questions_ GUARDED_BY(mutex_);
  ClockProbe clocks_ GUARDED_BY(mutex_);
  ProposalFetch fetch_ GUARDED_BY(mutex_);
};

}  // namespace datapact::node

#pragma once
// What CoreLoop needs of the world, so that a node, a test and a simulator run the very same loop.
// The store, the vote journal and the signer have interfaces of their own in their rooms.
#include "consensus/effects.hpp"
#include "consensus/events.hpp"
#include "consensus/messages.hpp"
#include "consensus/proposal_body.hpp"
#include "ledger/chain/block_execution.hpp"
#include "node/fetched_block.hpp"
#include "node/head_snapshot.hpp"
#include "node/peer_messages.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/types.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

namespace datapact::node {

/// The other nodes. Nothing here blocks, and what cannot be sent is lost: whoever needs an answer
/// asks again.
class Network {
 public:
  virtual ~Network() = default;
  /// What the others' messages are judged by from now on; nothing to a network that judges none.
  virtual void head_moved(const HeadPtr& /*head*/) {}
  /// What an own proposal will be about, ahead of it: no vote, so it need not be durable.
  virtual void send_body(const consensus::ProposalBody& body) = 0;
  /// An own vote, to every peer that may have it. A proposal goes without its transactions.
  virtual void broadcast(const consensus::Message& message) = 0;
  /// The same again, to every peer that may have it: what it was sent for has not come to pass.
  virtual void resend(const consensus::Message& message) = 0;
  /// Likewise to one peer, which may have missed it.
  virtual void send_vote(const p2p::NodeId& peer, const consensus::Message& message) = 0;
  /// The round does not move: what this node has of the others' votes may help the rest.
  virtual void repeat_votes() = 0;
  /// To every peer that is not known to have it.
  virtual void gossip(const chain::TxnPtr& txn) = 0;
  /// The own head, to everybody.
  virtual void announce(const HeadStatus& head) = 0;
  virtual void send_head(const p2p::NodeId& peer, const HeadStatus& head) = 0;
  /// Answered by BlocksArrived or RequestFailed with the same id.
  virtual void request_blocks(const p2p::NodeId& peer, FetchId id,
                              const BlocksRequest& request) = 0;
  /// Comes as a message like any other, or not at all.
  virtual void request_proposal(const consensus::ProposalMissing& missing) = 0;
  /// `peer` did what no honest node does.
  virtual void blame(const p2p::NodeId& peer, p2p::Offence offence, std::string_view reason) = 0;
  [[nodiscard]] virtual std::size_t peers() const = 0;
};

/// A node without peers: all that a consortium of one validator has.
class NoPeers : public Network {
 public:
  void send_body(const consensus::ProposalBody&) override {}
  void broadcast(const consensus::Message&) override {}
  void resend(const consensus::Message&) override {}
  void send_vote(const p2p::NodeId&, const consensus::Message&) override {}
  void repeat_votes() override {}
  void gossip(const chain::TxnPtr&) override {}
  void announce(const HeadStatus&) override {}
  void send_head(const p2p::NodeId&, const HeadStatus&) override {}
  void request_blocks(const p2p::NodeId&, FetchId, const BlocksRequest&) override {}
  void request_proposal(const consensus::ProposalMissing&) override {}
  void blame(const p2p::NodeId&, p2p::Offence, std::string_view) override {}
  [[nodiscard]] std::size_t peers() const override { return 0; }
};

/// Answers after `delay`; a later timer of the same kind replaces it.
class Timers {
 public:
  virtual ~Timers() = default;
  /// Answers with TimerExpired.
  virtual void start(const consensus::TimerFired& timer, std::chrono::milliseconds delay) = 0;
  /// Answers with SyncTimer.
  virtual void start_sync(std::chrono::milliseconds delay) = 0;
};

struct BuildTask {
  HeadPtr parent;
  /// A block that was executed on `parent` and is not final yet: the new one stands on it. Null
  /// when it stands on `parent`.
  std::shared_ptr<const chain::ExecutedBlock> prepared;
  Height height;
  Round round;
  Address coinbase;
  UnixMillis time{0};
  std::vector<chain::TxnPtr> candidates;
  /// The builder stops taking transactions after this long.
  std::chrono::milliseconds budget{0};
};
struct CheckTask {
  HeadPtr parent;
  BlockHash hash;
  consensus::BlockPtr block;
};
/// Sealed blocks that follow one another; the first one stands on `parent`.
struct SyncTask {
  HeadPtr parent;
  std::vector<FetchedBlock> blocks;
};
/// Executes blocks elsewhere than on the core thread; answers with BlockBuilt, BlockChecked and,
/// for each block of a SyncTask up to the first that fails, BlockSynced. The engine asks for at
/// most one build and one check a round, at most one more is built ahead on each prepared block,
/// and one SyncTask runs at a time, which bounds the queue.
class BlockTasks {
 public:
  virtual ~BlockTasks() = default;
  virtual void build(BuildTask task) = 0;
  virtual void check(CheckTask task) = 0;
  virtual void sync(SyncTask task) = 0;
  /// The pool took it: a block that has it can do without recovering its sender.
  virtual void remember_sender(const chain::RecoveredTxn& txn) = 0;
};

}  // namespace datapact::node

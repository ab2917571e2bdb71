#pragma once
// What CoreLoop needs of the world, so that a node, a test and a simulator run the very same loop.
// The store, the vote journal and the signer have interfaces of their own in their rooms.
#include "consensus/events.hpp"
#include "consensus/messages.hpp"
#include "ledger/chain/block_execution.hpp"
#include "node/head_snapshot.hpp"

#include <chrono>
#include <vector>

namespace datapact::node {

/// Sends to every peer there is. Never blocks.
class Network {
 public:
  virtual ~Network() = default;
  virtual void broadcast(const consensus::Message& message) = 0;
  virtual void gossip(const chain::RecoveredTxn& txn) = 0;
  [[nodiscard]] virtual std::size_t peers() const = 0;
};

/// A node without peers: all that a consortium of one validator has.
class NoPeers final : public Network {
 public:
  void broadcast(const consensus::Message&) override {}
  void gossip(const chain::RecoveredTxn&) override {}
  [[nodiscard]] std::size_t peers() const override { return 0; }
};

/// Answers with TimerExpired after `delay`; a later timer of the same kind replaces it.
class Timers {
 public:
  virtual ~Timers() = default;
  virtual void start(const consensus::TimerFired& timer, std::chrono::milliseconds delay) = 0;
};

struct BuildTask {
  HeadPtr parent;
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
/// Executes blocks elsewhere than on the core thread; answers with BlockBuilt and BlockChecked.
/// The engine asks for at most one build and one check a round, which bounds the queue.
class BlockTasks {
 public:
  virtual ~BlockTasks() = default;
  virtual void build(BuildTask task) = 0;
  virtual void check(CheckTask task) = 0;
};

}  // namespace datapact::node

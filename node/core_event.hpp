#pragma once
// What reaches the core thread.
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/events.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/txpool/pool.hpp"
#include "node/core_status.hpp"
#include "node/fetched_block.hpp"
#include "node/head_snapshot.hpp"
#include "node/peer_messages.hpp"
#include "p2p/gossip/types.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace datapact::node {

struct TxnSubmitted {
  chain::TxnPtr txn;
  /// Called once on the core thread; may be empty.
  std::function<void(Result<TxnHash, txpool::PoolError>)> done;
};
struct PeerMessage {
  consensus::Message message;
  std::size_t bytes = 0;
};
struct PeerUp {
  p2p::NodeId peer;
  /// Whose votes this peer brings first; zero when that is not known.
  Address validator{};
};
struct PeerDown {
  p2p::NodeId peer;
  Address validator{};
};
/// What a peer says its head is.
struct PeerHead {
  p2p::NodeId peer;
  HeadStatus head;
};
/// The answer to Network::request_blocks.
struct BlocksArrived {
  p2p::NodeId peer;
  FetchId id;
  std::vector<FetchedBlock> blocks;
};
struct RequestFailed {
  FetchId id;
};
struct TimerExpired {
  consensus::TimerFired timer;
};
struct SyncTimer {};
/// What a peer's clock showed; in this node's own words for the engine.
struct ClockCompared {
  consensus::ClockSample sample;
};
/// The answer to a BuildTask.
struct BlockBuilt {
  BlockHash parent;
  Height height;
  Round round;
  Result<chain::BuiltBlock, chain::BlockError> result;
  /// Candidates the builder looked at before its time ran out: a replay stops at the same one.
  std::uint64_t considered = 0;
};
/// The answer to a CheckTask.
struct BlockChecked {
  BlockHash hash;
  Result<std::shared_ptr<const chain::ExecutedBlock>, chain::BlockError> result;
};
/// One block of a SyncTask: executed on its parent and sealed by its validators, or why not.
struct BlockSynced {
  Height height;
  Result<chain::FinalBlock, std::string> result;
  /// No further answer to this task follows.
  bool is_last = false;
};
/// A question about the pool; changes nothing, and is not part of a recorded log.
struct PoolQuery {
  std::function<void(const txpool::Pool&, const HeadSnapshot&)> ask;
};
/// A question about everything; changes nothing, and is not part of a recorded log.
struct StatusQuery {
  std::function<void(CoreStatus)> ask;
};

using CoreEvent = std::variant<TxnSubmitted, PeerMessage, PeerUp, PeerDown, PeerHead, BlocksArrived,
                               RequestFailed, TimerExpired, SyncTimer, ClockCompared, BlockBuilt,
                               BlockChecked, BlockSynced, PoolQuery, StatusQuery>;

}  // namespace datapact::node

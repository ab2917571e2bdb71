#pragma once
// What reaches the core thread.
#include "base/result.hpp"
#include "base/types.hpp"
#include "consensus/events.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/txpool/pool.hpp"
#include "node/head_snapshot.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <variant>

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
struct TimerExpired {
  consensus::TimerFired timer;
};
/// The answer to a BuildTask.
struct BlockBuilt {
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
/// A question about the pool; changes nothing, and is not part of a recorded log.
struct PoolQuery {
  std::function<void(const txpool::Pool&, const HeadSnapshot&)> ask;
};

using CoreEvent =
    std::variant<TxnSubmitted, PeerMessage, TimerExpired, BlockBuilt, BlockChecked, PoolQuery>;

}  // namespace datapact::node

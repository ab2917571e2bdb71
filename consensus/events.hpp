#pragma once
// Everything the engine can be told. Time is an argument of step(), never read.
#include "base/types.hpp"
#include "consensus/clock_watch.hpp"  // IWYU pragma: export
#include "consensus/messages.hpp"
#include "ledger/chain/seal.hpp"

#include <cstddef>
#include <cstdint>
#include <variant>

namespace datapact::consensus {

enum class TimerKind : std::uint8_t {
  kBlock,   ///< a proposal may be due
  kRound,   ///< the round has taken too long
  kResend,  ///< own votes are sent again
};

/// The block at `height` is final and stored: the next height begins.
struct HeadChanged {
  Height height;
  BlockHash hash;
  UnixMillis time{0};
  Address coinbase;
  /// In force for height + 1.
  chain::ValidatorSet validators;
  /// Whether the pool holds a transaction that could be in the next block.
  bool has_work = false;
};
/// The pool holds a transaction that could be in the next block.
struct WorkArrived {};
struct MessageReceived {
  Message message;
  std::size_t bytes = 0;  ///< encoded size
};
/// The answer to CastVote: the vote is signed, durable and sent.
struct OwnVoteStored {
  Message message;
};
/// The answer to BuildProposal: executed and kept by the node under its hash.
struct ProposalBuilt {
  Height height;
  Round round;
  BlockHash hash;
  BlockPtr block;
  /// As in HeadChanged, after the builder threw out what is unfit.
  bool has_work = false;
};
/// The answer to ExecuteBlock; a valid block's result is kept by the node under its hash.
struct BlockExecuted {
  BlockHash hash;
  bool valid = false;
};
struct TimerFired {
  TimerKind kind = TimerKind::kBlock;
  Height height;
  Round round;
};
/// A peer's session came up: it may have missed our votes.
struct PeerConnected {
  /// Zero when it is not known which validator that is.
  Address validator;
};
/// A validator's session went down.
struct PeerDisconnected {
  Address validator;
};

using Event = std::variant<HeadChanged, WorkArrived, MessageReceived, OwnVoteStored, ProposalBuilt,
                           BlockExecuted, TimerFired, PeerConnected, PeerDisconnected, ClockSample>;

}  // namespace datapact::consensus

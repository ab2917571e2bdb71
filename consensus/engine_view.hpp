#pragma once
// What an engine is doing, for people: a picture taken between two steps. Plain values.
#include "base/types.hpp"
#include "consensus/clock_watch.hpp"
#include "ledger/chain/seal.hpp"

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace datapact::consensus {

struct EngineView {
  /// The height being decided; zero before there is one.
  Height height;
  Round round;
  chain::ValidatorSet validators;
  std::size_t quorum = 0;
  /// Of the current round.
  Address proposer;
  bool is_validator = false;
  /// False: another process signs with this key, and this one does no more.
  bool may_sign = true;
  ClockLevel clock = ClockLevel::kGood;
  /// Our clock minus the other validators'; zero while too few of them have been compared.
  std::chrono::milliseconds clock_ahead{0};
  /// Round 0 waits for a transaction or for the end of the empty period.
  bool is_quiet = false;
  /// When a block without transactions is due on a quiet height.
  UnixMillis empty_block_due{0};
  /// The proposal of the current round has come; its block was executed and found valid.
  bool has_proposal = false;
  bool is_executed = false;
  /// Who voted for the proposal of the current round; before there is one, for anything.
  std::vector<Address> prepared;
  std::vector<Address> committed;
  /// Who asks for which later or current round.
  std::vector<std::pair<Address, Round>> round_changes;
  /// Other validators that nothing was heard of lately.
  std::vector<Address> doubtful;
};

}  // namespace datapact::consensus

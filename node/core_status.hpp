#pragma once
// The core's state between two events, for people and probes. Plain values.
#include "base/types.hpp"
#include "consensus/engine_view.hpp"
#include "ledger/chain/block_rules.hpp"
#include "node/chain_meter.hpp"
#include "node/head_snapshot.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace datapact::node {

struct CoreStatus {
  consensus::EngineView engine;
  /// Never null.
  HeadPtr head;
  /// What more peers claim than can be faulty.
  Height network_height;
  /// This node's validator key.
  Address self;
  std::size_t peers = 0;
  std::size_t pool_txns = 0;
  /// Who was proved to have signed two different votes, ascending.
  std::vector<Address> double_voters;
  ChainMeter meter;
  /// The first scheduled step that this node cannot follow: it stops before its height.
  std::optional<chain::StepError> unknown_step;
  UnixMillis now{0};
};

}  // namespace datapact::node

#pragma once
// One case of the public blockchain-test format: a genesis, blocks in the order in which they
// arrive, and the head they must lead to.
#include "base/json.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/state/state_diff.hpp"
#include "tests/conformance_runner/read.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace datapact::conformance {

struct ArrivingBlock {
  Bytes rlp;
  /// Set: the block must be refused, for this reason in the fixtures' words.
  std::optional<std::string> exception;
};

struct ChainCase {
  chain::GenesisConfig config;
  chain::BlockHeader genesis;
  BlockHash genesis_hash;
  state::StateDiff pre;
  std::vector<ArrivingBlock> blocks;
  BlockHash head_hash;
  /// The accounts after the head, where the fixture lists them.
  std::optional<state::StateDiff> post;
};

/// Nothing for a network whose rules begin before Cancun.
[[nodiscard]] Parsed<std::optional<ChainCase>> read_chain_case(const json::Value& test);

}  // namespace datapact::conformance

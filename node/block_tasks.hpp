#pragma once
// The work behind BuildTask, CheckTask and SyncTask, as pure functions over the pinned parent: the
// executor thread runs them, and so do replay and simulation.
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/store/ledger.hpp"
#include "node/core_event.hpp"
#include "node/ports.hpp"

#include <functional>

namespace datapact::node {

/// What the tasks stand on. Borrowed.
struct TaskPorts {
  const chain::GenesisConfig& config;
  const store::Ledger& ledger;
  chain::ExecutionHelp help = {};
};

/// `out_of_time` is asked before each candidate.
[[nodiscard]] BlockBuilt run(const BuildTask& task, const TaskPorts& ports,
                             std::function<bool()> out_of_time);
[[nodiscard]] BlockChecked run(const CheckTask& task, const TaskPorts& ports);

/// Each block on the state after the one before it, which need not be stored meanwhile. `emit` gets
/// each result; the run ends at the first refused block, or when it returns false.
void run(const SyncTask& task, const TaskPorts& ports,
         const std::function<bool(BlockSynced)>& emit);

/// Hashes of stored blocks; the caller asks for heights up to the ledger's head only.
[[nodiscard]] chain::AncestorHashes ancestors_in(const store::Ledger& ledger);

}  // namespace datapact::node

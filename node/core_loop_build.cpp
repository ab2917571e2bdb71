// The core loop's own blocks: built on the head, or ahead of time on the block that is about to
// become it.
#include "base/hex.hpp"
#include "base/log.hpp"
#include "base/quantity.hpp"
#include "consensus/effects.hpp"
#include "consensus/events.hpp"
#include "consensus/messages.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/profile.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/state/overlay_view.hpp"
#include "node/core_event.hpp"
#include "node/core_loop.hpp"
#include "node/ports.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace datapact::node {
namespace {

/// The builder stops after half a period: what it made is executed by the others in the other half.
std::chrono::milliseconds build_budget(const chain::GenesisConfig& config) {
  return config.qbft.block_period / 2;
}

}  // namespace

void CoreLoop::perform(const consensus::BuildProposal& effect) {
  const bool is_ahead =
      ahead_ && effect.round == Round{} && ahead_->parent->hash == current_->head->hash;
  if (!is_ahead) return build_on_head(effect.round);
  ahead_->is_wanted = true;
  if (ahead_->built) propose_ahead();
}

void CoreLoop::build_on_head(Round round) {
  const auto& config = ports_.genesis.config;
  const auto& header = current_->head->header;
  BuildTask task;
  task.parent = current_;
  task.height = next(current_->head->height);
  task.round = round;
  task.coinbase = ports_.signer.address();
  task.time = std::max(now_, chain::earliest_time(header, config));
  task.candidates = pool_.select(header.gas_limit, *current_->view);
  task.budget = build_budget(config);
  ports_.tasks.build(std::move(task));
}

/// The next proposer builds on the block in its commit phase (QBFT.md section 15). Not while the
/// next block is due much later: what arrives until then belongs into it, and building takes half a
/// period at most.
void CoreLoop::perform(const consensus::BlockPrepared& effect) {
  const auto kept = executed_.find(effect.hash);
  if (kept == executed_.end()) return;
  if (ahead_ && ahead_->parent->hash == effect.hash) return;
  const auto& config = ports_.genesis.config;
  const auto& prepared = kept->second;
  const auto& header = prepared->block.header;
  const state::OverlayView state(*current_->view, prepared->diff);
  const auto validators = chain::validators_after(header, state, config);
  const auto self = ports_.signer.address();
  if (validators.empty() || chain::proposer(validators, header.coinbase, Round{}) != self) return;
  const auto time = std::max(now_, chain::earliest_time(header, config));
  if (now_ + build_budget(config) < time) return;
  BuildTask task;
  task.parent = current_;
  task.prepared = prepared;
  task.height = next(header.height);
  task.coinbase = self;
  task.time = time;
  task.candidates = pool_.select(header.gas_limit, state);
  if (task.candidates.empty()) return;
  task.budget = build_budget(config);
  ahead_ = Ahead{prepared, std::nullopt, false};
  ports_.tasks.build(std::move(task));
}

void CoreLoop::on(BlockBuilt& event) {
  const bool is_ahead =
      ahead_ && !ahead_->built && event.round == Round{} && event.parent == ahead_->parent->hash;
  if (is_ahead) {
    ahead_->built = std::move(event);
    if (ahead_->is_wanted) propose_ahead();
    return;
  }
  // Built ahead on a block that did not become final, or overtaken by others; a resting engine may
  // be at a height that they have decided.
  if (event.parent != current_->head->hash || event.height != engine_.height()) return;
  propose(std::move(event));
}

void CoreLoop::propose_ahead() {
  auto ahead = std::exchange(ahead_, std::nullopt);
  if (!ahead) return;
  auto built = std::move(ahead->built);
  if (!built || built->parent != current_->head->hash) return;
  if (!is_worth_proposing(*built)) return build_on_head(built->round);
  propose(std::move(*built));
}

/// An older block would still be valid, but a fresh one holds what has arrived since.
bool CoreLoop::is_worth_proposing(const BlockBuilt& built) const {
  if (!built.result.has_value()) return false;
  const auto& block = built.result->block->block;
  const auto& config = ports_.genesis.config;
  const auto age = now_ - chain::time_of(block.header, config.profile);
  return !block.transactions.empty() && age <= config.qbft.request_timeout;
}

/// The result goes to the engine; what the builder found unfit on this head leaves the pool.
void CoreLoop::propose(BlockBuilt built) {
  if (!built.result.has_value()) {
    log::error("builder", "no block at height " + std::to_string(built.height.raw()) + ": " +
                              chain::to_string(built.result.error()));
    return;
  }
  for (const auto& skipped : built.result->skipped) {
    log::debug("builder",
               "dropped " + to_hex0x(skipped.hash) + ": " + chain::to_string(skipped.error));
    pool_.drop(skipped.hash);
  }
  const auto& executed = built.result->block;
  executed_.insert_or_assign(executed->hash, executed);
  work_told_ = has_work();
  // Shares the executed block's lifetime instead of copying its body.
  consensus::BlockPtr block(executed, &executed->block);
  tell(consensus::ProposalBuilt{built.height, built.round, executed->hash, std::move(block),
                                work_told_});
}

}  // namespace datapact::node

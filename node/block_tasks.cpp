#include "node/block_tasks.hpp"

#include "base/assert.hpp"
#include "base/quantity.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/store/ledger.hpp"
#include "node/core_event.hpp"
#include "node/fetched_block.hpp"
#include "node/head_snapshot.hpp"
#include "node/pending_state.hpp"
#include "node/ports.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

/// The last block of a run so far: what the next one stands on.
class RunTip {
 public:
  RunTip(const HeadSnapshot& parent, const store::Ledger& ledger)
      : state_(parent.view),
        header_(parent.head->header),
        hash_(parent.head->hash),
        stored_(ancestors_in(ledger)),
        first_(next(parent.head->height)) {}

  /// The seals are checked before anything is executed: against those of the header when the block
  /// was fetched, and here that the header names the validators in force.
  Result<chain::FinalBlock, std::string> extend(const FetchedBlock& fetched,
                                                const TaskPorts& ports) {
    const auto validators = chain::validators_after(header_, state_, ports.config);
    if (fetched.validators() != validators) {
      return fail(std::string("a block that is not sealed by the validators of its height"));
    }
    const chain::AncestorHashes ancestors = [this](Height height) {
      return height < first_ ? stored_(height) : hashes_.at(height.raw() - first_.raw());
    };
    const chain::ParentState on{header_, hash_, state_, state_, ancestors};
    auto executed = chain::execute_block(on, *fetched.block(), ports.config, ports.help);
    if (!executed.has_value()) {
      return fail("an invalid block: " + chain::to_string(executed.error()));
    }
    const auto extra = chain::decode_extra(fetched.block()->header.extra_data);
    INVARIANT(extra.has_value());
    auto sealed = chain::make_final(std::move(*executed), extra->round, extra->seals, validators);
    if (!sealed.has_value()) {
      return fail("a block without a quorum: " + std::string(to_string(sealed.error())));
    }
    move_to(*sealed);
    return std::move(*sealed);
  }

 private:
  void move_to(const chain::FinalBlock& block) {
    state_.apply(block.executed());
    header_ = block.sealed_header();
    hash_ = block.hash();
    hashes_.push_back(hash_);
  }

  PendingState state_;
  chain::BlockHeader header_;
  BlockHash hash_;
  chain::AncestorHashes stored_;
  Height first_;
  std::vector<BlockHash> hashes_;
};

}  // namespace

chain::AncestorHashes ancestors_in(const store::Ledger& ledger) {
  return [&ledger](Height height) {
    const auto hash = ledger.hash_at(height);
    INVARIANT(hash.has_value());
    return *hash;
  };
}

BlockBuilt run(const BuildTask& task, const TaskPorts& ports, std::function<bool()> out_of_time) {
  std::uint64_t considered = 0;
  chain::BuildRequest request;
  request.coinbase = task.coinbase;
  request.time = task.time;
  request.candidates = task.candidates;
  request.runner = ports.help.runner;
  request.out_of_time = [&] {
    if (out_of_time()) return true;
    ++considered;
    return false;
  };
  const chain::BlockBuilder builder(ports.config);
  const auto& head = *task.parent->head;
  const auto& view = *task.parent->view;
  const auto stored = ancestors_in(ports.ledger);
  if (!task.prepared) {
    auto result = builder.build({head.header, head.hash, view, view, stored}, request);
    return {head.hash, task.height, task.round, std::move(result), considered};
  }
  const auto& below = *task.prepared;
  PendingState state(task.parent->view);
  state.apply(below);
  const chain::AncestorHashes ancestors = [&](Height height) {
    return height == below.block.header.height ? below.hash : stored(height);
  };
  auto result = builder.build({below.block.header, below.hash, state, state, ancestors}, request);
  return {below.hash, task.height, task.round, std::move(result), considered};
}

BlockChecked run(const CheckTask& task, const TaskPorts& ports) {
  const auto ancestors = ancestors_in(ports.ledger);
  const auto& parent = *task.parent;
  const chain::ParentState on{parent.head->header, parent.head->hash, *parent.view, *parent.view,
                              ancestors};
  return {task.hash, chain::execute_block(on, *task.block, ports.config, ports.help)};
}

void run(const SyncTask& task, const TaskPorts& ports,
         const std::function<bool(BlockSynced)>& emit) {
  RunTip tip(*task.parent, ports.ledger);
  for (std::size_t i = 0; i < task.blocks.size(); ++i) {
    const auto& fetched = task.blocks[i];
    auto result = tip.extend(fetched, ports);
    const bool is_last = !result.has_value() || i + 1 == task.blocks.size();
    if (!emit({fetched.height(), std::move(result), is_last}) || is_last) return;
  }
}

}  // namespace datapact::node

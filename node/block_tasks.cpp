#include "node/block_tasks.hpp"

#include <utility>

namespace datapact::node {

chain::AncestorHashes ancestors_in(const store::Ledger& ledger) {
  return [&ledger](Height height) {
    const auto hash = ledger.hash_at(height);
    INVARIANT(hash.has_value());
    return *hash;
  };
}

BlockBuilt run(const BuildTask& task, const chain::GenesisConfig& config,
               const store::Ledger& ledger, std::function<bool()> out_of_time) {
  const auto ancestors = ancestors_in(ledger);
  const auto& parent = *task.parent;
  const chain::ParentState on{parent.head->header, parent.head->hash, *parent.view, *parent.view,
                              ancestors};
  std::uint64_t considered = 0;
  chain::BuildRequest request;
  request.coinbase = task.coinbase;
  request.time = task.time;
  request.candidates = task.candidates;
  request.out_of_time = [&] {
    if (out_of_time()) return true;
    ++considered;
    return false;
  };
  auto result = chain::BlockBuilder(config).build(on, request);
  return {task.height, task.round, std::move(result), considered};
}

BlockChecked run(const CheckTask& task, const chain::GenesisConfig& config,
                 const store::Ledger& ledger, TaskRunner& runner) {
  const auto ancestors = ancestors_in(ledger);
  const auto& parent = *task.parent;
  const chain::ParentState on{parent.head->header, parent.head->hash, *parent.view, *parent.view,
                              ancestors};
  return {task.hash, chain::execute_block(on, *task.block, config, runner)};
}

}  // namespace datapact::node

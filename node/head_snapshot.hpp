#pragma once
// The newest final block and the state after it, pinned: readers never wait for a block.
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/chain/block_rules.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/store/ledger.hpp"

#include <memory>

namespace datapact::node {

/// Immutable. Thread contract: share freely.
struct HeadSnapshot {
  std::shared_ptr<const store::Head> head;
  std::shared_ptr<const store::LedgerView> view;
  /// In force for the next height.
  chain::ValidatorSet next_validators;
  uint256 next_base_fee;
  /// Of the next height; of a time no earlier than the head's on an Ethereum chain. An error: this
  /// node stops here.
  Result<chain::BlockRules, chain::StepError> next_rules;
  UnixMillis time{0};
};
using HeadPtr = std::shared_ptr<const HeadSnapshot>;

/// The ledger's head now.
[[nodiscard]] HeadPtr make_head(const store::Ledger& ledger, const chain::GenesisConfig& config);

/// Thread contract: any thread.
class HeadSource {
 public:
  virtual ~HeadSource() = default;
  /// Never null.
  [[nodiscard]] virtual HeadPtr head() const = 0;
};

}  // namespace datapact::node

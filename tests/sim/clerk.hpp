#pragma once
// Changes the validator set by transactions to Governance, one change at a time, so that at most f
// of any set misbehave.
#include "tests/sim/consortium.hpp"
#include "tests/sim/process.hpp"
#include "tests/sim/scenario.hpp"

#include <optional>
#include <set>

namespace datapact::sim {

class Clerk {
 public:
  /// `misbehaving`: validators that count against f; they may leave the set and never join it.
  Clerk(SetPlan plan, const chain::ValidatorSet& first, std::set<Address> misbehaving,
        const crypto::PrivateKey& key);

  /// What is to be sent now, as `newest`, a node with the highest head, sees the chain; nothing
  /// when the plan has nothing to do. With `may_begin` false only a change under way is finished.
  [[nodiscard]] chain::TxnPtr next(Surroundings& around, Process& newest, bool may_begin);

 private:
  struct Change {
    Address who;
    bool joins = false;
    bool is_proposed = false;
    Nonce nonce;
    chain::TxnPtr txn;
  };
  [[nodiscard]] std::optional<Change> choose(Surroundings& around, const node::HeadSnapshot& head);
  [[nodiscard]] std::optional<Change> joining(Surroundings& around,
                                              const chain::ValidatorSet& set) const;
  [[nodiscard]] std::optional<Change> leaving(Surroundings& around,
                                              const chain::ValidatorSet& set) const;
  [[nodiscard]] bool may_leave(const Address& who, const chain::ValidatorSet& set) const;
  [[nodiscard]] chain::TxnPtr make_txn(const node::HeadSnapshot& head) const;

  const SetPlan plan_;
  const std::size_t first_size_;
  const std::set<Address> misbehaving_;
  const crypto::PrivateKey key_;
  std::optional<Change> change_;
  bool is_shrinking_ = false;
};

}  // namespace datapact::sim

#pragma once
// Changes the chain's rules by transactions to Governance: the scenario's steps of the protocol
// schedule, one after the other, each for a height that lies a little ahead.
#include "tests/sim/consortium.hpp"
#include "tests/sim/process.hpp"
#include "tests/sim/scenario.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::sim {

class Governor {
 public:
  Governor(std::vector<RulesChange> changes, const crypto::PrivateKey& key);

  /// What is to be sent now, as `newest`, a node with the highest head, sees the chain; nothing
  /// when all is scheduled.
  [[nodiscard]] chain::TxnPtr next(Surroundings& around, Process& newest);
  /// Of the changes, as next() saw it last.
  [[nodiscard]] std::uint64_t scheduled() const noexcept { return scheduled_; }

 private:
  std::vector<RulesChange> changes_;
  crypto::PrivateKey key_;
  std::uint64_t scheduled_ = 0;
  std::uint64_t in_force_ = 0;
  /// The newest one, its nonce, and which change it is for.
  chain::TxnPtr txn_;
  Nonce nonce_;
  std::uint64_t sent_for_ = 0;
  /// How often the change that is under way has come too late.
  std::uint64_t late_ = 0;
};

}  // namespace datapact::sim

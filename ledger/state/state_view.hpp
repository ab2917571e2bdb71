#pragma once
#include "base/types.hpp"
#include "ledger/state/account.hpp"

#include <memory>
#include <optional>

namespace datapact::state {

/// Reads of one immutable state. Thread contract: safe for concurrent reads.
class StateView {
 public:
  virtual ~StateView() = default;
  /// Nothing when the account does not exist.
  [[nodiscard]] virtual std::optional<Account> account(const Address& address) const = 0;
  /// Zero when never written.
  [[nodiscard]] virtual uint256 storage(const Address& address, const uint256& slot) const = 0;
  /// The code with that hash; an empty pointer never: unknown hashes are a corrupt database
  /// (INVARIANT).
  [[nodiscard]] virtual std::shared_ptr<const Bytes> code(const Hash256& code_hash) const = 0;
  /// True when any slot of the account's storage is not zero (EIP-7610).
  [[nodiscard]] virtual bool has_storage(const Address& address) const = 0;
};

}  // namespace datapact::state

#pragma once
// The result of an execution: what changes in the state, sorted, so that the same execution gives
// the same bytes.
#include "base/types.hpp"
#include "ledger/state/account.hpp"

#include <map>
#include <memory>
#include <optional>

namespace datapact::state {

struct AccountDiff {
  /// The account as it is now; nothing when it no longer exists (its storage is gone too).
  std::optional<Account> account;
  /// The account lost its earlier storage before `storage` was written.
  bool storage_cleared = false;
  /// New values by slot; zero deletes.
  std::map<uint256, uint256> storage;
  friend bool operator==(const AccountDiff&, const AccountDiff&) = default;
};

struct StateDiff {
  std::map<Address, AccountDiff> accounts;
  /// Codes that were deployed, by hash.
  std::map<Hash256, std::shared_ptr<const Bytes>> codes;

  [[nodiscard]] bool empty() const noexcept { return accounts.empty() && codes.empty(); }
  /// Applies `later` on top of this.
  void merge(const StateDiff& later);
};

}  // namespace datapact::state

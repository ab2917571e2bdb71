#pragma once
#include "ledger/state/state_diff.hpp"
#include "ledger/state/state_view.hpp"

#include <memory>
#include <optional>

namespace datapact::state {

/// A view with a diff on top: the state after a block that is not stored yet. Borrows both. Thread
/// contract: safe for concurrent reads.
class OverlayView final : public StateView {
 public:
  OverlayView(const StateView& parent, const StateDiff& diff) noexcept
      : parent_(parent), diff_(diff) {}

  [[nodiscard]] std::optional<Account> account(const Address& address) const override;
  [[nodiscard]] uint256 storage(const Address& address, const uint256& slot) const override;
  [[nodiscard]] std::shared_ptr<const Bytes> code(const Hash256& code_hash) const override;
  /// Does not see the diff's zeros empty the parent's last slots. It is asked only for accounts
  /// without nonce and code (EIP-7610), whose storage nobody can have written.
  [[nodiscard]] bool has_storage(const Address& address) const override;

 private:
  const StateView& parent_;
  const StateDiff& diff_;
};

}  // namespace datapact::state

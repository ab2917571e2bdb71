#include "ledger/state/overlay_view.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/state_diff.hpp"

#include <algorithm>
#include <memory>
#include <optional>

namespace datapact::state {

std::optional<Account> OverlayView::account(const Address& address) const {
  const auto found = diff_.accounts.find(address);
  return found == diff_.accounts.end() ? parent_.account(address) : found->second.account;
}

uint256 OverlayView::storage(const Address& address, const uint256& slot) const {
  const auto found = diff_.accounts.find(address);
  if (found == diff_.accounts.end()) return parent_.storage(address, slot);
  const AccountDiff& change = found->second;
  if (const auto value = change.storage.find(slot); value != change.storage.end()) {
    return value->second;
  }
  const bool parent_gone = change.storage_cleared || !change.account;
  return parent_gone ? uint256{} : parent_.storage(address, slot);
}

std::shared_ptr<const Bytes> OverlayView::code(const Hash256& code_hash) const {
  const auto found = diff_.codes.find(code_hash);
  return found == diff_.codes.end() ? parent_.code(code_hash) : found->second;
}

bool OverlayView::has_storage(const Address& address) const {
  const auto found = diff_.accounts.find(address);
  if (found == diff_.accounts.end()) return parent_.has_storage(address);
  const AccountDiff& change = found->second;
  if (!change.account) return false;
  const auto is_set = [](const auto& slot) { return !slot.second.is_zero(); };
  if (std::ranges::any_of(change.storage, is_set)) return true;
  return !change.storage_cleared && parent_.has_storage(address);
}

}  // namespace datapact::state

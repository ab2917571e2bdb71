#include "ledger/state/state_diff.hpp"

namespace datapact::state {

void StateDiff::merge(const StateDiff& later) {
  for (const auto& [address, change] : later.accounts) {
    const auto [place, is_new] = accounts.try_emplace(address, change);
    if (is_new) continue;
    AccountDiff& mine = place->second;
    const bool cleared = change.storage_cleared || !change.account;
    mine.storage_cleared = mine.storage_cleared || !mine.account || cleared;
    mine.account = change.account;
    if (cleared) mine.storage.clear();
    for (const auto& [slot, value] : change.storage) mine.storage[slot] = value;
  }
  for (const auto& [hash, code] : later.codes) codes.insert_or_assign(hash, code);
}

}  // namespace datapact::state

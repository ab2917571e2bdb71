#pragma once
// Short ways to name things in the tests of the state.
#include "base/types.hpp"
#include "ledger/state/account.hpp"
#include "ledger/state/state_diff.hpp"

namespace datapact::state {

[[nodiscard]] inline Address address_no(std::uint64_t number) {
  return to_address(uint256{number});
}
[[nodiscard]] inline Account account_with(std::uint64_t nonce, std::uint64_t balance) {
  return {Nonce{nonce}, Wei{uint256{balance}}, kEmptyCodeHash};
}
[[nodiscard]] inline AccountDiff as_diff(const Account& account) {
  return {.account = account, .storage_cleared = false, .storage = {}};
}

}  // namespace datapact::state

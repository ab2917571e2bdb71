#pragma once
// A token whose transfer(address,uint256) is ERC-20's: written by hand, as small as it can be.
#include "base/bytes.hpp"
#include "base/types.hpp"

#include <cstdint>

namespace datapact::bench {

/// Runtime code. Any other call reverts, and so does a transfer above the balance.
[[nodiscard]] Bytes token_code();
/// Where the contract keeps a holder's balance: that of mapping(address => uint256) in slot 0.
[[nodiscard]] uint256 balance_slot(const Address& holder);
[[nodiscard]] Bytes transfer_call(const Address& to, const uint256& amount);

}  // namespace datapact::bench

#pragma once
// EIP-7702: accounts that let themselves act as a contract. Private to ledger/chain.
#include "base/types.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/state.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace datapact::chain {

/// Who signed; nothing when the signature does not hold.
[[nodiscard]] std::optional<Address> recover_authority(const Authorization& it);

/// Applies each valid authorization in order, passes over the others, and returns the gas that
/// comes back for authorities that existed before.
std::uint64_t apply_authorizations(state::State& state, ChainId chain_id,
                                   const std::vector<Authorization>& authorizations);

}  // namespace datapact::chain

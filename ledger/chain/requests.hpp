#pragma once
// EIP-7685 requests of an Ethereum block: deposits (EIP-6110), withdrawals (EIP-7002),
// consolidations (EIP-7251). A consortium block has none.
#include "base/bytes.hpp"
#include "base/types.hpp"
#include "ledger/chain/execution.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/state/state.hpp"

#include <optional>
#include <vector>

namespace datapact::chain {

/// The data of the deposit contract's logs, concatenated; nothing when one has another layout.
[[nodiscard]] std::optional<Bytes> deposit_requests(const std::vector<Receipt>& receipts,
                                                    const Address& deposit_contract);

/// Runs the two request contracts and hashes everything; nothing when a contract is missing or
/// fails, or a deposit log has another layout: the block is then invalid.
[[nodiscard]] std::optional<Hash256> collect_requests_hash(Executor& executor, state::State& state,
                                                           const std::vector<Receipt>& receipts,
                                                           const Address& deposit_contract);

}  // namespace datapact::chain

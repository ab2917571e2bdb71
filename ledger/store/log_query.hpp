#pragma once
#include "ledger/chain/receipt.hpp"
#include "ledger/store/ledger.hpp"

namespace datapact::store {

/// False when no log of a block with that bloom can match.
[[nodiscard]] bool may_match(const LogFilter& filter, const chain::Bloom& bloom);

/// Scans the filter's heights through `ledger`, whole blocks in ascending order; stops after the
/// block in which the limit is exceeded.
[[nodiscard]] FoundLogs find_logs(const Ledger& ledger, const LogFilter& filter, LogLimits limits);

}  // namespace datapact::store

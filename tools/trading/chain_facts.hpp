#pragma once
// What the rules of a deal need to know of the chain it is on.
#include "ledger/chain/genesis.hpp"
#include "tools/cli/session.hpp"

namespace datapact::tools {

/// The periods of the chain's blocks, from its genesis.
[[nodiscard]] chain::QbftConfig chain_timing(Session& session);

}  // namespace datapact::tools

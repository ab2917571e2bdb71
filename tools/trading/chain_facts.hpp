#pragma once
// What the rules of a deal need to know of the chain it is on.
#include "ledger/chain/genesis.hpp"
#include "tools/cli/chain_client.hpp"
#include "tools/cli/session.hpp"
#include "trade/deal_policy.hpp"

#include <chrono>
#include <cstdint>

namespace datapact::tools {

/// The periods of the chain's blocks, from its genesis.
[[nodiscard]] chain::QbftConfig chain_timing(Session& session);
/// How many of the validators in force may fail or censor.
[[nodiscard]] std::uint32_t faults_max(Session& session);
/// What an offer is judged by, the same for the seller who makes it and the buyer who checks it.
/// `work` is the buyer's between reveal and complaint.
[[nodiscard]] trade::PolicyFacts policy_facts(Session& session, ChainClient& chain,
                                              std::chrono::seconds work);

}  // namespace datapact::tools

#pragma once
// The verbs of `datapact deal`, by who uses them.
#include "contracts/abi_value.hpp"
#include "tools/cli/app.hpp"
#include "tools/cli/chain_client.hpp"

#include <string>

namespace datapact::tools {

void add_deal_seller_verbs(Commands& commands, CLI::App& group);
/// Among those of the seller.
void add_deal_offer_verb(Commands& commands, CLI::App& group);
void add_deal_reveal_verbs(Commands& commands, CLI::App& group);
void add_deal_buyer_verbs(Commands& commands, CLI::App& group);
void add_deal_common_verbs(Commands& commands, CLI::App& group);

/// One transaction of a deal to FairExchange: sent, waited for (without --no-wait) and printed, the
/// same for all verbs. `deal` may be empty. `before_send`: as ChainClient has it.
void run_step(Session& session, ChainClient& chain, const std::string& function,
              const std::string& deal, const contracts::AbiList& arguments,
              const ChainClient::BeforeSend& before_send = {});

}  // namespace datapact::tools

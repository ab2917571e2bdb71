#pragma once
// The verbs of `datapact deal`, by who uses them.
#include "contracts/abi_value.hpp"
#include "tools/cli/app.hpp"

#include <string>

namespace datapact::tools {

class ChainClient;

void add_deal_seller_verbs(Commands& commands, CLI::App& group);
void add_deal_buyer_verbs(Commands& commands, CLI::App& group);
void add_deal_common_verbs(Commands& commands, CLI::App& group);

/// One transaction of a deal to FairExchange: sent, waited for (without --no-wait) and printed, the
/// same for all verbs. `deal` may be empty.
void run_step(Session& session, ChainClient& chain, const std::string& function,
              const std::string& deal, const contracts::AbiList& arguments);

}  // namespace datapact::tools

#pragma once
// The verbs of `datapact deal`, by who uses them.
#include "tools/cli/app.hpp"

namespace datapact::tools {

struct FinalTxn;

void add_deal_seller_verbs(Commands& commands, CLI::App& group);
void add_deal_buyer_verbs(Commands& commands, CLI::App& group);
void add_deal_common_verbs(Commands& commands, CLI::App& group);

/// Result of one transaction of a deal, the same for all verbs.
void print_step(Session& session, const std::string& step, const std::string& deal,
                const FinalTxn& txn);

}  // namespace datapact::tools

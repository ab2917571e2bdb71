#pragma once
// The verbs of datapact account that are about signatures.
#include "tools/cli/app.hpp"

namespace datapact::tools {

void add_account_signing_verbs(Commands& commands, CLI::App& group);

}  // namespace datapact::tools

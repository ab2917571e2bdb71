#pragma once
// The verb of `datapact data` that a buyer uses.
#include "tools/cli/app.hpp"

namespace datapact::tools {

void add_data_join(Commands& commands, CLI::App& group);

}  // namespace datapact::tools

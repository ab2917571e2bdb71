#pragma once
// The verbs of `datapact data` that have files of their own, and what they share.
#include "base/json.hpp"
#include "tools/cli/app.hpp"
#include "trade/lot.hpp"

namespace datapact::tools {

void add_data_register(Commands& commands, CLI::App& group);
void add_data_join(Commands& commands, CLI::App& group);

/// A lot as documents of results show it.
[[nodiscard]] json::Value to_json(const trade::LotRoot& lot);

}  // namespace datapact::tools

#pragma once
// Manual pages in the language of man(7), from the command table. Pure.
#include "tools/cli/command_table.hpp"

#include <string>
#include <vector>

namespace datapact::tools {

struct ManualPage {
  /// "datapact.1", "datapact-deal.1".
  std::string file;
  std::string text;
};

/// The program's page and one a group.
[[nodiscard]] std::vector<ManualPage> manual_pages(const CommandTable& table);

}  // namespace datapact::tools

#pragma once
// What to do first on a new development network: register a file, sell it, verify the evidence.
#include "tools/cli/files.hpp"

#include <string>
#include <string_view>

namespace datapact::tools {

/// One word of a shell's command line, in quotes where it needs them.
[[nodiscard]] std::string shell_word(std::string_view text);

/// Writes DIR/sell: every command of the sale of the network's first version, party by party, and
/// the export of its evidence. `program` is the command line that it runs.
void write_sale_script(const fs::path& folder, const fs::path& program);

/// Three lines to paste as they are: the network's own genesis.json serves as the file to sell.
[[nodiscard]] std::string first_commands(const fs::path& folder, const fs::path& program);

}  // namespace datapact::tools

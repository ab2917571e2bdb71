#pragma once
// Shell scripts that complete groups, verbs, flags and the values that are one of several; files
// elsewhere. Pure.
#include "tools/cli/command_table.hpp"

#include <cstdint>
#include <string>

namespace datapact::tools {

enum class Shell : std::uint8_t { kBash, kZsh, kFish };

[[nodiscard]] std::string completion_script(const CommandTable& table, Shell shell);

}  // namespace datapact::tools

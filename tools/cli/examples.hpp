#pragma once
// One command line for each command, as its help and its manual page show it. Pure.
#include <optional>
#include <string>
#include <string_view>

namespace datapact::tools {

/// Of "deal offer": "datapact deal offer …"; nothing for a command that has none.
[[nodiscard]] std::optional<std::string> example_of(std::string_view command);

}  // namespace datapact::tools

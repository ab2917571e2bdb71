#pragma once
// The password of a keystore about to be written.
#include "tools/cli/session.hpp"

#include <string>

namespace datapact::tools {

/// The first line of `file`, else of the file that the settings name, else asked twice.
[[nodiscard]] std::string new_password(Session& session, const std::string& file);

}  // namespace datapact::tools

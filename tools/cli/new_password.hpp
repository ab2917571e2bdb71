#pragma once
// The password of a keystore about to be written.
#include "tools/cli/session.hpp"

#include <cstdint>
#include <string>

namespace datapact::tools {

/// Whether the password that opens an account may be the new keystore's too.
enum class PasswordReuse : std::uint8_t { kAllowed, kRefused };

/// The first line of `file` (--new-password-file), else the next line of --password-fd, else, if
/// reuse is allowed, the first line of the file that the settings name, else asked twice.
[[nodiscard]] std::string new_password(Session& session, const std::string& file,
                                       PasswordReuse reuse = PasswordReuse::kAllowed);

}  // namespace datapact::tools

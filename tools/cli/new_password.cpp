#include "tools/cli/new_password.hpp"

#include "tools/cli/cli_error.hpp"
#include "tools/cli/session.hpp"

#include <string>

namespace datapact::tools {

std::string new_password(Session& session, const std::string& file, PasswordReuse reuse) {
  if (!file.empty()) return password_from_file("--new-password-file", file);
  if (session.password_fd) return session.password_from_descriptor();
  const bool may_reuse = reuse == PasswordReuse::kAllowed;
  const auto& known = session.settings.get("account", "password_file");
  if (may_reuse && !known.empty()) return password_from_file("--password-file", known);
  const std::string first = prompt_password(
      "new password", may_reuse ? "give --password-file FILE or --password-fd N"
                                : "give --new-password-file FILE, or both passwords, a line each, "
                                  "by --password-fd N");
  if (prompt_password("once more") != first) fail_usage("the two passwords differ");
  return first;
}

}  // namespace datapact::tools

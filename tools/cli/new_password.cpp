#include "tools/cli/new_password.hpp"

#include "tools/cli/cli_error.hpp"
#include "tools/cli/session.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace datapact::tools {

namespace {

/// An empty one protects nothing, and is what an unset variable or an empty file gives. `where`:
/// what it was read from.
std::string checked(std::string password, std::string_view where) {
  if (!password.empty()) return password;
  throw CliError(
      ExitCode::kAuthority, "empty-password",
      fmt::format("the password of a new keystore must not be empty, and {} has none", where));
}

std::string checked_of_file(std::string_view flag, const std::string& file) {
  return checked(password_from_file(flag, file), fmt::format("the first line of {}", file));
}

}  // namespace

std::string new_password(Session& session, const std::string& file, PasswordReuse reuse) {
  if (!file.empty()) return checked_of_file("--new-password-file", file);
  if (session.password_fd)
    return checked(session.password_from_descriptor(), "the line of --password-fd");
  const bool may_reuse = reuse == PasswordReuse::kAllowed;
  const auto& known = session.settings.get("account", "password_file");
  if (may_reuse && !known.empty()) return checked_of_file("--password-file", known);
  std::string first =
      prompt_password(session.out, "new password",
                      may_reuse ? "give --password-file FILE or --password-fd N"
                                : "give --new-password-file FILE, or both passwords, a line each, "
                                  "by --password-fd N");
  first = checked(std::move(first), "the answer");
  if (prompt_password(session.out, "once more") != first) fail_usage("the two passwords differ");
  return first;
}

}  // namespace datapact::tools

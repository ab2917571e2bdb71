#include "tools/cli/new_password.hpp"

#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/cli/session.hpp"

#include <algorithm>
#include <string>

namespace datapact::tools {

std::string new_password(Session& session, const std::string& file) {
  const std::string& path = file.empty() ? session.settings.get("account", "password_file") : file;
  if (!path.empty()) {
    std::string text = read_text_file(path, 4096);
    text.resize(std::min(text.find_first_of("\r\n"), text.size()));
    return text;
  }
  const std::string first = prompt_password("new password");
  if (prompt_password("once more") != first) fail_usage("the two passwords differ");
  return first;
}

}  // namespace datapact::tools

#include "tools/cli/cli_error.hpp"

#include "base/json.hpp"

#include <string>
#include <utility>

namespace datapact::tools {

json::Value CliError::document() const {
  json::Value error = json::Value::object(
      {{"code", static_cast<int>(code_)}, {"name", name_}, {"message", message_}});
  if (!hint_.empty()) error.set("hint", hint_);
  if (!data_.is_null()) error.set("data", data_);
  return json::Value::object({{"error", std::move(error)}});
}

void fail_usage(std::string message, std::string hint) {
  throw CliError(ExitCode::kUsage, "usage", std::move(message), std::move(hint));
}
void fail_file(std::string name, std::string message, std::string hint) {
  throw CliError(ExitCode::kConfig, std::move(name), std::move(message), std::move(hint));
}
void fail_not_found(std::string message, std::string hint) {
  throw CliError(ExitCode::kNotFound, "not-found", std::move(message), std::move(hint));
}
void fail_verification(std::string name, std::string message, std::string hint) {
  throw CliError(ExitCode::kVerification, std::move(name), std::move(message), std::move(hint));
}

}  // namespace datapact::tools

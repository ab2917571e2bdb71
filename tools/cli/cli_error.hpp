#pragma once
// How a command fails: one clear error that names the thing, with the exit code of docs/cli.md.
#include "base/json.hpp"

#include <exception>
#include <string>
#include <utility>

namespace datapact::tools {

/// Process exit codes. Scripts rely on them: never renumber.
enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kConfig = 3,      ///< a configuration or a file
  kConnection = 4,  ///< no connection, or a time-out
  kReverted = 5,    ///< the contract refused
  kAuthority = 6,   ///< keystore, password or permission
  kNotFound = 7,
  kVerification = 8,  ///< a proof, hash or signature does not match
  kInterrupted = 130,
};

/// Thrown by commands, caught once in main. `name` is symbolic and stable, `hint` the next command
/// to try.
class CliError final : public std::exception {
 public:
  CliError(ExitCode code, std::string name, std::string message, std::string hint = {},
           json::Value data = {})
      : code_(code),
        name_(std::move(name)),
        message_(std::move(message)),
        hint_(std::move(hint)),
        data_(std::move(data)) {}
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }
  [[nodiscard]] ExitCode code() const noexcept { return code_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
  [[nodiscard]] const json::Value& data() const noexcept { return data_; }
  /// {"error":{"code","name","message","hint","data"}}.
  [[nodiscard]] json::Value document() const;

 private:
  ExitCode code_;
  std::string name_;
  std::string message_;
  std::string hint_;
  json::Value data_;
};

[[noreturn]] void fail_usage(std::string message, std::string hint = {});
[[noreturn]] void fail_file(std::string name, std::string message, std::string hint = {});
[[noreturn]] void fail_not_found(std::string message, std::string hint = {});
[[noreturn]] void fail_verification(std::string name, std::string message, std::string hint = {});

}  // namespace datapact::tools

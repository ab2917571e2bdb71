#pragma once
// Another program: its input whole, its output whole, in bounded time.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace datapact::tools {

struct ShellResult {
  enum class End : std::uint8_t {
    kExited,       ///< by itself
    kKilled,       ///< by a signal of somebody else's
    kTimeout,      ///< it was stopped
    kInterrupted,  ///< Ctrl-C: it was stopped
    kTooMuch,      ///< more output than `output_max`: it was stopped
  };
  End end = End::kExited;
  /// Exit code, or number of the signal.
  int code = 0;
  std::string output;
};

struct ShellLimits {
  std::chrono::milliseconds time_max;
  std::size_t output_max = 64U << 10;
};

/// Runs `command` as sh -c does, with `input` on its standard input; standard error and the
/// terminal are the caller's. It stays in the caller's process group, so that it can ask on the
/// terminal and Ctrl-C reaches it too. A CliError when there is no shell.
[[nodiscard]] ShellResult run_shell(const std::string& command, std::string_view input,
                                    const ShellLimits& limits);

}  // namespace datapact::tools

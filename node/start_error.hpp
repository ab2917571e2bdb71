#pragma once
// Why a node did not start or had to stop: one sentence that names the thing, and the exit code of
// CLI.md.
#include <cstdint>
#include <string>

namespace datapact::node {

enum class ExitCode : std::uint8_t {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kConfigOrFile = 3,  ///< configuration, genesis, data directory, disk
  kConnection = 4,    ///< a port that cannot be had
  kAuthority = 6,     ///< key or password
};

struct StartError {
  ExitCode code = ExitCode::kConfigOrFile;
  std::string message;
};

}  // namespace datapact::node

#pragma once
// Where the log lines of a daemon go: standard error, as text or as JSON lines (ts, level, comp,
// msg).
#include "base/log.hpp"

#include <cstdint>

namespace datapact::node {

enum class LogFormat : std::uint8_t { kText, kJson };

struct LogConfig {
  log::Level level = log::Level::kInfo;
  LogFormat format = LogFormat::kText;
};

/// Once, before other threads start.
void install_logging(const LogConfig& config);

}  // namespace datapact::node

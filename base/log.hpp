#pragma once
// The log facade: rooms say what happened, the process decides where it goes (node and tools
// install spdlog).
#include <cstdint>
#include <functional>
#include <string_view>

namespace datapact::log {

enum class Level : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// Receives every line at or above the level. Must be safe to call from any thread.
using Sink = std::function<void(Level level, std::string_view component, std::string_view message)>;

/// Installs the process's sink. Call before other threads start; without one, lines are dropped.
void install(Sink sink, Level minimum);
void write(Level level, std::string_view component, std::string_view message);

inline void debug(std::string_view component, std::string_view message) {
  write(Level::kDebug, component, message);
}
inline void info(std::string_view component, std::string_view message) {
  write(Level::kInfo, component, message);
}
inline void warning(std::string_view component, std::string_view message) {
  write(Level::kWarning, component, message);
}
inline void error(std::string_view component, std::string_view message) {
  write(Level::kError, component, message);
}

}  // namespace datapact::log

#include "node/logging.hpp"

#include "base/json.hpp"
#include "base/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <string>
#include <string_view>

namespace datapact::node {
namespace {

spdlog::level::level_enum to_spdlog(log::Level level) {
  switch (level) {
    case log::Level::kDebug:
      return spdlog::level::debug;
    case log::Level::kInfo:
      return spdlog::level::info;
    case log::Level::kWarning:
      return spdlog::level::warn;
    case log::Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::off;
}

}  // namespace

void install_logging(const LogConfig& config) {
  auto logger = spdlog::stderr_color_mt("datapactd");
  logger->set_level(to_spdlog(config.level));
  logger->flush_on(spdlog::level::info);
  const bool is_json = config.format == LogFormat::kJson;
  // Members as CLI.md names them; the message is escaped before it gets here.
  logger->set_pattern(is_json ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                              : "%Y-%m-%d %H:%M:%S.%e %^%-7l%$ %v",
                      spdlog::pattern_time_type::utc);
  log::install(
      [logger, is_json](log::Level level, std::string_view component, std::string_view message) {
        if (is_json) {
          const auto text = json::to_text(json::Value::object(
              {{"comp", json::Value(component)}, {"msg", json::Value(message)}}));
          // Without the outer braces, which the pattern has.
          logger->log(to_spdlog(level), "{}", text.substr(1, text.size() - 2));
        } else {
          logger->log(to_spdlog(level), "{:<10} {}", component, message);
        }
      },
      config.level);
}

}  // namespace datapact::node

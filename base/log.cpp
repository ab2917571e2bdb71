#include "base/log.hpp"

#include <string_view>
#include <utility>

namespace datapact::log {
namespace {

struct Installed {
  Sink sink;
  Level minimum = Level::kInfo;
};

Installed& installed() {
  static Installed instance;
  return instance;
}

}  // namespace

void install(Sink sink, Level minimum) {
  installed() = {.sink = std::move(sink), .minimum = minimum};
}

void write(Level level, std::string_view component, std::string_view message) {
  const Installed& target = installed();
  if (target.sink && level >= target.minimum) target.sink(level, component, message);
}

}  // namespace datapact::log

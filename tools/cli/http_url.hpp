#pragma once
#include <string>

namespace datapact::tools {

/// The parts of http://host[:port][/path]; the path is "/" when absent.
struct HttpUrl {
  std::string host;
  std::string port;
  std::string path;
};
/// Anything else is a usage error that names the rule.
[[nodiscard]] HttpUrl parse_http_url(const std::string& url);

}  // namespace datapact::tools

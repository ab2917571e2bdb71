#include "rpc/host_check.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::rpc {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  return out;
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// No name is made of digits and dots, or stands in brackets: such a host needs no resolver and
/// cannot be rebound.
bool is_address(std::string_view host) {
  if (host.starts_with('[')) return host.ends_with(']');
  return !host.empty() &&
         std::ranges::all_of(host, [](char c) { return is_digit(c) || c == '.'; }) &&
         std::ranges::count(host, '.') == 3;
}

bool lists(const std::vector<std::string>& allowed, std::string_view value) {
  return std::ranges::any_of(
      allowed, [&](const std::string& item) { return item == "*" || lower(item) == value; });
}

/// Foreign text goes into an answer: short and without control characters.
std::string shown(std::string_view text) {
  constexpr std::size_t kShownMax = 100;
  std::string out(text.substr(0, kShownMax));
  std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~' || c == '"'; }, '?');
  return out;
}

bool is_host_allowed(const HostRules& rules, std::string_view host) {
  const std::string name = lower(without_port(host));
  return name == "localhost" || is_address(name) || lists(rules.hosts, name);
}

bool is_own_origin(std::string_view origin, std::string_view host) {
  return origin == "http://" + lower(host) || origin == "https://" + lower(host);
}

}  // namespace

std::optional<std::string> check_origin(const HostRules& rules, const RequestOrigin& request) {
  if (!is_host_allowed(rules, request.host)) {
    const std::string name = shown(without_port(request.host));
    return "host \"" + name + "\" is not allowed; to allow it, add to the configuration: [rpc] " +
           "allowed_hosts = [\"" + name + "\"]";
  }
  if (request.origin.empty()) return std::nullopt;
  const std::string origin = lower(request.origin);
  if (is_own_origin(origin, request.host) || lists(rules.origins, origin)) return std::nullopt;
  const std::string name = shown(request.origin);
  return "origin \"" + name + "\" is not allowed; to allow it, add to the configuration: [rpc] " +
         "allowed_origins = [\"" + name + "\"]";
}

}  // namespace datapact::rpc

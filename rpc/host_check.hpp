#pragma once
// Whether a request may come from where it says (RPC.md section 4). A page in a browser can be made
// to reach this server under a foreign name (DNS rebinding) or from a foreign origin: both show in
// headers that a page cannot forge. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace datapact::rpc {

struct HostRules {
  /// Names besides localhost and addresses in digits; "*" allows any.
  std::vector<std::string> hosts;
  /// Such as "https://console.example"; "*" allows any. The server's own origin is always allowed.
  std::vector<std::string> origins;
};

struct RequestOrigin {
  std::string_view host;    ///< the Host header, empty when absent
  std::string_view origin;  ///< the Origin header, empty when absent
};

/// Nothing when allowed; else what is refused and the configuration line that would allow it.
[[nodiscard]] std::optional<std::string> check_origin(const HostRules& rules,
                                                      const RequestOrigin& request);

}  // namespace datapact::rpc

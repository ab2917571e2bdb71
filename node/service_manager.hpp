#pragma once
// What a service manager is told that started this process and waits to hear from it, as systemd
// with Type=notify (sd_notify(3)).
#include <string_view>

namespace datapact::node {

/// Sends `state`, such as "READY=1", to the socket that NOTIFY_SOCKET names; without that variable
/// nobody waits, and nothing happens. A manager that cannot be reached is one that will find out by
/// itself: no error.
void tell_service_manager(std::string_view state) noexcept;

}  // namespace datapact::node

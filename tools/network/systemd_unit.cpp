#include "tools/network/systemd_unit.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace datapact::tools {
namespace {

/// A start may have a long chain to look through: datapactd says when it serves. After a mistake in
/// the command, a file or a key (exit codes 2, 3, 6) another start would end as the first did.
constexpr std::string_view kSystemdUnit = R"(# systemctl enable --now datapactd@NAME
# The node's home is /var/lib/datapact/NAME, readable by its user alone (docs/operating.md).
[Unit]
Description=Datapact node %i
Documentation=man:datapact(1)
Wants=network-online.target time-sync.target
After=network-online.target time-sync.target

[Service]
Type=notify
ExecStart={} --config node.toml run
WorkingDirectory=/var/lib/datapact/%i
User=datapact
Group=datapact
UMask=0077
TimeoutStartSec=infinity
TimeoutStopSec=90
Restart=on-failure
RestartSec=5
RestartPreventExitStatus=2 3 6
LimitNOFILE=65536
LimitCORE=0

ReadWritePaths=/var/lib/datapact/%i
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
)";

}  // namespace

std::string systemd_unit(std::string_view program) {
  return fmt::format(fmt::runtime(kSystemdUnit), program);
}

}  // namespace datapact::tools

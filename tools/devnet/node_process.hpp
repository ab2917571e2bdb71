#pragma once
// A datapactd in the background: started with its log in a file, found again by its pid file,
// stopped by SIGTERM.
#include "base/random_source.hpp"
#include "tools/cli/files.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <sys/types.h>
#include <vector>

namespace datapact::tools {

/// Beside this program, or where the build puts it; a CliError when there is none.
[[nodiscard]] fs::path find_datapactd();
/// Starts `datapactd --config FOLDER/node.toml run` in a session of its own; writes FOLDER/pid and
/// FOLDER/log.
pid_t start_node(const fs::path& folder);
/// The running process of FOLDER/pid; nothing when there is none, or when that number now belongs
/// to another program, or a node of another folder.
[[nodiscard]] std::optional<pid_t> running_node(const fs::path& folder);
/// How a node that this process has started ended: its exit code (docs/cli.md), or 128 and the
/// number of the signal. Nothing as long as it runs.
[[nodiscard]] std::optional<int> exit_code(pid_t node);
/// Why nobody can listen on that port of 127.0.0.1 now: an errno; 0 when one can.
[[nodiscard]] int listen_error(std::uint16_t port);
/// As many distinct ports that nobody listens on now, on 127.0.0.1, one behind another from a
/// random one on. Where the system leaves room they lie outside those that it gives to outgoing
/// connections, one of which could otherwise take a node's port before it listens.
[[nodiscard]] std::vector<std::uint16_t> free_ports(std::size_t count, RandomSource& random);
/// Sends SIGTERM and returns at once.
void ask_to_stop(pid_t pid);
/// Sends SIGTERM and waits until it has gone, at most 10 s; false when it has not.
[[nodiscard]] bool stop_node(const fs::path& folder, pid_t pid);

}  // namespace datapact::tools

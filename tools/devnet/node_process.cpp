#include "tools/devnet/node_process.hpp"

#include "base/random_source.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <optional>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): <csignal> has only what C has
#include <string>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace datapact::tools {
namespace {

/// Below the ports that Linux (32768) and others (49152) give to outgoing connections.
constexpr std::uint16_t kNodePortMin = 10'000;
constexpr std::uint16_t kNodePorts = 32'768 - kNodePortMin;

struct Start {
  const char* program;
  const char* config;
  int log;
  /// Closed by a successful exec; else errno is written to it.
  int failure;
};

/// In the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void become_node(const Start& start) {
  ::setsid();
  const int null = ::open("/dev/null", O_RDONLY);
  if (null >= 0) ::dup2(null, STDIN_FILENO);
  ::dup2(start.log, STDOUT_FILENO);
  ::dup2(start.log, STDERR_FILENO);
  ::execl(start.program, start.program, "--config", start.config, "run",
          static_cast<char*>(nullptr));
  const int reason = errno;
  static_cast<void>(::write(start.failure, &reason, sizeof reason));
  ::_exit(127);
}

/// Waits until the child is the node's program: before that its process looks like ours. Returns 0
/// or the errno of the exec.
int wait_for_exec(int failure) {
  int reason = 0;
  ssize_t count = 0;
  do {
    count = ::read(failure, &reason, sizeof reason);
  } while (count < 0 && errno == EINTR);
  return count == static_cast<ssize_t>(sizeof reason) ? reason : 0;
}

}  // namespace

fs::path find_datapactd() {
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  for (const auto& candidate : {here / "datapactd", here / ".." / "node" / "datapactd"}) {
    if (fs::exists(candidate)) return fs::canonical(candidate);
  }
  fail_file("no-datapactd", "there is no datapactd beside " + here.string());
}

pid_t start_node(const fs::path& folder) {
  const std::string program = find_datapactd().string();
  const std::string config = fs::absolute(folder / "node.toml").string();
  const std::string log_path = (folder / "log").string();
  const int log = ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0) fail_file("file", "cannot write " + log_path);
  int failure[2]{};
  if (::pipe2(failure, O_CLOEXEC) != 0) {
    ::close(log);
    throw CliError(ExitCode::kFailed, "fork", "cannot start a process: no pipe");
  }
  const pid_t child = ::fork();
  if (child == 0) become_node({program.c_str(), config.c_str(), log, failure[1]});
  ::close(log);
  ::close(failure[1]);
  const int reason = child > 0 ? wait_for_exec(failure[0]) : errno;
  ::close(failure[0]);
  if (reason != 0) {
    throw CliError(ExitCode::kFailed, "fork",
                   "cannot start " + program + ": " + std::generic_category().message(reason));
  }
  write_file_durably(folder / "pid", std::to_string(child) + "\n");
  return child;
}

std::optional<pid_t> running_node(const fs::path& folder) {
  if (!fs::exists(folder / "pid")) return std::nullopt;
  const std::string text = read_text_file(folder / "pid", 32);
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  if (pid <= 1) return std::nullopt;
  // NOLINTNEXTLINE(misc-include-cleaner): POSIX has it in <sys/wait.h>
  ::waitpid(pid, nullptr, WNOHANG);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error);
  if (error || !program.filename().string().starts_with("datapactd")) return std::nullopt;
  return pid;
}

int listen_error(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  // NOLINTNEXTLINE(misc-include-cleaner): POSIX has them in <sys/socket.h>
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool taken =
      ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
  const int reason = errno;
  ::close(descriptor);
  return taken ? reason : 0;
}

std::vector<std::uint16_t> free_ports(std::size_t count, RandomSource& random) {
  std::array<std::uint8_t, 2> start{};
  random.fill(start);
  const auto offset = static_cast<std::uint16_t>(start[0] << 8U | start[1]);
  std::vector<std::uint16_t> ports;
  for (std::uint16_t step = 0; step < kNodePorts && ports.size() < count; ++step) {
    const auto port = static_cast<std::uint16_t>(kNodePortMin + (offset + step) % kNodePorts);
    if (listen_error(port) == 0) ports.push_back(port);
  }
  if (ports.size() != count) throw CliError(ExitCode::kConnection, "port", "no free port");
  return ports;
}

void ask_to_stop(pid_t pid) { ::kill(pid, SIGTERM); }

bool stop_node(const fs::path& folder, pid_t pid) {
  ask_to_stop(pid);
  for (int i = 0; i < 200 && running_node(folder); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return !running_node(folder);
}

}  // namespace datapact::tools

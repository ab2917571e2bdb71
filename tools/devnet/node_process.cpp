#include "tools/devnet/node_process.hpp"

#include "base/bytes.hpp"
#include "base/random_source.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <ios>
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

/// First and last.
struct PortRange {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  [[nodiscard]] std::uint32_t count() const { return last < first ? 0 : last - first + 1; }
};

constexpr std::uint32_t kNodePortMin = 10'000;
constexpr std::uint32_t kPortMax = 65'535;
/// Fewer are no choice.
constexpr std::uint32_t kNodePortsMin = 1'000;

/// What the system gives to outgoing connections: Linux's own default when it does not say.
PortRange outgoing_ports() {
  PortRange out;
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  if (file >> out.first >> out.last) return out;
  return {32'768, 60'999};
}

PortRange node_ports() {
  const PortRange outgoing = outgoing_ports();
  const PortRange below{kNodePortMin, outgoing.first - 1};
  if (outgoing.first > kNodePortMin && below.count() >= kNodePortsMin) return below;
  const PortRange above{std::max(kNodePortMin, outgoing.last + 1), kPortMax};
  if (above.count() >= kNodePortsMin) return above;
  return {kNodePortMin, kPortMax};
}

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

/// Whether the file is among the words of the process's command line.
bool was_started_with(pid_t pid, const fs::path& file) {
  std::ifstream words("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
  std::string word;
  while (std::getline(words, word, '\0')) {
    std::error_code none;
    if (!word.empty() && fs::equivalent(word, file, none)) return true;
  }
  return false;
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
  if (!was_started_with(pid, folder / "node.toml")) return std::nullopt;
  return pid;
}

std::optional<int> exit_code(pid_t node) {
  siginfo_t how{};
  // Left to be waited for: running_node() and whoever asks once more.
  // NOLINTNEXTLINE(misc-include-cleaner): POSIX has them in <sys/wait.h>
  const int result = ::waitid(P_PID, static_cast<id_t>(node), &how, WEXITED | WNOHANG | WNOWAIT);
  if (result != 0 || how.si_pid != node) return std::nullopt;
  constexpr int kSignalled = 128;
  return how.si_code == CLD_EXITED ? how.si_status : kSignalled + how.si_status;
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
  const std::uint32_t offset = load_be<std::uint16_t>(start.data());
  const PortRange range = node_ports();
  std::vector<std::uint16_t> ports;
  for (std::uint32_t step = 0; step < range.count() && ports.size() < count; ++step) {
    const auto port = static_cast<std::uint16_t>(range.first + (offset + step) % range.count());
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

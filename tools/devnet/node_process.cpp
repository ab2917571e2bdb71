#include "tools/devnet/node_process.hpp"

#include "tools/cli/cli_error.hpp"

#include <charconv>
#include <chrono>
#include <fcntl.h>
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace datapact::tools {
namespace {

/// In the child, between fork and exec: only async-signal-safe calls.
[[noreturn]] void become_node(const char* program, const char* config, int log) {
  ::setsid();
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execl(program, program, "--config", config, "run", static_cast<char*>(nullptr));
  ::_exit(127);
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
  const pid_t child = ::fork();
  if (child == 0) become_node(program.c_str(), config.c_str(), log);
  ::close(log);
  if (child < 0) throw CliError(ExitCode::kFailed, "fork", "cannot start a process");
  write_file_durably(folder / "pid", std::to_string(child) + "\n");
  return child;
}

std::optional<pid_t> running_node(const fs::path& folder) {
  if (!fs::exists(folder / "pid")) return std::nullopt;
  const std::string text = read_text_file(folder / "pid", 32);
  pid_t pid = 0;
  std::from_chars(text.data(), text.data() + text.size(), pid);
  if (pid <= 1) return std::nullopt;
  ::waitpid(pid, nullptr, WNOHANG);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error);
  if (error || !program.filename().string().starts_with("datapactd")) return std::nullopt;
  return pid;
}

bool stop_node(const fs::path& folder, pid_t pid) {
  ::kill(pid, SIGTERM);
  for (int i = 0; i < 200 && running_node(folder); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  return !running_node(folder);
}

}  // namespace datapact::tools

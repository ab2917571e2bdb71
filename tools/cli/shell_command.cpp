#include "tools/cli/shell_command.hpp"

#include "tools/cli/cli_error.hpp"
#include "tools/cli/system.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): <csignal> has only what C has
#include <spawn.h>
#include <string>
#include <string_view>
#include <sys/poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace datapact::tools {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using End = ShellResult::End;

constexpr auto kPause = 10ms;
/// From the request to end to the order.
constexpr auto kGrace = 1s;

[[noreturn]] void fail_system(std::string_view what, int error) {
  throw CliError(ExitCode::kFailed, "command",
                 // NOLINTNEXTLINE(concurrency-mt-unsafe): glibc's is safe
                 std::string(what) + ": " + std::strerror(error));
}

/// Two ends, closed at the end.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) fail_system("cannot make a pipe", errno);
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  Pipe(Pipe&&) = delete;
  Pipe& operator=(Pipe&&) = delete;
  [[nodiscard]] int reading() const noexcept { return ends_[0]; }
  [[nodiscard]] int writing() const noexcept { return ends_[1]; }
  void close_end(std::size_t which) noexcept {
    if (ends_[which] >= 0) ::close(ends_[which]);
    ends_[which] = -1;
  }
  void close_reading() noexcept { close_end(0); }
  void close_writing() noexcept { close_end(1); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

// NOLINTNEXTLINE(misc-include-cleaner): unistd.h has pid_t
pid_t spawn_shell(const std::string& command, const Pipe& in, const Pipe& out,
                  const sigset_t& mask) {
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_adddup2(&files, in.reading(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, out.writing(), STDOUT_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  // What this process ignores (system.cpp) would stay ignored in the other.
  sigset_t defaults;
  ::sigemptyset(&defaults);
  for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ}) ::sigaddset(&defaults, signal);
  ::posix_spawnattr_setsigdefault(&attributes, &defaults);
  ::posix_spawnattr_setsigmask(&attributes, &mask);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  std::string shell = "sh";
  std::string flag = "-c";
  std::string text = command;
  char* const arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
  pid_t child = 0;
  const int error = ::posix_spawn(&child, "/bin/sh", &files, &attributes, arguments, environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);
  if (error != 0) fail_system("cannot start /bin/sh", error);
  return child;
}

/// A child until its end is known.
class Child {
 public:
  explicit Child(pid_t id) : id_(id) {}
  ~Child() { stop(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;

  [[nodiscard]] bool has_ended() {
    if (id_ == 0) return true;
    // NOLINTNEXTLINE(misc-include-cleaner): sys/wait.h has it
    const pid_t ended = ::waitpid(id_, &status_, WNOHANG);
    if (ended == 0) return false;
    id_ = 0;
    return true;
  }
  /// Asks it to end, then makes it.
  void stop() {
    if (has_ended()) return;
    ::kill(id_, SIGTERM);
    for (const auto until = Clock::now() + kGrace; Clock::now() < until;) {
      if (has_ended()) return;
      std::this_thread::sleep_for(kPause);
    }
    ::kill(id_, SIGKILL);
    while (::waitpid(id_, &status_, 0) < 0 && errno == EINTR) {
    }
    id_ = 0;
  }
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  pid_t id_;
  int status_ = 0;
};

/// The talk with a child: `input` goes in while its output comes.
class Talk {
 public:
  Talk(std::string_view input, const ShellLimits& limits)
      : input_(input), limits_(limits), deadline_(Clock::now() + limits.time_max) {
    sigset_t blocked;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGINT);
    ::sigaddset(&blocked, SIGTERM);
    // No signal is lost between a look at it and a wait.
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before_);
  }
  ~Talk() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  Talk(const Talk&) = delete;
  Talk& operator=(const Talk&) = delete;
  Talk(Talk&&) = delete;
  Talk& operator=(Talk&&) = delete;

  ShellResult run(const std::string& command);

 private:
  bool wait(Pipe& in, Pipe& out);
  void send(Pipe& in);
  bool receive(Pipe& out);

  std::string_view input_;
  const ShellLimits& limits_;
  Clock::time_point deadline_;
  sigset_t before_{};
  ShellResult result_;
};

/// Until a pipe is ready; false when it ended with result_.end.
bool Talk::wait(Pipe& in, Pipe& out) {
  std::array<pollfd, 2> pipes{pollfd{out.reading(), POLLIN, 0}, pollfd{in.writing(), POLLOUT, 0}};
  while (true) {
    const auto left = deadline_ - Clock::now();
    if (interrupted() || left <= Clock::duration::zero()) {
      result_.end = interrupted() ? End::kInterrupted : End::kTimeout;
      return false;
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec patience{seconds.count(),
                            static_cast<decltype(timespec::tv_nsec)>((left - seconds) / 1ns)};
    const int ready = ::ppoll(pipes.data(), pipes.size(), &patience, &before_);
    if (ready < 0 && errno != EINTR) fail_system("cannot wait for a command", errno);
    if (ready <= 0) continue;
    if (pipes[1].revents != 0) send(in);
    return pipes[0].revents == 0 || receive(out);
  }
}

void Talk::send(Pipe& in) {
  const auto sent = ::write(in.writing(), input_.data(), input_.size());
  if (sent > 0) input_.remove_prefix(static_cast<std::size_t>(sent));
  // A command may end without having read all.
  if (input_.empty() || (sent < 0 && errno != EAGAIN && errno != EINTR)) in.close_writing();
}

/// False at the end of the output.
bool Talk::receive(Pipe& out) {
  std::array<char, 4096> piece{};
  const auto count = ::read(out.reading(), piece.data(), piece.size());
  if (count <= 0) return count < 0 && errno == EINTR;
  result_.output.append(piece.data(), static_cast<std::size_t>(count));
  if (result_.output.size() <= limits_.output_max) return true;
  result_.end = End::kTooMuch;
  return false;
}

ShellResult Talk::run(const std::string& command) {
  Pipe in;
  Pipe out;
  Child child(spawn_shell(command, in, out, before_));
  in.close_reading();
  out.close_writing();
  ::fcntl(in.writing(), F_SETFL, O_NONBLOCK);
  while (wait(in, out)) {
  }
  in.close_writing();
  while (result_.end == End::kExited && !child.has_ended()) {
    if (interrupted()) result_.end = End::kInterrupted;
    if (Clock::now() > deadline_) result_.end = End::kTimeout;
    const timespec pause{0, static_cast<decltype(timespec::tv_nsec)>(kPause / 1ns)};
    ::ppoll(nullptr, 0, &pause, &before_);
  }
  if (result_.end != End::kExited) return std::move(result_);
  const int status = child.status();
  // NOLINTBEGIN(misc-include-cleaner): sys/wait.h has them
  if (WIFSIGNALED(status)) result_.end = End::kKilled;
  result_.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  // NOLINTEND(misc-include-cleaner)
  return std::move(result_);
}

}  // namespace

ShellResult run_shell(const std::string& command, std::string_view input,
                      const ShellLimits& limits) {
  return Talk(input, limits).run(command);
}

}  // namespace datapact::tools

#include "tools/devnet/node_process.hpp"

#include "base/bytes.hpp"
#include "base/prng.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <netinet/in.h>
#include <random>
#include <set>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): <csignal> has only what C has
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace datapact;         // NOLINT(google-build-using-namespace)
using namespace datapact::tools;  // NOLINT(google-build-using-namespace)

namespace {

/// Listens on a port of 127.0.0.1 as long as it lives.
class Listener {
 public:
  explicit Listener(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    REQUIRE(descriptor_ >= 0);
    const int yes = 1;
    // NOLINTNEXTLINE(misc-include-cleaner): POSIX has them in <sys/socket.h>
    ::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(descriptor_, 1) == 0);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  Listener(Listener&&) = delete;
  Listener& operator=(Listener&&) = delete;
  ~Listener() { ::close(descriptor_); }

 private:
  int descriptor_;
};

/// A process that ends when it is told how.
class Child {
 public:
  Child() {
    REQUIRE(::pipe(ends_.data()) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ != 0) return;
    // Else it would wait for itself when the other end is gone.
    ::close(ends_[1]);
    std::uint8_t code = 1;
    static_cast<void>(::read(ends_[0], &code, sizeof code));
    ::_exit(code);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;
  ~Child() {
    for (const int end : ends_) ::close(end);
    // NOLINTNEXTLINE(misc-include-cleaner): POSIX has it in <sys/wait.h>
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  void end_with(std::uint8_t code) const {
    REQUIRE(::write(ends_[1], &code, sizeof code) == sizeof code);
  }
  /// -1: it does not end.
  [[nodiscard]] int wait_for_code() const {
    for (int i = 0; i < 500; ++i) {
      if (const auto code = exit_code(pid_)) return *code;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return -1;
  }

 private:
  std::array<int, 2> ends_{};
  pid_t pid_ = 0;
};

std::vector<std::uint16_t> ports_of_seed(std::uint64_t seed, std::size_t count) {
  Prng random(seed);
  return free_ports(count, random);
}

}  // namespace

TEST_SUITE("node_process") {
  TEST_CASE("a process that ended has its exit code or its signal, however often one asks") {
    const Child child;
    CHECK_FALSE(exit_code(child.pid()).has_value());
    child.end_with(4);
    CHECK(child.wait_for_code() == 4);
    CHECK(exit_code(child.pid()) == 4);
    const Child killed;
    ::kill(killed.pid(), SIGKILL);
    CHECK(killed.wait_for_code() == 128 + SIGKILL);
  }

  TEST_CASE("ports for nodes are distinct, and none is one that somebody listens on") {
    // Not a fixed one: two runs at the same time must not meet.
    const std::uint64_t seed = std::random_device{}();
    CAPTURE(seed);
    const auto first = ports_of_seed(seed, 1).front();
    const Listener listener(first);
    CHECK(listen_error(first) == EADDRINUSE);
    const auto ports = ports_of_seed(seed, 40);
    const std::set<std::uint16_t> distinct(ports.begin(), ports.end());
    CHECK(distinct.size() == 40);
    CHECK_FALSE(distinct.contains(first));
  }

  TEST_CASE("ports for nodes lie outside those of outgoing connections") {
    std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
    std::uint32_t outgoing_first = 0;
    std::uint32_t outgoing_last = 0;
    file >> outgoing_first >> outgoing_last;
    REQUIRE(outgoing_first < outgoing_last);
    const bool has_room = outgoing_first >= 11'000 || outgoing_last <= 64'535;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const auto port = ports_of_seed(seed, 1).front();
      CHECK(port >= 10'000);
      const bool fits = !has_room || port < outgoing_first || port > outgoing_last;
      CHECK(fits);
    }
  }
}

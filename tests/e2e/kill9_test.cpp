// kill -9 at random instants, each between a send and its block: no receipt that a client has seen
// may be lost or change. `kill9_test [--rounds N] [--seed N] DATAPACTD`.
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/prng.hpp"
#include "ledger/chain/transaction.hpp"
#include "tests/testkit/node/network.hpp"
#include "tools/devnet/node_process.hpp"

#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/in.h>
#include <optional>
#include <random>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): <csignal> has only what C has
#include <spawn.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace datapact;
using namespace datapact::node::test;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto kPeriod = 50ms;

[[noreturn]] void die(const std::string& why) {
  std::fprintf(stderr, "kill9: %s\n", why.c_str());
  std::_Exit(1);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Not of the run's seed: two runs at the same time must not meet.
std::uint16_t free_port() {
  Prng random(std::random_device{}());
  return tools::free_ports(1, random).front();
}

/// One HTTP request on a connection of its own; nothing when the node does not answer.
std::optional<std::string> post(std::uint16_t port, const std::string& body) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) die("no socket");
  auto address = loopback(port);
  std::optional<std::string> answer;
  if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    const std::string request =
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Connection: close\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    std::string text;
    if (::send(descriptor, request.data(), request.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(request.size())) {
      std::array<char, 4096> buffer{};
      for (ssize_t got = 1; got > 0;) {  // Ends with the connection.
        got = ::recv(descriptor, buffer.data(), buffer.size(), 0);
        if (got > 0) text.append(buffer.data(), static_cast<std::size_t>(got));
      }
    }
    const auto start = text.find("\r\n\r\n");
    if (start != std::string::npos) answer = text.substr(start + 4);
  }
  ::close(descriptor);
  return answer;
}

/// The result member; nothing when there is none or the node does not answer.
std::optional<json::Value> call(std::uint16_t port, const std::string& method,
                                const std::string& params) {
  const auto text = post(
      port, R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}");
  if (!text) return std::nullopt;
  const auto document = json::parse(*text);
  if (!document.has_value()) return std::nullopt;
  const auto* result = document->find("result");
  if (result == nullptr) return std::nullopt;
  return *result;
}

struct Seen {
  std::string txn;
  std::string block;
};

/// The receipt's block hash; nothing while there is no receipt.
std::optional<std::string> receipt_block(std::uint16_t port, const std::string& txn) {
  const auto receipt = call(port, "eth_getTransactionReceipt", "[\"" + txn + "\"]");
  if (!receipt || receipt->is_null()) return std::nullopt;
  const auto* hash = receipt->find("blockHash");
  if (hash == nullptr || hash->as_string() == nullptr) return std::nullopt;
  return *hash->as_string();
}

class Daemon {
 public:
  Daemon(const std::string& program, const std::string& config, std::uint16_t port) {
    std::array<char*, 4> arguments{const_cast<char*>(program.c_str()),
                                   const_cast<char*>("--config"), const_cast<char*>(config.c_str()),
                                   nullptr};
    if (::posix_spawn(&process_, program.c_str(), nullptr, nullptr, arguments.data(), environ) !=
        0) {
      die("cannot start " + program);
    }
    for (const auto end = SteadyClock::now() + 20s; SteadyClock::now() < end;) {
      if (call(port, "eth_blockNumber", "[]")) return;
      if (::waitpid(process_, nullptr, WNOHANG) == process_) die("the node did not start");
      std::this_thread::sleep_for(2ms);
    }
    die("the node does not answer");
  }
  void kill_hard() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  int stop() {
    int status = 0;
    ::kill(process_, SIGTERM);
    ::waitpid(process_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t process_ = 0;
};

struct Run {
  std::string program;
  Consortium network = make_network(kPeriod);
  TempFolder folder;
  std::uint16_t port = free_port();
  std::string config = write_node_files(folder.path(), network, port).string();
  std::vector<Seen> seen;
  std::size_t in_flight = 0;
  std::chrono::milliseconds starts{0};

  std::uint64_t next_nonce() {
    const auto address = to_hex0x(crypto::address_of(network.sender));
    const auto count = call(port, "eth_getTransactionCount", "[\"" + address + R"(","latest"])");
    if (!count || count->as_string() == nullptr) die("no nonce");
    return u64_from_quantity(*count->as_string()).value_or(0);
  }
  std::optional<std::string> send(std::uint64_t nonce) {
    const auto raw = to_hex0x(chain::encode(transfer(network, nonce)));
    const auto hash = call(port, "eth_sendRawTransaction", "[\"" + raw + "\"]");
    if (!hash || hash->as_string() == nullptr) return std::nullopt;
    return *hash->as_string();
  }
  /// A block that was voted on before the kill becomes final after the start, and may take the
  /// nonce between question and answer: then the next one is used.
  std::uint64_t send_and_wait() {
    for (int i = 0; i < 10; ++i) {
      const auto nonce = next_nonce();
      const auto hash = send(nonce);
      if (!hash) continue;
      wait_for(*hash);
      return nonce;
    }
    die("transactions are refused");
  }
  void wait_for(const std::string& txn) {
    for (const auto end = SteadyClock::now() + 20s; SteadyClock::now() < end;) {
      if (const auto block = receipt_block(port, txn)) {
        seen.push_back({txn, *block});
        return;
      }
      std::this_thread::sleep_for(1ms);
    }
    die("no receipt for " + txn);
  }
  void check(const Seen& one) {
    if (receipt_block(port, one.txn) != one.block) die("lost the receipt of " + one.txn);
  }

  /// One start, one acknowledged transaction, one in flight, one kill.
  void round(Prng& random) {
    const auto begun = SteadyClock::now();
    Daemon daemon(program, config, port);
    starts += std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begun);
    // The last ones are the most exposed; all are checked at the end.
    for (std::size_t i = seen.size() > 5 ? seen.size() - 5 : 0; i < seen.size(); ++i) {
      check(seen[i]);
    }
    const auto sent = send(send_and_wait() + 1);
    if (!sent) die("a transaction was refused");
    const std::string& flying = *sent;
    std::this_thread::sleep_for(std::chrono::microseconds(
        random.below(static_cast<std::uint64_t>(std::chrono::microseconds(kPeriod).count()))));
    // No receipt asked for after the kill can have been seen by anyone.
    const auto block = receipt_block(port, flying);
    daemon.kill_hard();
    if (block) {
      seen.push_back({flying, *block});
    } else {
      ++in_flight;
    }
  }
};

}  // namespace

int main(int argc, char** argv) {
  std::size_t rounds = 100;
  std::uint64_t seed = 1;
  std::string program;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--rounds" && i + 1 < argc) {
      rounds = std::stoul(argv[++i]);
    } else if (argument == "--seed" && i + 1 < argc) {
      seed = std::stoull(argv[++i]);
    } else {
      program = argument;
    }
  }
  if (program.empty()) die("usage: kill9_test [--rounds N] [--seed N] DATAPACTD");

  const auto begun = SteadyClock::now();
  Prng random(seed);
  Run run;
  run.program = program;
  while (run.in_flight < rounds) run.round(random);
  Daemon daemon(run.program, run.config, run.port);
  for (const auto& one : run.seen) run.check(one);
  if (daemon.stop() != 0) die("the node did not stop cleanly");
  const auto seconds = std::chrono::duration<double>(SteadyClock::now() - begun).count();
  std::printf(
      "REPORT: kill9: seed %llu, %zu kills with a transaction in flight, %zu acknowledged "
      "receipts, 0 "
      "lost, %.0f ms a start, %.1f s\n",
      static_cast<unsigned long long>(seed), run.in_flight, run.seen.size(),
      static_cast<double>(run.starts.count()) / static_cast<double>(run.in_flight), seconds);
  return 0;
}

// Two transports on loopback in one process: how long a vote takes to the other node, alone and
// behind a stream of blocks, and how much goes through. Printed, never asserted.
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/prng.hpp"
#include "base/types.hpp"
#include "p2p/gossip/handler.hpp"
#include "p2p/gossip/peer_address.hpp"
#include "p2p/gossip/types.hpp"
#include "p2p/net/transport.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::p2p {
namespace {

using Wall = std::chrono::steady_clock;

class MachineClock final : public datapact::Clock {
 public:
  [[nodiscard]] UnixMillis now() const override { return UnixMillis{0}; }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override {
    return Wall::now().time_since_epoch();
  }
};

class Counter final : public Handler, public Admission {
 public:
  std::atomic<std::size_t> peers{0};
  std::atomic<std::size_t> votes{0};
  std::atomic<std::size_t> blocks{0};
  std::atomic<std::size_t> txns{0};

  bool on_message(Message message) override {
    if (message.topic == Topic::kConsensus) ++votes;
    if (message.topic == Topic::kBlocks) ++blocks;
    if (message.topic == Topic::kTransactions) ++txns;
    return true;
  }
  bool on_request(Request /*request*/) override { return false; }
  void on_response(Response /*response*/) override {}
  void on_request_failed(RequestId /*id*/, RequestFailure /*failure*/) override {}
  void on_peer_up(const NodeId& /*peer*/, Grant /*grant*/) override { ++peers; }
  void on_peer_down(const NodeId& /*peer*/, LinkEnd /*end*/) override { --peers; }
  Grant grant_for(const NodeId& /*peer*/) override { return Grant::kFull; }
};

struct Node {
  Counter counter;
  MachineClock clock;
  Prng random{1};
  std::unique_ptr<Transport> transport;

  void start(std::uint8_t number, bool tls, std::vector<PeerAddress> peers) {
    Config config;
    config.key.raw()[31] = number;
    config.chain_id = ChainId{7};
    config.tls = tls;
    config.peers = std::move(peers);
    // Throughput is what is measured, not the limit on it.
    config.limits.read_bytes_per_second = std::uint64_t{1} << 34U;
    config.limits.read_bytes_burst = std::uint64_t{1} << 34U;
    auto started = Transport::start(config, counter, counter, clock, random);
    if (!started.has_value()) {
      fmt::print(stderr, "{}\n", started.error());
      std::exit(1);
    }
    transport = std::move(*started);
  }
};

void wait_until(const std::atomic<std::size_t>& count, std::size_t wanted) {
  while (count.load() < wanted) std::this_thread::yield();
}

Bytes numbered(std::size_t size, std::uint64_t number) {
  Bytes out(size, 1);
  store_be(out.data(), number);
  return out;
}

struct Pair {
  Node a;
  Node b;
  std::uint64_t sent = 0;

  explicit Pair(bool tls) {
    a.start(1, tls, {});
    b.start(2, tls, {{a.transport->id(), "127.0.0.1", a.transport->port()}});
    wait_until(a.counter.peers, 1);
    wait_until(b.counter.peers, 1);
  }
  bool send(Topic topic, std::size_t size) {
    return a.transport->send(b.transport->id(), topic, numbered(size, ++sent));
  }
};

void print_latency(const std::string& name, std::vector<std::chrono::nanoseconds> times) {
  std::ranges::sort(times);
  const auto at = [&](std::size_t percent) {
    return std::chrono::duration<double, std::micro>(times[times.size() * percent / 100]).count();
  };
  fmt::print("{:<34} p50 {:>8.0f} us   p99 {:>8.0f} us\n", name, at(50), at(99));
}

void measure_votes(const std::string& name, Pair& pair, bool with_blocks) {
  constexpr std::size_t kVotes = 2'000;
  std::vector<std::chrono::nanoseconds> times;
  for (std::size_t i = 0; i < kVotes; ++i) {
    // Until the queue is full: it never runs dry.
    while (with_blocks && pair.send(Topic::kBlocks, 1'000'000)) {
    }
    const auto start = Wall::now();
    const std::size_t before = pair.b.counter.votes;
    pair.send(Topic::kConsensus, 200);
    wait_until(pair.b.counter.votes, before + 1);
    times.push_back(Wall::now() - start);
  }
  print_latency(name, std::move(times));
}

void measure_stream(const std::string& name, Pair& pair, Topic topic, std::size_t size) {
  const auto& arrived = topic == Topic::kBlocks ? pair.b.counter.blocks : pair.b.counter.txns;
  const std::size_t messages = std::size_t{200'000'000} / (size + 1'000);
  const std::size_t before = arrived;
  const auto start = Wall::now();
  for (std::size_t i = 0; i < messages; ++i) {
    while (!pair.send(topic, size)) std::this_thread::yield();
  }
  wait_until(arrived, before + messages);
  const double seconds = std::chrono::duration<double>(Wall::now() - start).count();
  fmt::print("{:<34} {:>10.0f} messages/s {:>10.1f} MB/s\n", name,
             static_cast<double>(messages) / seconds,
             static_cast<double>(messages * size) / seconds / 1e6);
}

void run(bool tls) {
  fmt::print("{}\n", tls ? "TLS 1.3" : "plain");
  {
    Pair pair(tls);
    measure_votes("a vote of 200 bytes", pair, false);
    measure_stream("transactions of 200 bytes", pair, Topic::kTransactions, 200);
    measure_stream("blocks of 1 MB", pair, Topic::kBlocks, 1'000'000);
  }
  Pair pair(tls);
  measure_votes("a vote behind 24 MB of blocks", pair, true);
}

}  // namespace
}  // namespace datapact::p2p

int main() {
  datapact::p2p::run(false);
  datapact::p2p::run(true);
  return 0;
}

// One validator in this process: how long after the block period a transfer is final, and what a
// transfer costs in CPU time, from its bytes to its receipt. Printed, never asserted.
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "crypto/secp256k1.hpp"
#include "node/config.hpp"
#include "node/node.hpp"
#include "node/system_clock.hpp"
#include "tests/testkit/node/network.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::node {
namespace {

using namespace std::chrono_literals;
using test::Consortium;

constexpr std::chrono::milliseconds kPeriod{250};
constexpr std::size_t kTransfers = 20'000;
constexpr std::size_t kProbes = 40;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t height(const Node& node) { return node.head()->head->height.raw(); }

/// Finality beyond the period, in ms: each transfer is sent just after a block, so that its own
/// block is due one period after that one.
void measure_latency(Node& node, const Consortium& network, const Clock& clock,
                     std::uint64_t& nonce) {
  std::vector<double> late;
  for (std::size_t i = 0; i < kProbes; ++i) {
    const auto before = height(node);
    const auto due = node.head()->time + kPeriod;
    node.api().txns().submit(chain::encode(test::transfer(network, nonce++)), [](const auto&) {});
    while (height(node) == before) std::this_thread::sleep_for(200us);
    const auto since = std::chrono::duration<double, std::milli>(clock.now() - due).count();
    // The first block follows a quiet time: it was due long ago.
    if (i > 0) late.push_back(since);
  }
  std::ranges::sort(late);
  fmt::print("finality after the period ends: p50 {:.1f} ms, p90 {:.1f} ms, max {:.1f} ms\n",
             late[late.size() / 2], late[late.size() * 9 / 10], late.back());
}

/// Pre-signed, sent as fast as the pool takes them from one sender.
void measure_throughput(Node& node, const Consortium& network, std::uint64_t& nonce) {
  std::vector<Bytes> raw;
  for (std::size_t i = 0; i < kTransfers; ++i) {
    raw.push_back(chain::encode(test::transfer(network, nonce + i)));
  }
  const auto sender = crypto::address_of(network.sender);
  const auto final_nonce = [&] { return node.head()->view->account(sender)->nonce.raw(); };
  const auto begun = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  const auto first = final_nonce();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    // Stay within what one sender may hold.
    while (nonce + i >= final_nonce() + 4'000) std::this_thread::sleep_for(1ms);
    node.api().txns().submit(std::move(raw[i]), [](const auto& result) {
      if (result.has_value()) return;
      fmt::print(stderr, "refused: {}\n", result.error().message);
      std::exit(1);
    });
  }
  while (final_nonce() < first + kTransfers) std::this_thread::sleep_for(1ms);
  const auto wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  nonce += kTransfers;
  fmt::print(
      "{} transfers in {:.1f} s: {:.0f} a second, {:.1f} CPU us each (recovery, pool, "
      "execution, tries, votes, store)\n",
      kTransfers, wall, static_cast<double>(kTransfers) / wall,
      (cpu_seconds() - cpu) * 1e6 / static_cast<double>(kTransfers));
}

int run() {
  const auto network = test::make_network(kPeriod);
  const test::TempFolder folder;
  auto config = load_config(test::write_node_files(folder.path(), network, 0));
  if (!config.has_value()) return 1;
  config->pool.txns_per_sender_max = 8'192;
  config->pool.txns_per_organisation_max = 8'192;
  config->pool.nonce_gap_max = 8'192;
  const SystemClock clock;
  const auto node = Node::start(*config, clock, [](const std::string&) {});
  if (!node.has_value()) {
    fmt::print(stderr, "{}\n", node.error().message);
    return 1;
  }
  std::uint64_t nonce = 0;
  measure_latency(**node, network, clock, nonce);
  measure_throughput(**node, network, nonce);
  return 0;
}

}  // namespace
}  // namespace datapact::node

int main() { return datapact::node::run(); }

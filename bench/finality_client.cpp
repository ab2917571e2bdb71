// A client that times finality on a development network; bench/consensus starts the network and
// runs it. Times are read off the clock of this machine, as the validators' block times are.
//
// usage: finality_client probe URL COUNT PERIOD_MS     transfers sent just after a block
//        finality_client quiet URL COUNT PERIOD_MS     transfers sent after a silence
//        finality_client load URL[,URL...] RATE SECONDS   RATE transfers a second, 0: all it takes
//        finality_client journal FILE COUNT            vote records appended, each synced
// Prints one JSON object.
#include "base/bytes.hpp"
#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/store/vote_journal.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/rpc_client.hpp"
#include "tools/devnet/devnet_files.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <mutex>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace datapact::tools {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::system_clock;
using Millis = std::chrono::duration<double, std::milli>;

constexpr auto kPoll = 500us;
constexpr auto kPatience = 30s;
/// Below what one sender may hold in a pool.
constexpr std::uint64_t kPendingMax = 200;
constexpr std::uint8_t kPrepareCode = 0x13;
/// A signed Prepare.
constexpr std::size_t kPrepareBytes = 140;

struct Failure : std::exception {
  explicit Failure(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

std::uint64_t number_of(const std::string& text, int base = 10) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  if (error != std::errc{} || end != text.data() + text.size()) throw Failure("no number: " + text);
  return out;
}

const std::string& text_of(const json::Value& object, const char* name) {
  const auto* value = object.find(name);
  if (value == nullptr || value->as_string() == nullptr) throw Failure(std::string("no ") + name);
  return *value->as_string();
}

/// Unix milliseconds from the vanity that extraData begins with (EVM.md section 4): a list's header
/// of one to three bytes, 0xa0, 24 zero bytes and the time.
Clock::time_point time_of(const json::Value& block) {
  const auto extra = from_hex(text_of(block, "extraData"));
  if (!extra.has_value() || extra->size() < 36) throw Failure("extraData is too short");
  const std::size_t header = (*extra)[0] > 0xf7 ? 1U + ((*extra)[0] - 0xf7U) : 1U;
  std::uint64_t ms = 0;
  for (std::size_t i = header + 25; i < header + 33; ++i) ms = ms << 8U | (*extra)[i];
  return Clock::time_point(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
}

struct Seen {
  json::Value block;
  Clock::time_point at;
};

/// Follows the head of one node.
class Follower {
 public:
  explicit Follower(const std::string& url) : rpc_(url, 30s), height_(head()) {}

  /// Waits for the next block.
  Seen next() {
    const auto deadline = Clock::now() + kPatience;
    while (head() <= height_) {
      if (Clock::now() > deadline) throw Failure("no block in 30 s");
      std::this_thread::sleep_for(kPoll);
    }
    const auto at = Clock::now();
    return {block(++height_), at};
  }
  /// The same, but gives up when `is_over` says so.
  template <class Stop>
  bool poll(Seen& out, const Stop& is_over) {
    while (head() <= height_) {
      if (is_over()) return false;
      std::this_thread::sleep_for(kPoll);
    }
    out.at = Clock::now();
    out.block = block(++height_);
    return true;
  }
  void skip_to_head() { height_ = head(); }
  json::Value block(std::uint64_t height) {
    return rpc_.call("eth_getBlockByNumber",
                     json::Value::array({fmt::format("0x{:x}", height), false}));
  }
  json::Value head_block() { return block(height_); }

 private:
  std::uint64_t head() {
    const auto answer = rpc_.call("eth_blockNumber", json::Value::array());
    return number_of(answer.as_string()->substr(2), 16);
  }
  RpcClient rpc_;
  std::uint64_t height_;
};

/// One account that sends transfers of one wei.
class Sender {
 public:
  Sender(const std::string& url, DevnetRole role)
      : rpc_(url, 30s), key_(devnet_key(to_string(role))) {
    const auto nonce = rpc_.call("eth_getTransactionCount",
                                 json::Value::array({to_hex0x(devnet_address(role)), "pending"}));
    nonce_ = number_of(nonce.as_string()->substr(2), 16);
  }
  /// Returns the hash once the pool has admitted it.
  std::string send() {
    chain::Transaction txn;
    txn.type = chain::TxnType::kDynamicFee;
    txn.chain_id = ChainId{kDevnetChainId};
    txn.nonce = Nonce{nonce_++};
    txn.gas_limit = Gas{21'000};
    txn.to = Address{{0xbe, 0xef}};
    txn.value = Wei{uint256{1}};
    chain::sign(txn, key_);
    const auto answer =
        rpc_.call("eth_sendRawTransaction", json::Value::array({to_hex0x(chain::encode(txn))}));
    return *answer.as_string();
  }

 private:
  RpcClient rpc_;
  crypto::PrivateKey key_;
  std::uint64_t nonce_ = 0;
};

json::Value summary(std::vector<double> values) {
  if (values.empty()) return json::Value::object({{"count", 0}});
  std::ranges::sort(values);
  const auto at = [&](double share) {
    const auto rank = static_cast<std::size_t>(share * static_cast<double>(values.size()));
    return std::round(values[std::min(rank, values.size() - 1)] * 100) / 100;
  };
  return json::Value::object({{"count", std::uint64_t{values.size()}},
                              {"p50", at(0.5)},
                              {"p90", at(0.9)},
                              {"p99", at(0.99)},
                              {"max", at(1)}});
}

/// Each transfer is sent when its predecessor is final, so its block is due one period after the
/// time in the predecessor's header: what is counted is how long after that it is final here.
json::Value probe(const std::string& url, std::size_t count, std::chrono::milliseconds period) {
  Follower follower(url);
  Sender sender(url, DevnetRole::kProvider);
  (void)sender.send();
  auto parent = follower.next();
  std::vector<double> late;
  for (std::size_t i = 0; i < count; ++i) {
    (void)sender.send();
    auto block = follower.next();
    late.push_back(Millis(block.at - (time_of(parent.block) + period)).count());
    parent = std::move(block);
  }
  return json::Value::object({{"lateMs", summary(std::move(late))}});
}

/// From sending to final on a chain that has nothing else to do and whose next block is long due.
json::Value quiet(const std::string& url, std::size_t count, std::chrono::milliseconds period) {
  Follower follower(url);
  Sender sender(url, DevnetRole::kProvider);
  std::vector<double> whole;
  for (std::size_t i = 0; i < count; ++i) {
    std::this_thread::sleep_for(period + 100ms);
    follower.skip_to_head();
    const auto sent = Clock::now();
    (void)sender.send();
    whole.push_back(Millis(follower.next().at - sent).count());
  }
  return json::Value::object({{"wholeMs", summary(std::move(whole))}});
}

/// What is sent and not final yet, shared by senders and follower.
class Flight {
 public:
  void sent(std::string hash, Clock::time_point at) {
    const std::lock_guard lock(mutex_);
    // The block may have been seen before the client had its answer.
    if (const auto early = early_.find(hash); early != early_.end()) {
      latency_.push_back(Millis(early->second - at).count());
      early_.erase(early);
    } else {
      pending_.emplace(std::move(hash), at);
    }
  }
  void seen(const std::string& hash, Clock::time_point at) {
    const std::lock_guard lock(mutex_);
    if (const auto found = pending_.find(hash); found != pending_.end()) {
      latency_.push_back(Millis(at - found->second).count());
      pending_.erase(found);
    } else {
      early_.emplace(hash, at);
    }
  }
  [[nodiscard]] std::size_t pending() const {
    const std::lock_guard lock(mutex_);
    return pending_.size();
  }
  [[nodiscard]] std::vector<double> latency() const {
    const std::lock_guard lock(mutex_);
    return latency_;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Clock::time_point> pending_;
  std::unordered_map<std::string, Clock::time_point> early_;
  std::vector<double> latency_;
};

void follow(const std::string& url, Flight& flight, const std::atomic<bool>& is_over,
            std::atomic<std::uint64_t>& blocks) {
  Follower follower(url);
  Seen seen;
  while (follower.poll(seen, [&] { return is_over.load(); })) {
    ++blocks;
    for (const auto& hash : *seen.block.find("transactions")->as_array())
      flight.seen(*hash.as_string(), seen.at);
  }
}

json::Value load(const std::vector<std::string>& urls, std::uint64_t rate,
                 std::chrono::seconds length) {
  std::vector<Sender> senders;
  for (std::size_t i = 0; i < kDevnetRoles.size(); ++i)
    senders.emplace_back(urls[i % urls.size()], kDevnetRoles[i]);
  Flight flight;
  std::atomic<bool> is_over{false};
  std::atomic<std::uint64_t> blocks{0};
  std::jthread follower([&] { follow(urls[0], flight, is_over, blocks); });
  const auto begin = Clock::now();
  std::size_t sent = 0;
  for (; Clock::now() < begin + length; ++sent) {
    if (rate != 0) std::this_thread::sleep_until(begin + sent * 1'000'000us / rate);
    const auto deadline = Clock::now() + kPatience;
    while (flight.pending() >= kPendingMax * senders.size()) {
      if (Clock::now() > deadline) throw Failure("nothing becomes final in 30 s");
      std::this_thread::sleep_for(kPoll);
    }
    const auto at = Clock::now();
    flight.sent(senders[sent % senders.size()].send(), at);
  }
  const auto deadline = Clock::now() + kPatience;
  while (flight.pending() > 0 && Clock::now() < deadline) std::this_thread::sleep_for(kPoll);
  const auto seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  is_over = true;
  follower.join();
  auto latency = flight.latency();
  const auto final_txns = static_cast<double>(latency.size());
  return json::Value::object({{"sent", std::uint64_t{sent}},
                              {"pendingAtEnd", std::uint64_t{flight.pending()}},
                              {"blocks", blocks.load()},
                              {"perSecond", std::round(final_txns / seconds)},
                              {"latencyMs", summary(std::move(latency))}});
}

/// Records of a Prepare's size, alone in a fresh file.
json::Value journal(const std::string& file, std::size_t count) {
  auto opened = store::VoteJournal::open(file, {});
  if (!opened.has_value()) throw Failure(file + ": cannot be opened as a vote journal");
  std::vector<double> spent;
  for (std::size_t i = 0; i < count; ++i) {
    store::VoteRecord record;
    record.height = Height{i + 1};
    record.kind = kPrepareCode;
    record.payload = Bytes(kPrepareBytes, std::uint8_t{0x5a});
    const auto begin = std::chrono::steady_clock::now();
    if (!(*opened)->append(record).has_value()) throw Failure(file + ": append failed");
    spent.push_back(Millis(std::chrono::steady_clock::now() - begin).count());
  }
  return json::Value::object({{"syncMs", summary(std::move(spent))}});
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> out;
  std::size_t from = 0;
  while (from <= list.size()) {
    const auto comma = std::min(list.find(',', from), list.size());
    out.push_back(list.substr(from, comma - from));
    from = comma + 1;
  }
  return out;
}

json::Value run(const std::vector<std::string>& words) {
  const auto count = [&](std::size_t i) { return static_cast<std::size_t>(number_of(words[i])); };
  const auto millis = [&] {
    return std::chrono::milliseconds(static_cast<std::int64_t>(count(3)));
  };
  if (words.size() == 4 && words[0] == "probe") return probe(words[1], count(2), millis());
  if (words.size() == 4 && words[0] == "quiet") return quiet(words[1], count(2), millis());
  if (words.size() == 4 && words[0] == "load") {
    return load(split(words[1]), count(2),
                std::chrono::seconds(static_cast<std::int64_t>(count(3))));
  }
  if (words.size() == 3 && words[0] == "journal") return journal(words[1], count(2));
  throw Failure(
      "usage: finality_client probe|quiet|load|journal ... (see the source's first lines)");
}

}  // namespace
}  // namespace datapact::tools

int main(int argc, char** argv) {
  try {
    const std::span words(argv + 1, static_cast<std::size_t>(argc - 1));
    const auto result = datapact::tools::run({words.begin(), words.end()});
    fmt::print("{}\n", datapact::json::to_text(result));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "finality_client: {}\n", error.what());
    return 1;
  }
}

// Whole blocks on states of different sizes: a thousand ERC-20 transfers, and a thousand steps of
// fair exchanges. CPU time of the thread, split into recovery of senders, execution, tries and
// write; each block on a ledger without a cache, on one with it and on one that has threads as
// well, in one run. Then blocks on a ledger that was just opened and whose files are not in memory.
// usage: block_bench [--json] [--large] [--accounts N]... [--blocks N] [--warm-up N]
//                    [--worlds FOLDER]
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/quantity.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "bench/block_world.hpp"
#include "crypto/keccak.hpp"
#include "crypto/keccak_many.hpp"
#include "crypto/secp256k1.hpp"
#include "ledger/chain/block.hpp"
#include "ledger/chain/block_execution.hpp"
#include "ledger/chain/executed_block.hpp"
#include "ledger/chain/genesis.hpp"
#include "ledger/chain/receipt.hpp"
#include "ledger/chain/seal.hpp"
#include "ledger/chain/transaction.hpp"
#include "ledger/state/hash_many.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/trie.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/ledger.hpp"
#include "node/sender_cache.hpp"
#include "node/thread_runner.hpp"
#include "tests/testkit/trade/exchange_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <unordered_map>
#include <utility>
#include <vector>

namespace datapact::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kHashRounds = 5;

/// Of the calling thread: compaction by LevelDB's own thread is not in it.
double cpu_microseconds() {
  std::timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

double wall_microseconds() {
  const std::chrono::duration<double, std::micro> now =
      std::chrono::steady_clock::now().time_since_epoch();
  return now.count();
}

/// Microseconds: CPU time, and the time on the wall, which has waiting for disks in it.
struct Instant {
  double cpu = cpu_microseconds();
  double wall = wall_microseconds();
};
struct Span {
  double cpu = 0;
  double wall = 0;
  Span& operator+=(const Span& other) {
    cpu += other.cpu;
    wall += other.wall;
    return *this;
  }
};
Span operator-(const Instant& end, const Instant& start) {
  return {end.cpu - start.cpu, end.wall - start.wall};
}

Span time_of(const std::function<void()>& work) {
  const Instant start;
  work();
  return Instant{} - start;
}

/// One block.
struct Stages {
  /// Of transactions that came with the block alone.
  Span recover;
  /// Instead of it when all were in the pool before; not in the sum.
  Span remembered;
  Span execute;
  Span trie;
  Span write;
  [[nodiscard]] Span sum() const {
    Span out = recover;
    return ((out += execute) += trie) += write;
  }
};

/// Of one block, nodes in memory: hashing one by one and many at a time.
struct HashTimes {
  double single = 0;
  double many = 0;
};

/// Beside the worlds, whose tables it shares then.
struct Folder {
  fs::path path;
  explicit Folder(const fs::path& worlds)
      : path((worlds.empty() ? fs::temp_directory_path() : worlds) /
             ("block_bench." + std::to_string(getpid()))) {
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

/// Notes when the tries begin to be read: execution is over then.
class TimedNodes final : public state::NodeSource {
 public:
  explicit TimedNodes(const state::NodeSource& nodes) : nodes_(nodes) {}
  [[nodiscard]] ByteView node(const state::NodePath& path, state::Arena& arena) const override {
    // Tasks of the update read too, at the same time.
    std::call_once(once_, [this] { first_read_.emplace(); });
    return nodes_.node(path, arena);
  }
  [[nodiscard]] Instant first_read() const { return first_read_.value(); }

 private:
  const state::NodeSource& nodes_;
  mutable std::once_flag once_;
  mutable std::optional<Instant> first_read_;
};

void hash_one_by_one(std::span<const ByteView> inputs, std::span<Hash256> out) noexcept {
  for (std::size_t i = 0; i < inputs.size(); ++i) out[i] = crypto::keccak256(inputs[i]);
}

/// Has the system forget what it keeps in memory of a file. Pages somebody has mapped stay.
void evict(const fs::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  INVARIANT(descriptor >= 0);
  // What is not on disk yet cannot be forgotten.
  static_cast<void>(fdatasync(descriptor));
  static_cast<void>(posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED));
  close(descriptor);
}

/// A chain in a folder of its own.
class Lane {
 public:
  /// The runner is borrowed.
  Lane(fs::path folder, const chain::Genesis& genesis, std::size_t cache_bytes, TaskRunner& runner)
      : folder_(std::move(folder)), genesis_(genesis), cache_bytes_(cache_bytes), runner_(runner) {
    open_ledger();
  }

  /// Begins again with nothing in memory.
  void restart_cold() {
    ledger_ = nullptr;
    for (const auto& entry : fs::directory_iterator{folder_}) evict(entry.path());
    open_ledger();
  }

  Stages run(const TxnBatch& txns) {
    Stages out;
    std::vector<chain::TxnPtr> recovered;
    out.recover = time_of([&] { recovered = recover(txns, nullptr); });
    node::SenderCache senders{recovered.size()};
    for (const auto& txn : recovered) senders.remember(*txn);
    out.remembered = time_of([&] { recovered = recover(txns, &senders); });
    const auto executed = build(std::move(recovered), out);
    const auto block = seal(executed);
    out.write = time_of([&] { INVARIANT(ledger_->commit(block).has_value()); });
    executed_ = executed;
    return out;
  }

  /// The tries and roots of the last block again, with either way of hashing.
  [[nodiscard]] HashTimes hash_again() const {
    HashTimes out{1e18, 1e18};
    for (int i = 0; i < kHashRounds; ++i) {
      out.single = std::min(out.single, hash_again(hash_one_by_one));
      out.many = std::min(out.many, hash_again(crypto::keccak256_many));
    }
    return out;
  }

  [[nodiscard]] Hash256 state_root() const { return ledger_->head()->header.state_root; }

 private:
  void open_ledger() {
    auto store = store::open_leveldb(folder_);
    INVARIANT(store.has_value());
    auto ledger = store::Ledger::open(*std::move(store), genesis_, {.cache_bytes = cache_bytes_});
    INVARIANT(ledger.has_value());
    ledger_ = *std::move(ledger);
  }

  std::vector<chain::TxnPtr> recover(const TxnBatch& txns, const chain::SenderSource* known) {
    std::vector<chain::TxnPtr> out(txns.size());
    runner_.parallel_for(txns.size(), [&](std::size_t i) {
      auto recovered = chain::RecoveredTxn::recover(txns[i], known);
      INVARIANT(recovered.has_value());
      out[i] = std::make_shared<const chain::RecoveredTxn>(*std::move(recovered));
    });
    return out;
  }

  std::shared_ptr<const chain::ExecutedBlock> build(std::vector<chain::TxnPtr> txns, Stages& out) {
    const auto head = ledger_->head();
    const auto view = ledger_->view_at(head->height);
    const TimedNodes nodes{*view};
    const chain::AncestorHashes ancestors = [this](Height height) {
      return ledger_->hash_at(height).value_or(BlockHash{});
    };
    const chain::ParentState parent{head->header, head->hash, *view, nodes, ancestors};
    chain::BuildRequest request;
    request.coinbase = testkit::address_of(testkit::Party::kValidator);
    request.time = chain::earliest_time(head->header, genesis_.config);
    request.candidates = std::move(txns);
    request.runner = &runner_;
    const std::size_t count = request.candidates.size();
    const Instant start;
    auto built = chain::BlockBuilder{genesis_.config}.build(parent, request);
    const Instant end;
    INVARIANT(built.has_value() && built->block->receipts.size() == count);
    INVARIANT(std::ranges::all_of(built->block->receipts, &chain::Receipt::success));
    // The root of the receipts is computed before the state's tries are read.
    const Span receipts =
        time_of([&] { static_cast<void>(chain::receipts_root(built->block->receipts)); });
    out.execute = nodes.first_read() - start;
    out.execute += {-receipts.cpu, -receipts.wall};
    out.trie = end - nodes.first_read();
    out.trie += receipts;
    return built->block;
  }

  [[nodiscard]] double hash_again(state::HashMany hash_many) const {
    const auto& block = *executed_;
    const auto view = ledger_->view_at(Height{block.block.header.height.raw() - 1});
    const auto parent = ledger_->header(view->height());
    std::vector<Bytes> txns;
    std::vector<Bytes> receipts;
    for (const auto& txn : block.block.transactions) txns.push_back(chain::encode(txn));
    for (const auto& receipt : block.receipts) receipts.push_back(chain::encode(receipt));
    // Read once more than needed, so that every form finds the nodes as near as the others.
    const RecordedNodes nodes{*view};
    SequentialRunner here;
    const auto update = [&] {
      return state::detail::update_tries({nodes, parent->state_root}, block.diff, hash_many, here);
    };
    INVARIANT(update().root == block.block.header.state_root);
    return time_of([&] {
             static_cast<void>(update());
             static_cast<void>(state::detail::ordered_trie_root(txns, hash_many));
             static_cast<void>(state::detail::ordered_trie_root(receipts, hash_many));
           })
        .cpu;
  }

  /// Keeps what was read.
  class RecordedNodes final : public state::NodeSource {
   public:
    explicit RecordedNodes(const state::NodeSource& nodes) : nodes_(nodes) {}
    [[nodiscard]] ByteView node(const state::NodePath& path, state::Arena& arena) const override {
      const auto [place, is_new] = kept_.try_emplace(path);
      if (is_new) place->second = to_bytes(nodes_.node(path, arena));
      return arena.copy(place->second);
    }

   private:
    struct PathHash {
      std::size_t operator()(const state::NodePath& path) const noexcept {
        return std::hash<std::string_view>{}(as_text(path.owner.view())) * 31 +
               std::hash<std::string_view>{}(as_text(path.nibbles));
      }
    };
    const state::NodeSource& nodes_;
    mutable std::unordered_map<state::NodePath, Bytes, PathHash> kept_;
  };

  static chain::FinalBlock seal(const std::shared_ptr<const chain::ExecutedBlock>& executed) {
    const auto key = testkit::key_of(testkit::Party::kValidator);
    const auto digest = chain::seal_hash(executed->block.header, Round{0});
    auto sealed = chain::make_final(executed, Round{0}, {crypto::sign(*digest, key)},
                                    {crypto::address_of(key)});
    INVARIANT(sealed.has_value());
    return *std::move(sealed);
  }

  fs::path folder_;
  const chain::Genesis& genesis_;
  std::size_t cache_bytes_;
  TaskRunner& runner_;
  std::unique_ptr<store::Ledger> ledger_;
  std::shared_ptr<const chain::ExecutedBlock> executed_;
};

Stages median(const std::vector<Stages>& blocks) {
  const auto of = [&](Span Stages::* stage, double Span::* clock) {
    std::vector<double> values;
    for (const Stages& block : blocks) values.push_back(block.*stage.*clock);
    std::ranges::sort(values);
    return values[values.size() / 2];
  };
  const auto both = [&](Span Stages::* stage) {
    return Span{of(stage, &Span::cpu), of(stage, &Span::wall)};
  };
  return {both(&Stages::recover), both(&Stages::remembered), both(&Stages::execute),
          both(&Stages::trie), both(&Stages::write)};
}

/// One kind of block on one state.
struct Figure {
  std::uint64_t accounts = 0;
  std::string kind;
  Stages uncached;
  Stages cached;
  Stages threads;  ///< cached, with a thread for each core
  Stages cold;     ///< the same with nothing in memory
  HashTimes hashing;
};

/// The lanes side by side.
class Race {
 public:
  Race(const fs::path& world, const fs::path& folder, const chain::Genesis& genesis)
      : uncached_(copy(world, folder / "uncached"), genesis, 0, here_),
        cached_(copy(world, folder / "cached"), genesis, kCacheBytes, here_),
        threads_(copy(world, folder / "threads"), genesis, kCacheBytes, runner_) {}

  void prepare(const TxnBatch& txns) {
    const auto run_on = [&](Lane& lane) { static_cast<void>(lane.run(txns)); };
    run_on(uncached_);
    run_on(cached_);
    run_on(threads_);
  }

  Figure measure(std::string kind, std::size_t blocks, const std::function<TxnBatch()>& next) {
    std::vector<Stages> uncached;
    std::vector<Stages> cached;
    std::vector<Stages> threads;
    for (std::size_t i = 0; i < blocks; ++i) {
      const TxnBatch txns = next();
      uncached.push_back(uncached_.run(txns));
      cached.push_back(cached_.run(txns));
      threads.push_back(threads_.run(txns));
      INVARIANT(uncached_.state_root() == cached_.state_root());
      INVARIANT(threads_.state_root() == cached_.state_root());
    }
    return {0,  std::move(kind),     median(uncached), median(cached), median(threads),
            {}, cached_.hash_again()};
  }

  /// Each block on a ledger that has just been opened.
  Stages measure_cold(std::size_t blocks, const std::function<TxnBatch()>& next) {
    std::vector<Stages> out;
    for (std::size_t i = 0; i < blocks; ++i) {
      threads_.restart_cold();
      out.push_back(threads_.run(next()));
    }
    return median(out);
  }

 private:
  static fs::path copy(const fs::path& world, const fs::path& to) {
    fs::create_directories(to);
    for (const auto& entry : fs::directory_iterator{world}) copy_file(entry.path(), to);
    return to;
  }
  /// LevelDB never changes a table that it has written: two folders can share it.
  static void copy_file(const fs::path& file, const fs::path& folder) {
    const fs::path to = folder / file.filename();
    std::error_code failed;
    if (file.extension() == ".ldb") fs::create_hard_link(file, to, failed);
    if (file.extension() != ".ldb" || failed) fs::copy_file(file, to);
  }

  static constexpr std::size_t kCacheBytes = store::LedgerOptions{}.cache_bytes;
  SequentialRunner here_;
  node::ThreadRunner runner_{std::max(1U, std::thread::hardware_concurrency())};
  Lane uncached_;
  Lane cached_;
  Lane threads_;
};

/// The state of a bench, in `folder`: as an earlier run left it there, or written now.
chain::Genesis prepare_world(const fs::path& folder, std::uint64_t accounts) {
  auto store = store::open_leveldb(folder);
  INVARIANT(store.has_value());
  if (auto genesis = read_world(**store, accounts)) return *std::move(genesis);
  store->reset();
  fs::remove_all(folder);
  fmt::print(stderr, "writing a state of {} accounts\n", accounts);
  store = store::open_leveldb(folder);
  INVARIANT(store.has_value());
  auto genesis = write_world(**store, accounts);
  store->reset();
  settle_world(folder);
  return genesis;
}

void print_stages(const Figure& figure, std::string_view lane, const Stages& it) {
  fmt::print("{:>10} {:<9} {:<9} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>10.1f}\n",
             figure.accounts, figure.kind, lane, it.recover.cpu / 1e3, it.execute.cpu / 1e3,
             it.trie.cpu / 1e3, it.write.cpu / 1e3, it.sum().cpu / 1e3, it.sum().wall / 1e3,
             it.remembered.wall / 1e3);
}

void print_text(const std::vector<Figure>& figures) {
  fmt::print(
      "CPU ms of a block of {} transactions; on the wall the sum, and recovery when all senders "
      "are remembered (median)\n{:>10} {:<9} {:<9} "
      "{:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>10}\n",
      kTxnsPerBlock, "accounts", "block", "ledger", "recover", "execute", "trie", "write", "sum",
      "wall", "remembered");
  for (const Figure& figure : figures) {
    print_stages(figure, "uncached", figure.uncached);
    print_stages(figure, "cached", figure.cached);
    print_stages(figure, "threads", figure.threads);
    print_stages(figure, "cold", figure.cold);
  }
  for (const Figure& figure : figures) {
    fmt::print(
        "{} accounts, {}: cached / uncached: execute {:.2f}, trie {:.2f}, sum {:.2f}; tries "
        "hashed many at a time / one by one: {:.2f} ms / {:.2f} ms = {:.2f}\n",
        figure.accounts, figure.kind, figure.cached.execute.cpu / figure.uncached.execute.cpu,
        figure.cached.trie.cpu / figure.uncached.trie.cpu,
        figure.cached.sum().cpu / figure.uncached.sum().cpu, figure.hashing.many / 1e3,
        figure.hashing.single / 1e3, figure.hashing.many / figure.hashing.single);
  }
}

/// How the time grows from the first state to the last: CPU time on one thread and time on the wall
/// on several, both with the files in memory, and time on the wall without.
struct Growth {
  double cpu = 0;
  double threads = 0;
  double cold = 0;
};
Growth growth(const std::vector<Figure>& figures, std::string_view kind) {
  std::vector<const Figure*> of_kind;
  for (const Figure& figure : figures) {
    if (figure.kind == kind) of_kind.push_back(&figure);
  }
  const Figure& small = *of_kind.front();
  const Figure& large = *of_kind.back();
  return {large.cached.sum().cpu / small.cached.sum().cpu,
          large.threads.sum().wall / small.threads.sum().wall,
          large.cold.sum().wall / small.cold.sum().wall};
}

json::Value to_json(const Span& it) {
  return json::Value::object({{"cpu", it.cpu}, {"wall", it.wall}});
}

json::Value to_json(const Stages& it) {
  return json::Value::object({{"recover", to_json(it.recover)},
                              {"remembered", to_json(it.remembered)},
                              {"execute", to_json(it.execute)},
                              {"trie", to_json(it.trie)},
                              {"write", to_json(it.write)}});
}

json::Value to_json(const Growth& it) {
  return json::Value::object({{"cpu", it.cpu}, {"threads", it.threads}, {"cold", it.cold}});
}

void print_json(const std::vector<Figure>& figures) {
  json::Value blocks = json::Value::array();
  for (const Figure& figure : figures) {
    blocks.push(json::Value::object(
        {{"accounts", figure.accounts},
         {"kind", figure.kind},
         {"transactions", std::uint64_t{kTxnsPerBlock}},
         {"microseconds", json::Value::object({{"uncached", to_json(figure.uncached)},
                                               {"cached", to_json(figure.cached)},
                                               {"threads", to_json(figure.threads)},
                                               {"cold", to_json(figure.cold)}})},
         {"trieHashing", json::Value::object({{"single", figure.hashing.single},
                                              {"many", figure.hashing.many}})}}));
  }
  const json::Value grown =
      json::Value::object({{"erc20", to_json(growth(figures, "erc20"))},
                           {"exchange", to_json(growth(figures, "exchange"))}});
  fmt::print("{}",
             json::to_pretty_text(json::Value::object({{"blocks", blocks}, {"growth", grown}})));
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size() || out == 0) return std::nullopt;
  return out;
}

struct Options {
  bool as_json = false;
  std::vector<std::uint64_t> accounts;
  std::size_t blocks = 5;
  /// Before those that are measured, of transfers: how full the caches are then.
  std::size_t warm_up = 1;
  /// Where states are kept for later runs; empty: nowhere.
  fs::path worlds;
};

std::optional<Options> parse(std::span<char*> arguments) {
  Options out;
  bool is_large = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--json") {
      out.as_json = true;
    } else if (argument == "--large") {
      is_large = true;
    } else if (argument == "--worlds" && i + 1 < arguments.size()) {
      out.worlds = arguments[++i];
    } else if ((argument == "--accounts" || argument == "--blocks" || argument == "--warm-up") &&
               i + 1 < arguments.size()) {
      const auto value = number(arguments[++i]);
      if (!value) return std::nullopt;
      if (argument == "--blocks") out.blocks = *value;
      if (argument == "--warm-up") out.warm_up = *value;
      if (argument == "--accounts") out.accounts.push_back(*value);
    } else {
      return std::nullopt;
    }
  }
  if (out.accounts.empty()) out.accounts = {10'000, 1'000'000};
  if (is_large) out.accounts.push_back(10'000'000);
  return out;
}

std::vector<Figure> measure(std::uint64_t accounts, const Options& options, const fs::path& world,
                            const fs::path& folder) {
  const chain::Genesis genesis = prepare_world(world, accounts);
  Race race{world, folder, genesis};
  TransferSource transfers{accounts};
  ExchangeSource exchange;
  for (std::size_t i = 0; i < options.warm_up; ++i) race.prepare(transfers.next_block());
  std::vector<Figure> out;
  const auto next_transfers = [&] { return transfers.next_block(); };
  out.push_back(race.measure("erc20", options.blocks, next_transfers));
  race.prepare(exchange.funding_block());
  race.prepare(exchange.opening_block());
  const auto next_steps = [&] { return exchange.next_block(); };
  out.push_back(race.measure("exchange", options.blocks, next_steps));
  // The other ledgers do not go along from here.
  out[0].cold = race.measure_cold(options.blocks, next_transfers);
  out[1].cold = race.measure_cold(options.blocks, next_steps);
  for (Figure& figure : out) figure.accounts = accounts;
  return out;
}

}  // namespace
}  // namespace datapact::bench

int main(int argc, char** argv) {
  using namespace datapact::bench;
  const auto options = parse({argv + 1, static_cast<std::size_t>(argc - 1)});
  if (!options) {
    fmt::print(stderr,
               "usage: block_bench [--json] [--large] [--accounts N]... [--blocks N] "
               "[--warm-up N] [--worlds FOLDER]\n"
               "--large adds ten million accounts; --warm-up: so many blocks of transfers before "
               "those that are measured (1); --worlds keeps the states for later runs\n");
    return 2;
  }
  std::vector<Figure> figures;
  for (const auto accounts : options->accounts) {
    const Folder folder{options->worlds};
    const bool is_kept = !options->worlds.empty();
    const auto world = is_kept ? options->worlds / std::to_string(accounts) : folder.path / "world";
    auto measured = measure(accounts, *options, world, folder.path);
    std::ranges::move(measured, std::back_inserter(figures));
  }
  if (options->as_json) {
    print_json(figures);
    return 0;
  }
  print_text(figures);
  for (const std::string_view kind : {"erc20", "exchange"}) {
    const Growth it = growth(figures, kind);
    fmt::print(
        "{}: last state / first: CPU time of one thread {:.2f} (target 1.5), on the wall with "
        "threads "
        "{:.2f}, cold {:.2f}\n",
        kind, it.cpu, it.threads, it.cold);
  }
  return 0;
}

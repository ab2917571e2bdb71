// Whole blocks on states of different sizes: a thousand ERC-20 transfers, and a thousand steps of
// fair exchanges. CPU time of the thread, split into recovery of senders, execution, tries and
// write; each block once on a ledger without a cache and once on one with it, in one run.
// usage: block_bench [--json] [--large] [--accounts N]... [--blocks N]
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/quantity.hpp"
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
#include "tests/testkit/trade/exchange_chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
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

double cpu_microseconds_of(const std::function<void()>& work) {
  const double start = cpu_microseconds();
  work();
  return cpu_microseconds() - start;
}

/// CPU microseconds of one block, and the wall time of its synced write.
struct Stages {
  double recover = 0;
  double execute = 0;
  double trie = 0;
  double write = 0;
  double write_wall = 0;
  [[nodiscard]] double sum() const { return recover + execute + trie + write; }
};

/// Of one block, nodes in memory: hashing one by one and many at a time.
struct HashTimes {
  double single = 0;
  double many = 0;
};

struct Folder {
  fs::path path = fs::temp_directory_path() / ("block_bench." + std::to_string(getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

/// Notes when the tries begin to be read: execution is over then.
class TimedNodes final : public state::NodeSource {
 public:
  explicit TimedNodes(const state::NodeSource& nodes) : nodes_(nodes) {}
  [[nodiscard]] std::optional<Bytes> node(const state::NodePath& path) const override {
    if (!first_read_) first_read_ = cpu_microseconds();
    return nodes_.node(path);
  }
  [[nodiscard]] double first_read() const { return first_read_.value(); }

 private:
  const state::NodeSource& nodes_;
  mutable std::optional<double> first_read_;
};

void hash_one_by_one(std::span<const ByteView> inputs, std::span<Hash256> out) noexcept {
  for (std::size_t i = 0; i < inputs.size(); ++i) out[i] = crypto::keccak256(inputs[i]);
}

/// A chain in a folder of its own.
class Lane {
 public:
  Lane(const fs::path& folder, const chain::Genesis& genesis, std::size_t cache_bytes)
      : genesis_(genesis) {
    auto store = store::open_leveldb(folder);
    INVARIANT(store.has_value());
    auto ledger = store::Ledger::open(*std::move(store), genesis, {.cache_bytes = cache_bytes});
    INVARIANT(ledger.has_value());
    ledger_ = *std::move(ledger);
  }

  Stages run(const TxnBatch& txns) {
    Stages out;
    std::vector<chain::TxnPtr> recovered;
    out.recover = cpu_microseconds_of([&] { recovered = recover(txns); });
    const auto executed = build(std::move(recovered), out);
    const auto block = seal(executed);
    const auto wall = std::chrono::steady_clock::now();
    out.write = cpu_microseconds_of([&] { INVARIANT(ledger_->commit(block).has_value()); });
    const std::chrono::duration<double, std::micro> written =
        std::chrono::steady_clock::now() - wall;
    out.write_wall = written.count();
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
  static std::vector<chain::TxnPtr> recover(const TxnBatch& txns) {
    std::vector<chain::TxnPtr> out;
    for (const auto& txn : txns) {
      auto recovered = chain::RecoveredTxn::recover(txn);
      INVARIANT(recovered.has_value());
      out.push_back(std::make_shared<const chain::RecoveredTxn>(*std::move(recovered)));
    }
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
    const std::size_t count = request.candidates.size();
    const double start = cpu_microseconds();
    auto built = chain::BlockBuilder{genesis_.config}.build(parent, request);
    const double end = cpu_microseconds();
    INVARIANT(built.has_value() && built->block->receipts.size() == count);
    INVARIANT(std::ranges::all_of(built->block->receipts, &chain::Receipt::success));
    const double receipts = cpu_microseconds_of(
        [&] { static_cast<void>(chain::receipts_root(built->block->receipts)); });
    out.execute = nodes.first_read() - start - receipts;
    out.trie = end - nodes.first_read() + receipts;
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
    const auto update = [&] {
      return state::detail::update_tries(nodes, parent->state_root, block.diff, hash_many);
    };
    INVARIANT(update().root == block.block.header.state_root);
    return cpu_microseconds_of([&] {
      static_cast<void>(update());
      static_cast<void>(state::detail::ordered_trie_root(txns, hash_many));
      static_cast<void>(state::detail::ordered_trie_root(receipts, hash_many));
    });
  }

  /// Keeps what was read.
  class RecordedNodes final : public state::NodeSource {
   public:
    explicit RecordedNodes(const state::NodeSource& nodes) : nodes_(nodes) {}
    [[nodiscard]] std::optional<Bytes> node(const state::NodePath& path) const override {
      const auto [place, is_new] = kept_.try_emplace(path);
      if (is_new) place->second = nodes_.node(path);
      return place->second;
    }

   private:
    struct PathHash {
      std::size_t operator()(const state::NodePath& path) const noexcept {
        return std::hash<std::string_view>{}(as_text(path.owner.view())) * 31 +
               std::hash<std::string_view>{}(as_text(path.nibbles));
      }
    };
    const state::NodeSource& nodes_;
    mutable std::unordered_map<state::NodePath, std::optional<Bytes>, PathHash> kept_;
  };

  static chain::FinalBlock seal(const std::shared_ptr<const chain::ExecutedBlock>& executed) {
    const auto key = testkit::key_of(testkit::Party::kValidator);
    const auto digest = chain::seal_hash(executed->block.header, Round{0});
    auto sealed = chain::make_final(executed, Round{0}, {crypto::sign(*digest, key)},
                                    {crypto::address_of(key)});
    INVARIANT(sealed.has_value());
    return *std::move(sealed);
  }

  const chain::Genesis& genesis_;
  std::unique_ptr<store::Ledger> ledger_;
  std::shared_ptr<const chain::ExecutedBlock> executed_;
};

Stages median(const std::vector<Stages>& blocks) {
  const auto of = [&](double Stages::* member) {
    std::vector<double> values;
    for (const Stages& block : blocks) values.push_back(block.*member);
    std::ranges::sort(values);
    return values[values.size() / 2];
  };
  return {of(&Stages::recover), of(&Stages::execute), of(&Stages::trie), of(&Stages::write),
          of(&Stages::write_wall)};
}

/// One kind of block on one state.
struct Figure {
  std::uint64_t accounts = 0;
  std::string kind;
  Stages uncached;
  Stages cached;
  HashTimes hashing;
};

/// The two lanes side by side.
class Race {
 public:
  Race(const fs::path& world, const fs::path& folder, const chain::Genesis& genesis)
      : uncached_(copy(world, folder / "uncached"), genesis, 0),
        cached_(copy(world, folder / "cached"), genesis, store::LedgerOptions{}.cache_bytes) {}

  void prepare(const TxnBatch& txns) { static_cast<void>(run(txns)); }

  Figure measure(std::string kind, std::size_t blocks, const std::function<TxnBatch()>& next) {
    std::vector<Stages> uncached;
    std::vector<Stages> cached;
    for (std::size_t i = 0; i < blocks; ++i) {
      const auto [without, with] = run(next());
      uncached.push_back(without);
      cached.push_back(with);
    }
    return {0, std::move(kind), median(uncached), median(cached), cached_.hash_again()};
  }

 private:
  static fs::path copy(const fs::path& world, const fs::path& to) {
    fs::copy(world, to, fs::copy_options::recursive);
    return to;
  }
  std::pair<Stages, Stages> run(const TxnBatch& txns) {
    const Stages without = uncached_.run(txns);
    const Stages with = cached_.run(txns);
    INVARIANT(uncached_.state_root() == cached_.state_root());
    return {without, with};
  }

  Lane uncached_;
  Lane cached_;
};

std::vector<Figure> measure(std::uint64_t accounts, std::size_t blocks) {
  const Folder folder;
  const fs::path world = folder.path / "world";
  std::optional<chain::Genesis> genesis;
  {
    auto store = store::open_leveldb(world);
    INVARIANT(store.has_value());
    genesis = write_world(**store, accounts);
  }
  Race race{world, folder.path, *genesis};
  fs::remove_all(world);
  TransferSource transfers{accounts};
  ExchangeSource exchange;
  race.prepare(transfers.next_block());
  std::vector<Figure> out;
  out.push_back(race.measure("erc20", blocks, [&] { return transfers.next_block(); }));
  race.prepare(exchange.funding_block());
  race.prepare(exchange.opening_block());
  out.push_back(race.measure("exchange", blocks, [&] { return exchange.next_block(); }));
  for (Figure& figure : out) figure.accounts = accounts;
  return out;
}

void print_stages(const Figure& figure, std::string_view lane, const Stages& it) {
  fmt::print("{:>10} {:<9} {:<9} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>8.1f} {:>10.1f}\n",
             figure.accounts, figure.kind, lane, it.recover / 1e3, it.execute / 1e3, it.trie / 1e3,
             it.write / 1e3, it.sum() / 1e3, it.write_wall / 1e3);
}

void print_text(const std::vector<Figure>& figures) {
  fmt::print(
      "CPU ms of a block of {} transactions (median)\n{:>10} {:<9} {:<9} {:>8} {:>8} {:>8} {:>8} "
      "{:>8} {:>10}\n",
      kTxnsPerBlock, "accounts", "block", "ledger", "recover", "execute", "trie", "write", "sum",
      "write wall");
  for (const Figure& figure : figures) {
    print_stages(figure, "uncached", figure.uncached);
    print_stages(figure, "cached", figure.cached);
  }
  for (const Figure& figure : figures) {
    fmt::print(
        "{} accounts, {}: cached / uncached: execute {:.2f}, trie {:.2f}, sum {:.2f}; tries "
        "hashed many at a time / one by one: {:.2f} ms / {:.2f} ms = {:.2f}\n",
        figure.accounts, figure.kind, figure.cached.execute / figure.uncached.execute,
        figure.cached.trie / figure.uncached.trie, figure.cached.sum() / figure.uncached.sum(),
        figure.hashing.many / 1e3, figure.hashing.single / 1e3,
        figure.hashing.many / figure.hashing.single);
  }
}

/// How the cached ledger's time grows from the smallest state to the largest.
double growth(const std::vector<Figure>& figures, std::string_view kind) {
  std::vector<double> sums;
  for (const Figure& figure : figures) {
    if (figure.kind == kind) sums.push_back(figure.cached.sum());
  }
  return sums.back() / sums.front();
}

json::Value to_json(const Stages& it) {
  return json::Value::object({{"recover", it.recover},
                              {"execute", it.execute},
                              {"trie", it.trie},
                              {"write", it.write},
                              {"writeWall", it.write_wall}});
}

void print_json(const std::vector<Figure>& figures) {
  json::Value blocks = json::Value::array();
  for (const Figure& figure : figures) {
    blocks.push(json::Value::object(
        {{"accounts", figure.accounts},
         {"kind", figure.kind},
         {"transactions", std::uint64_t{kTxnsPerBlock}},
         {"cpuMicroseconds", json::Value::object({{"uncached", to_json(figure.uncached)},
                                                  {"cached", to_json(figure.cached)}})},
         {"trieHashing", json::Value::object({{"single", figure.hashing.single},
                                              {"many", figure.hashing.many}})}}));
  }
  fmt::print("{}",
             json::to_pretty_text(json::Value::object(
                 {{"blocks", blocks},
                  {"growth", json::Value::object({{"erc20", growth(figures, "erc20")},
                                                  {"exchange", growth(figures, "exchange")}})}})));
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
    } else if ((argument == "--accounts" || argument == "--blocks") && i + 1 < arguments.size()) {
      const auto value = number(arguments[++i]);
      if (!value) return std::nullopt;
      if (argument == "--blocks") out.blocks = *value;
      if (argument == "--accounts") out.accounts.push_back(*value);
    } else {
      return std::nullopt;
    }
  }
  if (out.accounts.empty()) out.accounts = {10'000, 1'000'000};
  if (is_large) out.accounts.push_back(10'000'000);
  return out;
}

}  // namespace
}  // namespace datapact::bench

int main(int argc, char** argv) {
  using namespace datapact::bench;
  const auto options = parse({argv + 1, static_cast<std::size_t>(argc - 1)});
  if (!options) {
    fmt::print(stderr,
               "usage: block_bench [--json] [--large] [--accounts N]... [--blocks N]\n"
               "--large adds ten million accounts: some 20 GB of disk in TMPDIR\n");
    return 2;
  }
  std::vector<Figure> figures;
  for (const auto accounts : options->accounts) {
    for (Figure& figure : measure(accounts, options->blocks)) figures.push_back(std::move(figure));
  }
  if (options->as_json) {
    print_json(figures);
    return 0;
  }
  print_text(figures);
  for (const std::string_view kind : {"erc20", "exchange"}) {
    fmt::print("{}: time of the largest state / of the smallest: {:.2f} (target 1.5)\n", kind,
               growth(figures, kind));
  }
  return 0;
}

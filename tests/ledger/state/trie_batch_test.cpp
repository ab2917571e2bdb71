// The tries hashed level by level, many nodes at a time, against the definition: a recursive
// function over the sorted entries that hashes one node after another (Yellow Paper, appendix D).
#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "base/rlp.hpp"
#include "base/task_runner.hpp"
#include "base/types.hpp"
#include "crypto/keccak.hpp"
#include "ledger/state/branch_change.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/nibbles.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/proof.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/state/state_view.hpp"
#include "ledger/state/trie.hpp"
#include "tests/testkit/state_names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::state {
namespace {

using Nodes = std::map<NodePath, Bytes>;

/// A whole trie by the definition. Keys are nibbles.
class DefinedTrie {
 public:
  DefinedTrie(const std::map<Bytes, Bytes>& entries, const Hash256& owner, Nodes& nodes)
      : entries_(entries.begin(), entries.end()), owner_(owner), nodes_(nodes) {}

  Hash256 root() {
    if (entries_.empty()) return kEmptyTrieRoot;
    const Bytes rlp = node(entries_, 0);
    keep({}, rlp);
    return crypto::keccak256(rlp);
  }

 private:
  using Entries = std::vector<std::pair<Bytes, Bytes>>;

  void keep(ByteView path, Bytes rlp) {
    nodes_.insert_or_assign(NodePath{owner_, to_bytes(path)}, std::move(rlp));
  }

  /// What the parent holds.
  Bytes reference(std::span<const Entries::value_type> entries, std::size_t depth) {
    if (entries.empty()) return {0x80};
    Bytes rlp = node(entries, depth);
    if (rlp.size() < 32) return rlp;
    const Hash256 hash = crypto::keccak256(rlp);
    keep(ByteView{entries[0].first}.first(depth), std::move(rlp));
    return rlp::Encoder{}.string(hash).take();
  }

  Bytes node(std::span<const Entries::value_type> entries, std::size_t depth) {
    const ByteView rest = ByteView{entries[0].first}.subspan(depth);
    if (entries.size() == 1) {
      return rlp::Encoder{}
          .string(encode_compact({to_bytes(rest), true}))
          .string(ByteView{entries[0].second})
          .as_list();
    }
    const std::size_t common = common_prefix(rest, ByteView{entries.back().first}.subspan(depth));
    if (common == 0) return branch(entries, depth);
    rlp::Encoder out;
    out.string(encode_compact({to_bytes(rest.first(common)), false}));
    return out.raw(reference(entries, depth + common)).as_list();
  }

  Bytes branch(std::span<const Entries::value_type> entries, std::size_t depth) {
    Bytes value;
    if (entries[0].first.size() == depth) {
      value = entries[0].second;
      entries = entries.subspan(1);
    }
    rlp::Encoder out;
    for (std::uint8_t nibble = 0; nibble < 16; ++nibble) {
      std::size_t count = 0;
      while (count < entries.size() && entries[count].first[depth] == nibble) ++count;
      out.raw(reference(entries.first(count), depth + 1));
      entries = entries.subspan(count);
    }
    return out.string(ByteView{value}).as_list();
  }

  Entries entries_;
  Hash256 owner_;
  Nodes& nodes_;
};

/// The two-level tries of a state, and their root.
Hash256 defined_state(const std::map<Address, AccountDiff>& accounts, Nodes& nodes) {
  std::map<Bytes, Bytes> leaves;
  for (const auto& [address, account] : accounts) {
    std::map<Bytes, Bytes> slots;
    for (const auto& [slot, value] : account.storage) {
      if (value.is_zero()) continue;
      slots[to_nibbles(storage_key(slot).view())] = rlp::Encoder{}.integer(value).take();
    }
    const Hash256 owner = account_key(address);
    const Hash256 root = DefinedTrie{slots, owner, nodes}.root();
    leaves[to_nibbles(owner.view())] = encode(AccountLeaf{*account.account, root});
  }
  return DefinedTrie{leaves, Hash256{}, nodes}.root();
}

class KeptNodes final : public NodeSource {
 public:
  [[nodiscard]] ByteView node(const NodePath& path, Arena& arena) const override {
    const auto found = nodes.find(path);
    return found == nodes.end() ? ByteView{} : arena.copy(found->second);
  }
  void apply(const TrieUpdate& update) {
    for (const NodeWrite& it : update.writes) {
      if (it.rlp.empty()) {
        nodes.erase(it.path());
      } else {
        nodes[it.path()] = to_bytes(it.rlp);
      }
    }
    root = update.root;
  }
  Nodes nodes;
  Hash256 root = kEmptyTrieRoot;
};

/// Between none and `count_max` accounts change; the model changes likewise.
StateDiff random_diff(Prng& prng, std::uint64_t count_max, std::map<Address, AccountDiff>& model) {
  StateDiff out;
  const std::uint64_t count = prng.below(count_max + 1);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Address address = address_no(1 + prng.below(400));
    if (out.accounts.contains(address)) continue;
    AccountDiff& change = out.accounts[address];
    change.storage_cleared = prng.below(8) == 0;
    if (change.storage_cleared) model.erase(address);
    if (prng.below(5) == 0) {
      model.erase(address);
      continue;
    }
    model[address].account = change.account = account_with(1, prng.below(1'000'000));
    const std::uint64_t slots = prng.below(4) == 0 ? prng.below(120) : prng.below(3);
    for (std::uint64_t j = 0; j < slots; ++j) {
      const uint256 slot{prng.below(300)};
      const uint256 value = prng.below(4) == 0 ? uint256{} : uint256{prng.next()};
      change.storage[slot] = model[address].storage[slot] = value;
    }
  }
  return out;
}

/// Says what a model says, or something else one time in `wrong_in`.
class SaidState final : public StateView {
 public:
  SaidState(const std::map<Address, AccountDiff>& model, std::uint64_t wrong_in)
      : model_(model), wrong_in_(wrong_in) {}
  [[nodiscard]] std::optional<Account> account(const Address& address) const override {
    if (is_wrong()) return account_with(1, prng_.below(1'000'000));
    const auto found = model_.find(address);
    return found == model_.end() ? std::nullopt : found->second.account;
  }
  [[nodiscard]] uint256 storage(const Address& address, const uint256& slot) const override {
    if (is_wrong()) return uint256{prng_.next()};
    const auto account = model_.find(address);
    if (account == model_.end()) return {};
    const auto found = account->second.storage.find(slot);
    return found == account->second.storage.end() ? uint256{} : found->second;
  }
  [[nodiscard]] std::shared_ptr<const Bytes> code(const Hash256& /*code_hash*/) const override {
    return std::make_shared<Bytes>();
  }
  [[nodiscard]] bool has_storage(const Address& /*address*/) const override { return false; }

 private:
  [[nodiscard]] bool is_wrong() const { return wrong_in_ != 0 && prng_.below(wrong_in_) == 0; }

  const std::map<Address, AccountDiff>& model_;
  std::uint64_t wrong_in_;
  mutable Prng prng_{81};
};

class CountedNodes final : public NodeSource {
 public:
  explicit CountedNodes(const NodeSource& nodes) : nodes_(nodes) {}
  [[nodiscard]] ByteView node(const NodePath& path, Arena& arena) const override {
    ++reads;
    return nodes_.node(path, arena);
  }
  mutable std::atomic<std::size_t> reads = 0;

 private:
  const NodeSource& nodes_;
};

void require_same(const TrieUpdate& update, const TrieUpdate& expected) {
  REQUIRE(update.root == expected.root);
  REQUIRE(update.writes.size() == expected.writes.size());
  for (std::size_t i = 0; i < update.writes.size(); ++i) {
    REQUIRE(update.writes[i].path() == expected.writes[i].path());
    REQUIRE(equal(update.writes[i].rlp, expected.writes[i].rlp));
    REQUIRE(equal(update.writes[i].change, expected.writes[i].change));
  }
}

void hash_one_by_one(std::span<const ByteView> inputs, std::span<Hash256> out) noexcept {
  for (std::size_t i = 0; i < inputs.size(); ++i) out[i] = crypto::keccak256(inputs[i]);
}

/// The tasks in reverse; says that there is more than one thread, as one shares nothing out.
class LastFirst final : public TaskRunner {
 public:
  void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) override {
    tasks += count;
    while (count > 0) body(--count);
  }
  [[nodiscard]] std::size_t width() const override { return 2; }
  std::size_t tasks = 0;
};

/// Two threads.
class SideBySide final : public TaskRunner {
 public:
  void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) override {
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
      for (std::size_t i = next++; i < count; i = next++) body(i);
    };
    const std::jthread other{work};
    work();
  }
  [[nodiscard]] std::size_t width() const override { return 2; }
};

}  // namespace

TEST_SUITE("state/trie in batches") {
  TEST_CASE("random blocks give the root and every node that the definition gives") {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      CAPTURE(seed);
      Prng prng{seed};
      std::map<Address, AccountDiff> model;
      KeptNodes kept;
      for (int block = 0; block < 12; ++block) {
        const StateDiff diff = random_diff(prng, 150, model);
        kept.apply(update_tries({kept, kept.root}, diff));
        Nodes nodes;
        REQUIRE(kept.root == defined_state(model, nodes));
        REQUIRE(kept.nodes == nodes);
      }
    }
  }

  TEST_CASE(
      "what a write says of how a branch changed leads from the branch before to the new one") {
    Prng prng{79};
    std::map<Address, AccountDiff> model;
    KeptNodes kept;
    std::size_t changes = 0;
    std::size_t bytes_saved = 0;
    for (int block = 0; block < 60; ++block) {
      const StateDiff diff = random_diff(prng, 40, model);
      const TrieUpdate update = update_tries({kept, kept.root}, diff);
      for (const NodeWrite& it : update.writes) {
        if (it.change.empty()) continue;
        ++changes;
        bytes_saved += it.rlp.size() - std::min(it.rlp.size(), it.change.size());
        REQUIRE(is_branch_change(it.change));
        const Bytes change = to_bytes(it.change);
        const auto changed = apply_branch_changes(kept.nodes.at(it.path()), {&change, 1});
        REQUIRE(changed == to_bytes(it.rlp));
      }
      kept.apply(update);
    }
    CHECK(changes > 500);
    CHECK(bytes_saved > 100 * changes);
  }

  TEST_CASE("the way of hashing changes no write") {
    Prng prng{77};
    std::map<Address, AccountDiff> model;
    KeptNodes kept;
    for (int block = 0; block < 20; ++block) {
      const StateDiff diff = random_diff(prng, 60, model);
      const TrieUpdate many = update_tries({kept, kept.root}, diff);
      SequentialRunner here;
      require_same(detail::update_tries({kept, kept.root}, diff, hash_one_by_one, here), many);
      kept.apply(many);
    }
  }

  TEST_CASE("tasks that run side by side, or last first, change no write") {
    Prng prng{78};
    std::map<Address, AccountDiff> model;
    KeptNodes kept;
    LastFirst last_first;
    SideBySide side_by_side;
    for (int block = 0; block < 12; ++block) {
      const StateDiff diff = random_diff(prng, 300, model);
      const TrieUpdate expected = update_tries({kept, kept.root}, diff);
      for (TaskRunner* runner :
           {static_cast<TaskRunner*>(&last_first), static_cast<TaskRunner*>(&side_by_side)}) {
        require_same(update_tries({kept, kept.root}, diff, *runner), expected);
      }
      kept.apply(expected);
    }
    CHECK(last_first.tasks > 500);
  }

  TEST_CASE(
      "the values before, right or wrong, change no write; right ones spare reads of leaves") {
    Prng prng{80};
    std::map<Address, AccountDiff> model;
    KeptNodes kept;
    LastFirst several;
    SequentialRunner here;
    std::size_t reads = 0;
    std::size_t spared = 0;
    for (int block = 0; block < 30; ++block) {
      const auto before = model;
      const StateDiff diff = random_diff(prng, 150, model);
      const CountedNodes all{kept};
      const TrieUpdate expected = update_tries({all, kept.root}, diff);
      reads += all.reads;
      for (const std::uint64_t wrong_in : {std::uint64_t{0}, std::uint64_t{3}, std::uint64_t{1}}) {
        const SaidState said{before, wrong_in};
        const CountedNodes needed{kept};
        for (TaskRunner* runner :
             {static_cast<TaskRunner*>(&here), static_cast<TaskRunner*>(&several)}) {
          require_same(update_tries({needed, kept.root, &said}, diff, *runner), expected);
        }
        if (wrong_in == 0) spared += 2 * all.reads - needed.reads;
        if (wrong_in == 1) REQUIRE(needed.reads == 2 * all.reads);
      }
      kept.apply(expected);
    }
    CHECK(spared > reads / 20);
  }

  TEST_CASE("ordered lists of any length and item size have the root of the definition") {
    Prng prng{5};
    for (std::size_t count = 0; count < 300; count += 1 + count / 8) {
      CAPTURE(count);
      std::vector<Bytes> items(count);
      std::map<Bytes, Bytes> entries;
      for (std::size_t i = 0; i < count; ++i) {
        items[i].resize(1 + prng.below(i % 7 == 0 ? 600 : 40));
        prng.fill(items[i]);
        entries[to_nibbles(ordered_key(i))] = items[i];
      }
      Nodes nodes;
      CHECK(ordered_trie_root(items) == DefinedTrie{entries, Hash256{}, nodes}.root());
      CHECK(ordered_trie_root(items) == detail::ordered_trie_root(items, hash_one_by_one));
    }
  }

  TEST_CASE(
      "random keys of mixed lengths, one beginning another, have the root of the definition") {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
      CAPTURE(seed);
      Prng prng{seed};
      std::vector<TrieEntry> entries;
      std::map<Bytes, Bytes> model;
      for (std::uint64_t i = 0; i < 1 + prng.below(200); ++i) {
        Bytes key(prng.below(4));
        for (auto& byte : key) byte = static_cast<std::uint8_t>(prng.below(3) * 17);
        Bytes value(prng.below(40));
        prng.fill(value);
        model.erase(to_nibbles(key));
        if (!value.empty()) model[to_nibbles(key)] = value;
        entries.push_back({std::move(key), std::move(value)});
      }
      Nodes nodes;
      const TrieUpdate built = build_trie(entries);
      CHECK(built.root == DefinedTrie{model, Hash256{}, nodes}.root());
      Nodes written;
      for (const NodeWrite& it : built.writes) written[it.path()] = to_bytes(it.rlp);
      CHECK(written == nodes);
    }
  }
}

}  // namespace datapact::state

#include "ledger/store/state_tables.hpp"

#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "base/types.hpp"
#include "base/uint256.hpp"
#include "ledger/state/branch_change.hpp"
#include "ledger/state/node_source.hpp"
#include "ledger/state/state_diff.hpp"
#include "ledger/state/trie.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/keys.hpp"
#include "ledger/store/ledger.hpp"
#include "ledger/store/state_cache.hpp"
#include "tests/testkit/state_names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace datapact::store {
namespace {

using Nodes = std::map<state::NodePath, Bytes>;

/// A chain of random blocks, and the tries' nodes as each of them left them.
struct RandomBlocks {
  std::shared_ptr<KeyValueStore> store = make_memory_store();
  std::shared_ptr<StateCache> cache = std::make_shared<StateCache>(std::size_t{1} << 16U);
  std::vector<Nodes> nodes_at{{}};
  Hash256 root = state::kEmptyTrieRoot;
  Prng prng{11};

  /// An account comes, changes, loses slots or goes.
  state::StateDiff random_diff() {
    state::StateDiff out;
    for (int i = 0; i < 12; ++i) {
      state::AccountDiff& change = out.accounts[state::address_no(1 + prng.below(90))];
      change = {};
      if (prng.below(6) == 0) continue;
      change.account = state::account_with(1, prng.below(1'000'000));
      for (std::uint64_t slot = prng.below(4); slot > 0; --slot) {
        change.storage[uint256{prng.below(60)}] =
            prng.below(4) == 0 ? uint256{} : uint256{prng.next()};
      }
    }
    return out;
  }

  void extend() {
    const Height height{nodes_at.size()};
    const auto parent = make_view(store, cache, Height{height.raw() - 1});
    const state::StateDiff diff = random_diff();
    const state::TrieUpdate trie = state::update_tries({*parent, root, parent.get()}, diff);
    BlockHash hash;
    prng.fill(hash.raw());
    WriteBatch batch;
    put_state(*store, batch, height, hash, diff, trie);
    cache->begin_write();
    REQUIRE(store->write(batch, true).has_value());
    cache->end_write(batch);
    root = trie.root;
    Nodes nodes = nodes_at.back();
    for (const state::NodeWrite& write : trie.writes) {
      nodes.erase(write.path());
      if (!write.rlp.empty()) nodes.emplace(write.path(), to_bytes(write.rlp));
    }
    nodes_at.push_back(nodes);
  }
};

}  // namespace

TEST_SUITE("store/state tables") {
  TEST_CASE("every node of every height reads as it was, though most versions are changes") {
    RandomBlocks blocks;
    while (blocks.nodes_at.size() <= 80) blocks.extend();
    Nodes ever;
    for (const Nodes& nodes : blocks.nodes_at) ever.insert(nodes.begin(), nodes.end());
    state::Arena arena;
    for (std::uint64_t height = 1; height < blocks.nodes_at.size(); ++height) {
      CAPTURE(height);
      const auto view = make_view(blocks.store, blocks.cache, Height{height});
      const Nodes& nodes = blocks.nodes_at[height];
      for (const auto& [path, rlp] : ever) {
        const auto found = nodes.find(path);
        const ByteView read = view->node(path, arena);
        REQUIRE(equal(read, found == nodes.end() ? ByteView{} : found->second));
      }
    }
  }

  TEST_CASE("of the versions of the root one in a few is whole, so that no reader has far to go") {
    RandomBlocks blocks;
    while (blocks.nodes_at.size() <= 400) blocks.extend();
    const Bytes prefix = keys::versioned_prefix(keys::node({Hash256{}, {}}));
    std::size_t versions = 0;
    std::size_t whole = 0;
    std::size_t changes_in_a_row = 0;
    std::size_t farthest = 0;
    blocks.store->iterate(prefix, [&](ByteView key, ByteView version) {
      if (key.size() != prefix.size() + 8 || !equal(key.first(prefix.size()), prefix)) {
        // The nodes below come first.
        return versions == 0;
      }
      ++versions;
      if (!state::is_branch_change(version)) ++whole;
      changes_in_a_row = state::is_branch_change(version) ? changes_in_a_row + 1 : 0;
      farthest = std::max(farthest, changes_in_a_row);
      return true;
    });
    CHECK(versions == 400);
    CHECK(whole > 400 / 16 / 2);
    CHECK(whole < 2 * 400 / 16);
    CHECK(farthest < 150);
  }

  TEST_CASE("a node lies before those below it, and near them") {
    const auto key = [](const Bytes& nibbles) { return keys::node({Hash256{}, nibbles}); };
    CHECK(key({3}) < key({3, 0}));
    CHECK(key({3, 0}) < key({3, 0, 15}));
    CHECK(key({3, 0, 15}) < key({3, 1}));
    CHECK(key({3, 15, 15}) < key({4}));
  }
}

}  // namespace datapact::store

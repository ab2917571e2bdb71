#include "ledger/state/trie.hpp"

#include "base/prng.hpp"
#include "crypto/keccak.hpp"
#include "crypto/keccak_many.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/trie_tree.hpp"
#include "tests/testkit/hex.hpp"
#include "tests/testkit/state_names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace datapact::state {
namespace {

TrieEntry entry(std::string_view key, std::string_view value) {
  return {to_bytes(as_bytes(key)), to_bytes(as_bytes(value))};
}

/// The tries as a database keeps them, and what update_tries promises about its writes.
class KeptNodes final : public NodeSource {
 public:
  [[nodiscard]] ByteView node(const NodePath& path, Arena& arena) const override {
    const auto found = nodes.find(path);
    return found == nodes.end() ? ByteView{} : arena.copy(found->second);
  }
  void write(const TrieUpdate& update) {
    for (std::size_t i = 0; i < update.writes.size(); ++i) {
      const NodeWrite& it = update.writes[i];
      if (i > 0) REQUIRE(update.writes[i - 1].path() < it.path());
      if (it.rlp.empty()) {
        REQUIRE(nodes.erase(it.path()) == 1);
      } else {
        nodes[it.path()] = to_bytes(it.rlp);
      }
    }
    root = update.root;
  }
  std::map<NodePath, Bytes> nodes;
  Hash256 root = kEmptyTrieRoot;
};

using Model = std::map<Address, AccountDiff>;

/// New values for some slots of an account that lives, in the model too.
void change_storage(Prng& prng, AccountDiff& change, AccountDiff& kept) {
  for (std::uint64_t i = 0; i < prng.below(12); ++i) {
    const uint256 slot{prng.below(60)};
    const uint256 value = prng.below(3) == 0 ? uint256{} : uint256{prng.below(3000)};
    change.storage[slot] = kept.storage[slot] = value;
  }
}

/// A random change of a few accounts, applied to the model as well.
StateDiff random_step(Prng& prng, Model& model) {
  StateDiff out;
  for (std::uint64_t i = 0; i < 6; ++i) {
    const Address address = address_no(1 + prng.below(40));
    if (out.accounts.contains(address)) continue;
    AccountDiff& change = out.accounts[address];
    change.storage_cleared = prng.below(5) == 0;
    if (change.storage_cleared) model.erase(address);
    if (prng.below(4) == 0) {
      change.storage_cleared = true;
      model.erase(address);
      continue;
    }
    model[address].account = change.account = account_with(1, prng.below(5));
    change_storage(prng, change, model[address]);
  }
  return out;
}

KeptNodes rebuild(const Model& model) {
  StateDiff whole;
  whole.accounts = model;
  KeptNodes out;
  out.write(update_tries({out, kEmptyTrieRoot}, whole));
  return out;
}

}  // namespace

TEST_SUITE("state/trie") {
  TEST_CASE("known roots of small tries") {
    CHECK(trie_root({}) == kEmptyTrieRoot);
    const std::vector<TrieEntry> dogs{entry("doe", "reindeer"), entry("dog", "puppy"),
                                      entry("dogglesworth", "cat")};
    CHECK(to_hex(trie_root(dogs).view()) ==
          "8aad789dff2f538bca5d8ea56e8abe10f4c7ba3a5dea95fea4cd6e7c3a1168d3");
    CHECK(crypto::keccak256(Bytes{0x80}) == kEmptyTrieRoot);
    CHECK(ordered_trie_root({}) == kEmptyTrieRoot);
  }

  TEST_CASE("an empty value deletes, down to the empty trie") {
    const std::vector<TrieEntry> entries{entry("ab", "1"), entry("abc", "2"), entry("b", "3"),
                                         entry("abc", ""), entry("b", ""),    entry("ab", "")};
    CHECK(trie_root(entries) == kEmptyTrieRoot);
  }

  TEST_CASE("the root does not depend on the order of insertion") {
    const std::vector<TrieEntry> there{entry("a", "1"), entry("ab", "22"), entry("bcd", "333")};
    const std::vector<TrieEntry> back{there[2], there[1], there[0]};
    CHECK(trie_root(there) == trie_root(back));
  }

  TEST_CASE("an ordered list of many items is keyed by RLP of the index") {
    std::vector<Bytes> items;
    std::vector<TrieEntry> entries;
    for (std::size_t i = 0; i < 300; ++i) {
      items.emplace_back(1 + i % 40, static_cast<std::uint8_t>(i));
      const Bytes key = i == 0    ? Bytes{0x80}
                        : i < 128 ? Bytes{static_cast<std::uint8_t>(i)}
                        : i < 256 ? Bytes{0x81, static_cast<std::uint8_t>(i)}
                                  : Bytes{0x82, 1, static_cast<std::uint8_t>(i - 256)};
      entries.push_back({key, items.back()});
      REQUIRE(ordered_trie_root(items) == trie_root(entries));
    }
  }

  TEST_CASE("step by step gives the same nodes as from scratch, and removes what is left over") {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      CAPTURE(seed);
      Prng prng{seed};
      Model model;
      KeptNodes kept;
      for (int step = 0; step < 30; ++step) {
        const StateDiff diff = random_step(prng, model);
        kept.write(update_tries({kept, kept.root}, diff));
        const KeptNodes fresh = rebuild(model);
        REQUIRE(kept.root == fresh.root);
        REQUIRE(kept.nodes == fresh.nodes);
      }
    }
  }

  TEST_CASE("a leaf that shrinks into its parent leaves no node where it lay") {
    const Bytes changing{1, 2};
    const Bytes other{1, 3};
    TrieTree before{nullptr, Hash256{}, kEmptyTrieRoot};
    before.put(changing, Bytes(40, 7));
    before.put(other, Bytes{8});
    TrieUpdate update;
    update.root = before.commit({update.writes, update.arena}, crypto::keccak256_many);
    KeptNodes kept;
    kept.write(update);
    REQUIRE(kept.nodes.contains({Hash256{}, changing}));

    TrieTree after{&kept, Hash256{}, kept.root};
    after.put(changing, Bytes{9});
    std::vector<NodeWrite> writes;
    Arena arena;
    static_cast<void>(after.commit({writes, arena}, crypto::keccak256_many));
    const auto removal = std::ranges::find(writes, NodePath{Hash256{}, changing}, &NodeWrite::path);
    REQUIRE(removal != writes.end());
    CHECK(removal->rlp.empty());
  }

  TEST_CASE("an empty state has the empty root and a removed last account leaves no node") {
    KeptNodes kept;
    StateDiff diff;
    diff.accounts[address_no(1)] = as_diff(account_with(1, 1));
    diff.accounts[address_no(1)].storage[1] = 1;
    kept.write(update_tries({kept, kept.root}, diff));
    CHECK(kept.nodes.size() == 2);
    diff.accounts[address_no(1)] = {.account = {}, .storage_cleared = true, .storage = {}};
    kept.write(update_tries({kept, kept.root}, diff));
    CHECK(kept.root == kEmptyTrieRoot);
    CHECK(kept.nodes.empty());
  }

  TEST_CASE("leaves of accounts come back as they were, and nothing else does") {
    const AccountLeaf leaf{account_with(5, 6), to_hash256(uint256{7})};
    const Bytes encoded = encode(leaf);
    CHECK(decode_account_leaf(encoded) == leaf);
    for (std::size_t length = 0; length < encoded.size(); ++length) {
      CHECK_FALSE(decode_account_leaf(ByteView{encoded}.first(length)));
    }
    Bytes longer = encoded;
    longer.push_back(0);
    CHECK_FALSE(decode_account_leaf(longer));
  }

  TEST_CASE("a leaf and a storage root are found by address") {
    StateDiff diff;
    diff.accounts[address_no(1)] = as_diff(account_with(3, 4));
    diff.accounts[address_no(2)] = as_diff(account_with(5, 6));
    diff.accounts[address_no(2)].storage[1] = 1;
    const MemoryState world{diff};
    const auto leaf = read_account_leaf(world, world.root(), address_no(1));
    REQUIRE(leaf);
    CHECK(leaf->account == account_with(3, 4));
    CHECK(leaf->storage_root == kEmptyTrieRoot);
    CHECK(storage_root(world, world.root(), address_no(2)) != kEmptyTrieRoot);
    CHECK(storage_root(world, world.root(), address_no(3)) == kEmptyTrieRoot);
    CHECK_FALSE(read_account_leaf(world, world.root(), address_no(3)));
  }
}

}  // namespace datapact::state

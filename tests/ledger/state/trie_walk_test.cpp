#include "ledger/state/trie_walk.hpp"

#include "base/prng.hpp"
#include "ledger/state/trie.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace datapact::state {
namespace {

class MapNodes final : public NodeSource {
 public:
  explicit MapNodes(const std::vector<NodeWrite>& writes) {
    for (const NodeWrite& write : writes) nodes_.emplace(write.path(), to_bytes(write.rlp));
  }
  ByteView node(const NodePath& path, Arena& arena) const override {
    const auto found = nodes_.find(path);
    return found == nodes_.end() ? ByteView{} : arena.copy(found->second);
  }

 private:
  std::map<NodePath, Bytes> nodes_;
};

Bytes random_key(Prng& prng) {
  // Two letters make long shared prefixes, and keys that begin others.
  Bytes out(1 + prng.next() % 6);
  for (auto& byte : out) byte = prng.next() % 2 == 0 ? 0x01 : 0xf7;
  return out;
}

}  // namespace

TEST_SUITE("state/trie_walk") {
  TEST_CASE("an empty trie has no key on either side") {
    const MapNodes nodes{{}};
    const TrieWalk walk{nodes, Hash256{}, kEmptyTrieRoot};
    CHECK_FALSE(walk.after({}).has_value());
    CHECK_FALSE(walk.before(Bytes{0xff}).has_value());
  }

  TEST_CASE("the keys beside a key are those of a sorted set, with prefixes and embedded nodes") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      CAPTURE(seed);
      Prng prng{seed};
      std::set<Bytes> keys;
      std::vector<TrieEntry> entries;
      for (std::uint64_t count = 1 + prng.next() % 24; count > 0; --count) {
        const Bytes key = random_key(prng);
        keys.insert(key);
        entries.push_back({key, Bytes(1 + prng.next() % 40, 0xaa)});
      }
      const TrieUpdate built = build_trie(entries);
      const MapNodes nodes{built.writes};
      const TrieWalk walk{nodes, Hash256{}, built.root};
      for (int i = 0; i < 40; ++i) {
        const Bytes asked = random_key(prng);
        const auto above = keys.upper_bound(asked);
        const auto at = keys.lower_bound(asked);
        CHECK(walk.after(asked) == (above == keys.end() ? std::nullopt : std::optional{*above}));
        CHECK(walk.before(asked) ==
              (at == keys.begin() ? std::nullopt : std::optional{*std::prev(at)}));
      }
    }
  }
}

}  // namespace datapact::state

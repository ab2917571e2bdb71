#include "ledger/state/branch_change.hpp"

#include "base/bytes.hpp"
#include "base/types.hpp"
#include "ledger/state/arena.hpp"
#include "ledger/state/trie_node.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace datapact::state {
namespace {

NodeRef hash_of_byte(std::uint8_t byte, Arena& arena) {
  Hash256 hash;
  hash.raw().fill(byte);
  return NodeRef::of_hash(hash, arena);
}

/// With children 1, 4 and 15.
TrieNode& make_branch(Arena& arena) {
  TrieNode& out = *TrieNode::branch(arena);
  for (const std::uint8_t child : Bytes{1, 4, 15}) {
    out.children[child].ref = hash_of_byte(child, arena);
  }
  return out;
}

}  // namespace

TEST_SUITE("state/branch change") {
  TEST_CASE("a child that changes, one that comes and one that goes are all that is kept") {
    Arena arena;
    TrieNode& branch = make_branch(arena);
    const Bytes before = to_bytes(encode(branch, arena));
    branch.children[0].ref = NodeRef{arena.copy(Bytes{0xc1, 0x80})};
    branch.children[4].ref = hash_of_byte(44, arena);
    branch.children[15].ref = {};
    branch.changed = 0x8011;
    const Bytes change = to_bytes(encode_branch_change(branch, arena));
    CHECK(is_branch_change(change));
    CHECK_FALSE(is_branch_change(before));
    CHECK_FALSE(is_branch_change({}));
    REQUIRE(change.size() == 3 + 2 + 33 + 1);
    CHECK(equal(ByteView{change}.first(5), Bytes{0x00, 0x80, 0x11, 0xc1, 0x80}));
    CHECK(change.back() == 0x80);
    CHECK(apply_branch_changes(before, {&change, 1}) == to_bytes(encode(branch, arena)));
  }

  TEST_CASE("of several changes of one child the newest counts") {
    Arena arena;
    TrieNode& branch = make_branch(arena);
    const Bytes before = to_bytes(encode(branch, arena));
    std::vector<Bytes> newest_first;
    for (const std::uint8_t byte : Bytes{21, 22, 23}) {
      branch.children[1].ref = hash_of_byte(byte, arena);
      branch.changed = 0x0002;
      newest_first.insert(newest_first.begin(), to_bytes(encode_branch_change(branch, arena)));
    }
    CHECK(apply_branch_changes(before, newest_first) == to_bytes(encode(branch, arena)));
    CHECK(apply_branch_changes(before, {}) == before);
  }

  TEST_CASE("a change that is cut short, goes on too long or changes nothing is none") {
    Arena arena;
    TrieNode& branch = make_branch(arena);
    const Bytes before = to_bytes(encode(branch, arena));
    branch.changed = 0x0012;
    const Bytes change = to_bytes(encode_branch_change(branch, arena));
    REQUIRE(apply_branch_changes(before, {&change, 1}) == before);
    for (std::size_t length = 0; length < change.size(); ++length) {
      const Bytes cut{change.begin(), change.begin() + static_cast<std::ptrdiff_t>(length)};
      CHECK_FALSE(apply_branch_changes(before, {&cut, 1}).has_value());
    }
    const Bytes longer = concat({change, Bytes{0x80}});
    CHECK_FALSE(apply_branch_changes(before, {&longer, 1}).has_value());
    const Bytes nothing{0, 0, 0};
    CHECK_FALSE(apply_branch_changes(before, {&nothing, 1}).has_value());
    const Bytes no_reference{0, 0, 1, 0x05};
    CHECK_FALSE(apply_branch_changes(before, {&no_reference, 1}).has_value());
  }

  TEST_CASE("only a branch has children that change") {
    Arena arena;
    const Bytes value{3};
    const Bytes leaf = to_bytes(encode(*TrieNode::leaf(arena, Bytes{1, 2}, value), arena));
    TrieNode& branch = make_branch(arena);
    branch.changed = 1;
    const Bytes change = to_bytes(encode_branch_change(branch, arena));
    CHECK_FALSE(apply_branch_changes(leaf, {&change, 1}).has_value());
    CHECK_FALSE(apply_branch_changes({}, {&change, 1}).has_value());
  }
}

}  // namespace datapact::state

#include "base/prng.hpp"
#include "ledger/state/memory_state.hpp"
#include "ledger/state/overlay_view.hpp"
#include "ledger/state/state_diff.hpp"
#include "tests/testkit/state_names.hpp"

#include <doctest/doctest.h>

#include <utility>

namespace datapact::state {
namespace {

/// A change that can follow `view`: storage only for accounts that live on.
StateDiff random_diff(Prng& prng, const StateView& view) {
  StateDiff out;
  for (std::uint64_t i = 0; i < 4; ++i) {
    const Address address = address_no(1 + prng.below(6));
    AccountDiff change;
    if (prng.below(4) == 0) {
      change.storage_cleared = true;
    } else {
      change.account = account_with(1 + prng.below(3), prng.below(1000));
      change.storage_cleared = view.account(address) && prng.below(4) == 0;
      for (std::uint64_t j = 0; j < 3; ++j) change.storage[prng.below(5)] = prng.below(3);
    }
    out.accounts[address] = std::move(change);
  }
  return out;
}

}  // namespace

TEST_SUITE("state/diff") {
  TEST_CASE("two diffs merged give the state of one after the other") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      CAPTURE(seed);
      Prng prng{seed};
      MemoryState start{random_diff(prng, MemoryState{})};
      const StateDiff first = random_diff(prng, start);
      MemoryState stepwise = start;
      stepwise.apply(first);
      const StateDiff second = random_diff(prng, stepwise);
      stepwise.apply(second);
      StateDiff merged = first;
      merged.merge(second);
      MemoryState at_once = start;
      at_once.apply(merged);
      REQUIRE(at_once.root() == stepwise.root());
    }
  }

  TEST_CASE("an overlay reads as the state that has the diff applied") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      CAPTURE(seed);
      Prng prng{seed};
      const MemoryState parent{random_diff(prng, MemoryState{})};
      const StateDiff diff = random_diff(prng, parent);
      MemoryState applied = parent;
      applied.apply(diff);
      const OverlayView overlay{parent, diff};
      for (std::uint64_t i = 0; i < 8; ++i) {
        REQUIRE(overlay.account(address_no(i)) == applied.account(address_no(i)));
        for (std::uint64_t slot = 0; slot < 5; ++slot) {
          REQUIRE(overlay.storage(address_no(i), slot) == applied.storage(address_no(i), slot));
        }
        if (applied.has_storage(address_no(i))) REQUIRE(overlay.has_storage(address_no(i)));
      }
    }
  }

  TEST_CASE("an overlay finds codes in the diff first, then below") {
    StateDiff below;
    below.codes[Hash256{}] = std::make_shared<const Bytes>(1);
    const MemoryState parent{below};
    StateDiff diff;
    const Hash256 mine = to_hash256(uint256{1});
    diff.codes[mine] = std::make_shared<const Bytes>(2);
    const OverlayView overlay{parent, diff};
    CHECK(overlay.code(mine)->size() == 2);
    CHECK(overlay.code(Hash256{})->size() == 1);
    CHECK_FALSE(overlay.has_storage(address_no(1)));
  }
}

}  // namespace datapact::state

#include "ledger/store/entry_ring.hpp"

#include "base/bytes.hpp"
#include "base/prng.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): <csignal> has only what C has
#include <sys/time.h>
#include <utility>
#include <vector>

namespace datapact::store {
namespace {

/// A case of which a loop does not end fails: a table whose slots were not given back right is
/// searched for ever. The time is the process's own, however busy the machine is.
class Bounded {
 public:
  Bounded() {
    ::signal(SIGVTALRM, [](int) { std::abort(); });
    limit(kSecondsMax);
  }
  Bounded(const Bounded&) = delete;
  Bounded& operator=(const Bounded&) = delete;
  Bounded(Bounded&&) = delete;
  Bounded& operator=(Bounded&&) = delete;
  ~Bounded() { limit(0); }

 private:
  static constexpr time_t kSecondsMax = 10;
  /// 0: none.
  static void limit(time_t seconds) {
    const itimerval time{{0, 0}, {seconds, 0}};
    ::setitimer(ITIMER_VIRTUAL, &time, nullptr);
  }
};

Bytes key_no(std::uint64_t number) {
  Bytes out;
  append_be(out, number);
  return out;
}

using Key = EntryRing::Key;

std::optional<ByteView> view(const std::optional<Bytes>& value) {
  return value ? std::optional<ByteView>{*value} : std::nullopt;
}

bool holds(EntryRing& ring, const Bytes& key, const Bytes& value) {
  const auto found = ring.find(Key{key});
  return found && found->value && equal(*found->value, value);
}

/// The key lives until the ring has it.
void put(EntryRing& ring, const Bytes& key, const std::optional<Bytes>& value) {
  ring.put({Key{key}, view(value)});
}

}  // namespace

TEST_SUITE("store/entry ring") {
  TEST_CASE_FIXTURE(Bounded, "what is found is what was put last, in rings of every size") {
    for (const std::size_t bytes_max : {300U, 1'000U, 5'000U, 100'000U}) {
      CAPTURE(bytes_max);
      Prng prng{bytes_max};
      EntryRing ring{bytes_max};
      std::map<Bytes, std::optional<Bytes>> model;
      std::size_t found_count = 0;
      for (std::size_t i = 0; i < 20'000; ++i) {
        const Bytes key = key_no(prng.below(100));
        if (prng.below(2) == 0) {
          std::optional<Bytes> value;
          if (prng.below(5) != 0) value = Bytes(prng.below(bytes_max / 3), prng.below(256) & 0xffU);
          put(ring, key, value);
          model[key] = std::move(value);
        } else if (const auto found = ring.find(Key{key})) {
          ++found_count;
          const auto& expected = model.at(key);
          REQUIRE(found->value.has_value() == expected.has_value());
          if (expected) REQUIRE(equal(*found->value, *expected));
        }
        REQUIRE(ring.bytes() <= bytes_max);
      }
      CHECK(found_count > 100);
    }
  }

  TEST_CASE_FIXTURE(Bounded, "what was put last is found") {
    Prng prng{5};
    EntryRing ring{4'000};
    for (std::uint64_t i = 0; i < 5'000; ++i) {
      const Bytes value(prng.below(1'500), 7);
      put(ring, key_no(i % 300), value);
      REQUIRE(holds(ring, key_no(i % 300), value));
    }
  }

  TEST_CASE_FIXTURE(Bounded, "an entry in use stays, however many go past it") {
    EntryRing ring{10'000};
    put(ring, key_no(0), Bytes(40, 1));
    for (std::uint64_t i = 1; i < 10'000; ++i) {
      put(ring, key_no(i), Bytes(40, 2));
      REQUIRE(holds(ring, key_no(0), Bytes(40, 1)));
    }
    CHECK_FALSE(ring.find(Key{key_no(1)}).has_value());
    CHECK(ring.bytes() > 5'000);
  }

  TEST_CASE_FIXTURE(Bounded, "the number of small entries is bounded, too") {
    EntryRing ring{6'000};
    for (std::uint64_t i = 0; i < 2'000; ++i) {
      put(ring, key_no(i), std::nullopt);
      REQUIRE(ring.bytes() <= 6'000);
      REQUIRE(ring.find(Key{key_no(i)}).has_value());
    }
  }

  TEST_CASE_FIXTURE(Bounded,
                    "keys chosen to hash to one place do not make searches longer and longer") {
    EntryRing ring{1'000'000};
    std::size_t kept = 0;
    std::vector<Bytes> keys;
    for (std::uint64_t i = 0; keys.size() < 1'000; ++i) {
      if ((EntryRing::hash_of(key_no(i)) & 0xfffU) == 0) keys.push_back(key_no(i));
    }
    for (const Bytes& key : keys) {
      put(ring, key, Bytes(8, 1));
      const auto found = ring.find(Key{key});
      if (found) REQUIRE(equal(*found->value, Bytes(8, 1)));
    }
    // Others are as welcome as before.
    for (std::uint64_t i = 0; i < 1'000; ++i) {
      put(ring, key_no(i), Bytes(8, 2));
      if ((EntryRing::hash_of(key_no(i)) & 0xffU) >= 0x80)
        REQUIRE(holds(ring, key_no(i), Bytes(8, 2)));
    }
    for (const Bytes& key : keys) kept += ring.find(Key{key}) ? 1U : 0U;
    CHECK(kept >= 100);
    CHECK(kept <= 200);
  }

  TEST_CASE_FIXTURE(
      Bounded,
      "entries that are put together are those put one after another, in rings of every size") {
    for (const std::size_t bytes_max : {90U, 300U, 5'000U, 8'000'000U}) {
      CAPTURE(bytes_max);
      Prng prng{bytes_max};
      EntryRing one_by_one{bytes_max};
      EntryRing together{bytes_max};
      for (int round = 0; round < 50; ++round) {
        std::vector<Bytes> keys(prng.below(100));
        std::vector<std::optional<Bytes>> values(keys.size());
        std::vector<EntryRing::Entry> entries;
        for (std::size_t i = 0; i < keys.size(); ++i) {
          keys[i] = key_no(prng.below(1'000));
          if (prng.below(5) != 0) values[i] = Bytes(prng.below(700), prng.below(256) & 0xffU);
          put(one_by_one, keys[i], values[i]);
          entries.push_back({Key{keys[i]}, view(values[i])});
        }
        together.put_all(entries);
        REQUIRE(together.bytes() == one_by_one.bytes());
      }
      for (std::uint64_t i = 0; i < 1'000; ++i) {
        const Bytes key = key_no(i);
        const auto a = one_by_one.find(Key{key});
        const auto b = together.find(Key{key});
        REQUIRE(a.has_value() == b.has_value());
        if (!a) continue;
        REQUIRE(a->value.has_value() == b->value.has_value());
        if (a->value) REQUIRE(equal(*a->value, *b->value));
      }
    }
  }

  TEST_CASE_FIXTURE(Bounded, "what is removed is gone, and what stood behind it is found") {
    // Their places in the table begin at its end: the searches go on at its beginning.
    std::vector<Bytes> keys;
    for (std::uint64_t i = 0; keys.size() < 40; ++i) {
      const auto home = EntryRing::hash_of(key_no(i)) & 0xffU;
      if (home >= 0xfc || home < 2) keys.push_back(key_no(i));
    }
    for (const Bytes& removed : keys) {
      EntryRing ring{100'000};
      for (const Bytes& key : keys) put(ring, key, key);
      put(ring, removed, Bytes(100'000));
      CHECK_FALSE(ring.find(Key{removed}).has_value());
      for (const Bytes& key : keys) CHECK((key == removed || holds(ring, key, key)));
      put(ring, removed, removed);
      for (const Bytes& key : keys) CHECK(holds(ring, key, key));
    }
  }

  TEST_CASE_FIXTURE(Bounded, "an entry beyond the ring is not kept, nor what it replaces") {
    EntryRing ring{1'000};
    put(ring, key_no(1), Bytes(5));
    put(ring, key_no(1), Bytes(2'000));
    CHECK_FALSE(ring.find(Key{key_no(1)}).has_value());
    CHECK(ring.bytes() == 0);
    put(ring, key_no(1), Bytes(6));
    CHECK(holds(ring, key_no(1), Bytes(6)));
  }

  TEST_CASE_FIXTURE(Bounded, "a ring without memory keeps nothing") {
    for (const std::size_t bytes_max : {0U, 1U, 90U}) {
      EntryRing ring{bytes_max};
      put(ring, key_no(1), Bytes(5));
      CHECK_FALSE(ring.find(Key{key_no(1)}).has_value());
    }
  }
}

}  // namespace datapact::store

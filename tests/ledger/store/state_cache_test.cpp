#include "ledger/store/state_cache.hpp"

#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "base/result.hpp"
#include "base/types.hpp"
#include "ledger/store/key_value_store.hpp"
#include "ledger/store/keys.hpp"
#include "ledger/store/ledger.hpp"
#include "ledger/store/store_error.hpp"
#include "tests/testkit/ledger/governed_chain.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace datapact::store {
namespace {

constexpr std::size_t kPlenty = std::size_t{1} << 20U;

Bytes account_no(std::uint8_t number) { return keys::account(to_address(uint256{number})); }

/// A memory store that counts its reads, and does something in the middle of them: after the value
/// was taken, before it is given.
class WatchedStore final : public KeyValueStore {
 public:
  [[nodiscard]] std::optional<Bytes> get(ByteView key) const override {
    ++reads;
    auto value = inner_->get(key);
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    return value;
  }
  void iterate(ByteView from, const std::function<bool(ByteView, ByteView)>& visit) const override {
    inner_->iterate(from, visit);
  }
  [[nodiscard]] Result<void, StoreError> write(const WriteBatch& batch, bool sync) override {
    return inner_->write(batch, sync);
  }

  mutable std::size_t reads = 0;
  mutable std::function<void()> meanwhile;

 private:
  std::unique_ptr<KeyValueStore> inner_ = make_memory_store();
};

WriteBatch one_write(const Bytes& key, const Bytes& value) {
  WriteBatch out;
  out.put(key, value);
  return out;
}

void write(StateCache& cache, KeyValueStore& store, const WriteBatch& batch) {
  cache.begin_write();
  REQUIRE(store.write(batch, true).has_value());
  cache.end_write(batch);
}

}  // namespace

TEST_SUITE("store/state cache") {
  TEST_CASE("what was read or written is not read from the store again") {
    WatchedStore store;
    StateCache cache{kPlenty};
    REQUIRE(store.write(one_write(account_no(1), {1}), true).has_value());
    CHECK(cache.get(store, account_no(1)) == Bytes{1});
    CHECK(cache.get(store, account_no(1)) == Bytes{1});
    CHECK(store.reads == 1);
    write(cache, store, one_write(account_no(2), {2}));
    CHECK(cache.get(store, account_no(2)) == Bytes{2});
    CHECK(store.reads == 1);
  }

  TEST_CASE("that there is nothing is remembered until something is written") {
    WatchedStore store;
    StateCache cache{kPlenty};
    CHECK_FALSE(cache.get(store, account_no(1)).has_value());
    CHECK_FALSE(cache.get(store, account_no(1)).has_value());
    CHECK(store.reads == 1);
    write(cache, store, one_write(account_no(1), {7}));
    CHECK(cache.get(store, account_no(1)) == Bytes{7});
    WriteBatch removal;
    removal.erase(account_no(1));
    write(cache, store, removal);
    CHECK_FALSE(cache.get(store, account_no(1)).has_value());
    CHECK(store.reads == 1);
  }

  TEST_CASE("a value that a write overtook while it was being read is not kept") {
    WatchedStore store;
    StateCache cache{kPlenty};
    REQUIRE(store.write(one_write(account_no(1), {1}), true).has_value());
    store.meanwhile = [&] { write(cache, store, one_write(account_no(1), {2})); };
    CHECK(cache.get(store, account_no(1)) == Bytes{1});
    CHECK(cache.get(store, account_no(1)) == Bytes{2});
  }

  TEST_CASE("a value read in the middle of a write is not kept") {
    WatchedStore store;
    StateCache cache{kPlenty};
    const WriteBatch batch = one_write(account_no(1), {2});
    REQUIRE(store.write(one_write(account_no(1), {1}), true).has_value());
    cache.begin_write();
    CHECK(cache.get(store, account_no(1)) == Bytes{1});
    REQUIRE(store.write(batch, true).has_value());
    cache.end_write(batch);
    CHECK(cache.get(store, account_no(1)) == Bytes{2});
  }

  TEST_CASE("only state and codes are taken from a batch") {
    WatchedStore store;
    StateCache cache{kPlenty};
    write(cache, store, one_write(keys::at_height(keys::kHeader, Height{1}), Bytes(500)));
    write(cache, store, one_write(keys::versioned_key(account_no(1), Height{1}), Bytes(500)));
    CHECK(cache.bytes() == 0);
  }

  TEST_CASE("memory stays within its bound and the least recently used go first") {
    constexpr std::size_t kBound = 64'000;
    WatchedStore store;
    StateCache cache{kBound};
    Prng prng{1};
    for (std::uint64_t i = 0; i < 3'000; ++i) {
      const Bytes key = keys::account(to_address(uint256{1'000 + i}));
      write(cache, store, one_write(key, Bytes(prng.below(200))));
      static_cast<void>(cache.get(store, account_no(1)));
      REQUIRE(cache.bytes() <= kBound);
    }
    CHECK(store.reads == 1);
    CHECK(cache.bytes() > kBound / 2);
  }

  TEST_CASE("a value too large for the cache, and any value with no cache, come from the store") {
    WatchedStore store;
    StateCache small{16 * 1'000};
    write(small, store, one_write(account_no(1), Bytes(5)));
    write(small, store, one_write(account_no(1), Bytes(2'000)));
    CHECK(small.get(store, account_no(1)) == Bytes(2'000));
    CHECK(store.reads == 1);
    CHECK(small.bytes() == 0);
    StateCache none{0};
    write(none, store, one_write(account_no(1), Bytes(3)));
    CHECK(none.get(store, account_no(1)) == Bytes(3));
    CHECK(none.bytes() == 0);
  }

  TEST_CASE("readers beside a writer see values in the order in which they were written") {
    const std::unique_ptr<KeyValueStore> store = make_memory_store();
    StateCache cache{20'000};
    std::atomic<bool> done = false;
    std::atomic<bool> went_back = false;
    const auto read = [&] {
      std::uint64_t last = 0;
      while (!done) {
        const auto value = cache.get(*store, account_no(1));
        const std::uint64_t seen = value ? load_be<std::uint64_t>(value->data()) : 0;
        // At most the write in progress may be ahead of the cache.
        if (seen + 1 < last) went_back = true;
        last = seen;
        static_cast<void>(cache.get(*store, account_no(static_cast<std::uint8_t>(2 + seen % 90))));
      }
    };
    std::thread first{read};
    std::thread second{read};
    for (std::uint64_t i = 1; i <= 2'000; ++i) {
      Bytes value;
      append_be(value, i);
      WriteBatch batch = one_write(account_no(1), value);
      batch.put(account_no(static_cast<std::uint8_t>(2 + i % 90)), Bytes(i % 400));
      cache.begin_write();
      const bool is_written = store->write(batch, true).has_value();
      cache.end_write(batch);
      if (!is_written) went_back = true;
      const auto now = cache.get(*store, account_no(1));
      if (now != value) went_back = true;
    }
    done = true;
    first.join();
    second.join();
    CHECK_FALSE(went_back);
  }

  TEST_CASE("views of every height answer the same with any size of the cache") {
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{16'000}, kPlenty}) {
      CAPTURE(bytes);
      testkit::GovernedChain chain{make_memory_store(), {.cache_bytes = bytes}};
      const auto genesis = chain.ledger().view_at(Height{0});
      for (std::uint64_t i = 0; i < 6; ++i) {
        const auto before = chain.ledger().view_at(Height{i});
        CHECK(before->account(testkit::address_of(2))->nonce == Nonce{i});
        REQUIRE(chain.extend({testkit::signed_txn({.nonce = i})}).has_value());
        CHECK(before->account(testkit::address_of(2))->nonce == Nonce{i});
      }
      for (std::uint64_t height = 0; height <= 6; ++height) {
        const auto view = chain.ledger().view_at(Height{height});
        CHECK(view->account(testkit::address_of(2))->nonce == Nonce{height});
      }
      CHECK(genesis->account(testkit::address_of(2))->nonce == Nonce{0});
    }
  }
}

}  // namespace datapact::store

#include "base/bytes.hpp"
#include "ledger/store/key_value_store.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>

using namespace datapact;
using store::WriteBatch;

TEST_SUITE("store/write batch") {
  TEST_CASE("a batch keeps writes and removals in the order of the calls") {
    WriteBatch batch;
    CHECK(batch.size() == 0);
    batch.put(Bytes{1}, Bytes{10, 11});
    batch.erase(Bytes{2, 3});
    batch.put(Bytes{}, Bytes{});
    REQUIRE(batch.size() == 3);
    CHECK(equal(batch[0].key, Bytes{1}));
    CHECK(equal(batch[0].value.value(), Bytes{10, 11}));
    CHECK(equal(batch[1].key, Bytes{2, 3}));
    CHECK_FALSE(batch[1].value.has_value());
    CHECK(batch[2].key.empty());
    // An empty value is a value.
    REQUIRE(batch[2].value.has_value());
    CHECK(batch[2].value->empty());
  }

  TEST_CASE("parts of a key and of a value are written one behind another") {
    WriteBatch batch;
    batch.put_joined({Bytes{1}, Bytes{}, Bytes{2, 3}}, {Bytes{4}, Bytes{5, 6}});
    CHECK(equal(batch[0].key, Bytes{1, 2, 3}));
    CHECK(equal(batch[0].value.value(), Bytes{4, 5, 6}));
  }

  TEST_CASE("of several writes to a key the last one is in the store") {
    const auto store = store::make_memory_store();
    WriteBatch batch;
    batch.put(Bytes{1}, Bytes{1});
    batch.put(Bytes{2}, Bytes{1});
    batch.put(Bytes{1}, Bytes{2});
    batch.erase(Bytes{2});
    REQUIRE(store->write(batch, true).has_value());
    CHECK(store->get(Bytes{1}) == Bytes{2});
    CHECK_FALSE(store->get(Bytes{2}).has_value());
  }

  TEST_CASE("a large batch reads back after its buffer has moved") {
    WriteBatch batch;
    for (std::size_t i = 0; i < 5'000; ++i) {
      batch.put(Bytes{static_cast<std::uint8_t>(i >> 8U), static_cast<std::uint8_t>(i)},
                Bytes(i % 97, static_cast<std::uint8_t>(i)));
    }
    for (std::size_t i = 0; i < 5'000; ++i) {
      REQUIRE(load_be<std::uint16_t>(batch[i].key.data()) == i);
      REQUIRE(batch[i].value->size() == i % 97);
    }
  }
}

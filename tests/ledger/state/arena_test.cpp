#include "ledger/state/arena.hpp"

#include "base/bytes.hpp"
#include "base/prng.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace datapact::state {

TEST_SUITE("state/arena") {
  TEST_CASE("pieces of any size keep their bytes while others are made") {
    Prng prng{3};
    Arena arena;
    std::vector<std::pair<Bytes, ByteView>> copies;
    for (std::size_t i = 0; i < 2'000; ++i) {
      // Now and then one that is larger than any chunk.
      Bytes bytes(i % 500 == 7 ? 100'000 : prng.below(300));
      for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(prng.below(256));
      const ByteView copy = arena.copy(bytes);
      copies.emplace_back(std::move(bytes), copy);
    }
    for (const auto& [bytes, copy] : copies) CHECK(equal(bytes, copy));
  }

  TEST_CASE("what is made lies where its type demands, and an array begins empty") {
    Arena arena;
    for (std::size_t i = 0; i < 100; ++i) {
      static_cast<void>(arena.copy(Bytes(1)));
      const std::span<std::uint64_t> numbers = arena.make_array<std::uint64_t>(40);
      CHECK(reinterpret_cast<std::uintptr_t>(numbers.data()) % alignof(std::uint64_t) == 0);
      for (std::uint64_t& number : numbers) CHECK(std::exchange(number, ~std::uint64_t{0}) == 0);
      CHECK(arena.make(std::uint32_t{7}) == 7);
    }
  }

  TEST_CASE("what was made stays when the arena moves or is taken over by another") {
    Arena first;
    const ByteView early = first.copy(Bytes(50, 1));
    Arena second{std::move(first)};
    const ByteView late = second.copy(Bytes(50, 2));
    Arena all;
    const ByteView own = all.copy(Bytes(50, 3));
    all.adopt(std::move(second));
    const ByteView last = all.copy(Bytes(50, 4));
    CHECK(equal(early, Bytes(50, 1)));
    CHECK(equal(late, Bytes(50, 2)));
    CHECK(equal(own, Bytes(50, 3)));
    CHECK(equal(last, Bytes(50, 4)));
  }
}

}  // namespace datapact::state

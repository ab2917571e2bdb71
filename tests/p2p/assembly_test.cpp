#include "p2p/gossip/assembly.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::p2p;

namespace {
constexpr Instant kNow{5};
constexpr std::size_t kMax = 100;
const Bytes kThree{1, 2, 3};

Entry first(std::uint64_t total, ByteView bytes = kThree) {
  return {EntryKind::kFirstPart, Topic::kBlocks, total, bytes};
}
Entry next(ByteView bytes = kThree) { return {EntryKind::kNextPart, Topic::kBlocks, 0, bytes}; }
}  // namespace

TEST_SUITE("p2p/assembly") {
  TEST_CASE("parts join in order, and another entry can follow") {
    Assembly assembly;
    for (int i = 0; i < 2; ++i) {
      REQUIRE(assembly.add(first(6), kMax, kNow).has_value());
      CHECK(assembly.is_active());
      CHECK(assembly.since() == kNow);
      CHECK(assembly.size() == 3);
      const auto whole = assembly.add(next(), kMax, kNow);
      REQUIRE(whole.has_value());
      REQUIRE(whole->has_value());
      CHECK(**whole == Bytes{1, 2, 3, 1, 2, 3});
      CHECK_FALSE(assembly.is_active());
      CHECK(assembly.size() == 0);
    }
  }
  TEST_CASE("memory grows with what arrived, not with what was announced") {
    Assembly assembly;
    REQUIRE(assembly.add(first(kMax), kMax, kNow).has_value());
    CHECK(assembly.size() == 3);
  }
  TEST_CASE("what is no message in parts is refused by name") {
    Assembly assembly;
    CHECK(assembly.add(next(), kMax, kNow).error() == AssemblyError::kNotStarted);
    CHECK(assembly.add(first(kMax + 1), kMax, kNow).error() == AssemblyError::kTooLarge);
    CHECK(assembly.add(first(2), kMax, kNow).error() == AssemblyError::kOverrun);
  }
  TEST_CASE("a part without bytes, one too many and a second beginning are refused") {
    Assembly assembly;
    CHECK(assembly.add(first(5, {}), kMax, kNow).error() == AssemblyError::kEmptyPart);
    REQUIRE(assembly.add(first(5), kMax, kNow).has_value());
    CHECK(assembly.add(next({}), kMax, kNow).error() == AssemblyError::kEmptyPart);
    CHECK(assembly.add(first(5), kMax, kNow).error() == AssemblyError::kUnfinished);
    CHECK(assembly.add(next(), kMax, kNow).error() == AssemblyError::kOverrun);
  }
  TEST_CASE("every error has a text of its own") {
    for (int i = 0; i <= static_cast<int>(AssemblyError::kUnfinished); ++i) {
      CHECK(to_string(static_cast<AssemblyError>(i)) != "unknown");
    }
  }
}

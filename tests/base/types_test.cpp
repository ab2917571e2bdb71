#include "base/types.hpp"

#include "base/log.hpp"
#include "base/result.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

namespace datapact {
namespace {

enum class Error : std::uint8_t { kOdd, kNegative };

Result<int, Error> half(int value) {
  if (value % 2 != 0) return fail(Error::kOdd);
  return value / 2;
}
Result<void, Error> require_positive(int value) {
  if (value < 0) return fail(Error::kNegative);
  return {};
}
Result<std::string, Error> quarter_as_text(int value) {
  TRY_VOID(require_positive(value));
  TRY(const int first, half(value));
  TRY(const int second, half(first));
  return std::to_string(second);
}
Result<std::unique_ptr<int>, Error> owned(int value) {
  TRY(auto halved, half(value));
  return std::make_unique<int>(halved);
}

TEST_SUITE("base/result") {
  TEST_CASE("TRY hands on the value and returns the first error") {
    CHECK(quarter_as_text(12).value() == "3");
    CHECK(quarter_as_text(6).error() == Error::kOdd);
    CHECK(quarter_as_text(-4).error() == Error::kNegative);
  }

  TEST_CASE("a result carries types that only move") {
    auto result = owned(4);
    REQUIRE(result.ok());
    CHECK(**result == 2);
  }
}

TEST_SUITE("base/quantity") {
  TEST_CASE("quantities of different meaning do not mix and leave their type only by name") {
    static_assert(!std::is_convertible_v<Height, Nonce>);
    static_assert(!std::is_convertible_v<std::uint64_t, Height>);
    static_assert(!std::is_convertible_v<Height, std::uint64_t>);
    static_assert(!std::is_convertible_v<Hash256, BlockHash>);
    CHECK(Height{3} < Height{4});
    CHECK(next(Height{3}) == Height{4});
    CHECK(previous(Height{3}) == Height{2});
  }

  TEST_CASE("checked arithmetic refuses to wrap") {
    CHECK(checked_add(Gas{1}, Gas{2}) == Gas{3});
    CHECK_FALSE(checked_add(Gas{~0ULL}, Gas{1}).has_value());
    CHECK_FALSE(checked_sub(Gas{1}, Gas{2}).has_value());
    CHECK_FALSE(checked_add(Wei{uint256::max()}, Wei{1}).has_value());
    CHECK(checked_sub(Wei{3}, Wei{3}) == Wei{0});
    CHECK_FALSE(checked_add(Round{~0U}, Round{1}).has_value());
  }
}

TEST_SUITE("base/fixed_bytes") {
  TEST_CASE("bytes order lexicographically and are zero by default") {
    Address a;
    CHECK(a.is_zero());
    a.raw()[19] = 1;
    CHECK(Address{} < a);
    CHECK(Address::from(a.view()) == a);
  }

  TEST_CASE("addresses that differ in one byte have different hashes") {
    std::unordered_set<std::size_t> hashes;
    for (std::size_t i = 0; i < Address::kSize; ++i) {
      Address a;
      a.raw()[i] = 1;
      hashes.insert(std::hash<Address>{}(a));
    }
    CHECK(hashes.size() == Address::kSize);
  }
}

TEST_SUITE("base/log") {
  TEST_CASE("lines below the level are dropped, the others reach the sink") {
    std::vector<std::string> lines;
    log::install(
        [&lines](log::Level, std::string_view component, std::string_view message) {
          lines.push_back(std::string(component) + ": " + std::string(message));
        },
        log::Level::kWarning);
    log::info("test", "quiet");
    log::error("test", "loud");
    log::install({}, log::Level::kInfo);
    log::error("test", "after");
    CHECK(lines == std::vector<std::string>{"test: loud"});
  }
}

}  // namespace
}  // namespace datapact

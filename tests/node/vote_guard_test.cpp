#include "node/vote_guard.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::node;
using consensus::MessageCode;

namespace {
consensus::VotePoint point(std::uint64_t height, std::uint32_t round, MessageCode code,
                           std::uint8_t digest) {
  return {Height{height}, Round{round}, code, Hash256{{digest}}};
}
}  // namespace

TEST_SUITE("node/vote_guard") {
  TEST_CASE("one digest for one height, round and code, whatever is asked") {
    VoteGuard guard;
    guard.remember(point(5, 0, MessageCode::kPrepare, 1));
    CHECK(guard.admit(point(5, 0, MessageCode::kPrepare, 1)).has_value());
    CHECK_FALSE(guard.admit(point(5, 0, MessageCode::kPrepare, 2)).has_value());
    CHECK(guard.admit(point(5, 0, MessageCode::kCommit, 2)).has_value());
    CHECK(guard.admit(point(5, 1, MessageCode::kPrepare, 2)).has_value());
    CHECK(guard.admit(point(6, 0, MessageCode::kPrepare, 2)).has_value());
  }
  TEST_CASE("nothing is signed below a height already voted at") {
    VoteGuard guard;
    guard.remember(point(5, 0, MessageCode::kPrepare, 1));
    CHECK_FALSE(guard.admit(point(4, 9, MessageCode::kCommit, 1)).has_value());
  }
}

#include "p2p/gossip/seen_cache.hpp"

#include "p2p/gossip/message_id.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::p2p;
using namespace std::chrono_literals;

namespace {
MessageId id_of(std::uint64_t number) {
  Bytes bytes;
  append_be(bytes, number);
  return message_id(Topic::kConsensus, bytes);
}
}  // namespace

TEST_SUITE("p2p/seen_cache") {
  TEST_CASE("a message is new once, whoever sends it") {
    SeenCache seen(10, 400ms, 1);
    CHECK(seen.receive(id_of(1), 0, 0ms) == Sight::kNew);
    CHECK(seen.receive(id_of(1), 0, 1ms) == Sight::kDuplicate);
    CHECK(seen.receive(id_of(1), 1, 2ms) == Sight::kDuplicate);
    CHECK(seen.receive(id_of(2), 1, 2ms) == Sight::kNew);
  }
  TEST_CASE("a vote that is sent again after a while is delivered again") {
    SeenCache seen(10, 400ms, 1);
    CHECK(seen.receive(id_of(1), 0, 0ms) == Sight::kNew);
    CHECK(seen.receive(id_of(1), 0, 399ms) == Sight::kDuplicate);
    CHECK(seen.receive(id_of(1), 0, 400ms) == Sight::kRepeat);
    CHECK(seen.receive(id_of(1), 0, 799ms) == Sight::kDuplicate);
  }
  TEST_CASE("what could not be taken is new again") {
    SeenCache seen(10, 400ms, 1);
    CHECK(seen.receive(id_of(1), 0, 0ms) == Sight::kNew);
    seen.forget(id_of(1));
    seen.forget(id_of(2));
    CHECK(seen.receive(id_of(1), 1, 1ms) == Sight::kNew);
    CHECK(seen.size() == 1);
  }
  TEST_CASE("an own message that comes back is a duplicate") {
    SeenCache seen(10, 400ms, 1);
    seen.remember(id_of(1), 0ms);
    CHECK(seen.receive(id_of(1), 0, 1ms) == Sight::kDuplicate);
  }
  TEST_CASE("passing a vote on does not keep its author's next copy out") {
    SeenCache seen(10, 400ms, 1);
    CHECK(seen.receive(id_of(1), 0, 0ms) == Sight::kNew);
    seen.remember(id_of(1), 399ms);
    CHECK(seen.receive(id_of(1), 0, 400ms) == Sight::kRepeat);
  }
  TEST_CASE("the oldest entry makes room") {
    SeenCache seen(2, 400ms, 1);
    CHECK(seen.receive(id_of(1), 0, 0ms) == Sight::kNew);
    CHECK(seen.receive(id_of(2), 0, 0ms) == Sight::kNew);
    CHECK(seen.receive(id_of(3), 0, 0ms) == Sight::kNew);
    CHECK(seen.size() == 2);
    CHECK(seen.receive(id_of(3), 0, 0ms) == Sight::kDuplicate);
    CHECK(seen.receive(id_of(1), 0, 0ms) == Sight::kNew);
  }
  TEST_CASE("a holder is sent a message once; a new peer in the same slot has nothing") {
    SeenCache seen(10, 400ms, 1);
    CHECK(seen.receive(id_of(1), 5, 0ms) == Sight::kNew);
    CHECK(seen.holds(id_of(1), 5));
    CHECK_FALSE(seen.holds(id_of(1), 63));
    seen.mark(id_of(1), 63);
    CHECK(seen.holds(id_of(1), 63));
    seen.clear(63);
    CHECK_FALSE(seen.holds(id_of(1), 63));
    CHECK(seen.holds(id_of(1), 5));
  }
}

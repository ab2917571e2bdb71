#include "node/core_inbox.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using namespace datapact;
using namespace datapact::node;

namespace {
CoreEvent question(std::shared_ptr<int> held = nullptr) {
  return PoolQuery{[held](const txpool::Pool&, const HeadSnapshot&) {}};
}
const auto kPast = std::chrono::steady_clock::time_point{};
}  // namespace

TEST_SUITE("node/core_inbox") {
  TEST_CASE("a full inbox refuses clients but takes the answers that the core waits for") {
    CoreInbox inbox(1);
    auto first = question();
    auto second = question();
    CHECK(inbox.try_push(first));
    CHECK_FALSE(inbox.try_push(second));
    CHECK(std::get<PoolQuery>(second).ask);
    inbox.push_answer(TimerExpired{});
    CHECK(std::holds_alternative<TimerExpired>(*inbox.pop_until(kPast)));
    CHECK(std::holds_alternative<PoolQuery>(*inbox.pop_until(kPast)));
    CHECK_FALSE(inbox.pop_until(kPast).has_value());
  }
  TEST_CASE("a flood of questions neither refuses nor delays what peers say") {
    CoreInbox inbox(2);
    for (int i = 0; i < 3; ++i) {
      auto event = question();
      CHECK(inbox.try_push(event) == (i < 2));
    }
    CoreEvent up = PeerUp{};
    CHECK(inbox.try_push(up));
    CHECK(std::holds_alternative<PeerUp>(*inbox.pop_until(kPast)));
  }
  TEST_CASE("a look without waiting gives what a peer said before what a client asked") {
    CoreInbox inbox(2);
    CHECK_FALSE(inbox.try_pop().has_value());
    auto event = question();
    CHECK(inbox.try_push(event));
    inbox.push_answer(TimerExpired{});
    CHECK(std::holds_alternative<TimerExpired>(*inbox.try_pop()));
    CHECK(std::holds_alternative<PoolQuery>(*inbox.try_pop()));
    CHECK_FALSE(inbox.try_pop().has_value());
  }
  TEST_CASE("a peer that comes again and again is told once until the core has looked") {
    CoreInbox inbox(4);
    const p2p::NodeId peer{{1}};
    const p2p::NodeId other{{2}};
    for (int i = 0; i < 5; ++i) inbox.push_answer(PeerUp{peer});
    inbox.push_answer(PeerUp{other});
    inbox.push_answer(PeerDown{peer});
    for (int i = 0; i < 5; ++i) inbox.push_answer(PeerUp{peer});
    std::string order;
    while (const auto event = inbox.pop_until(kPast)) {
      if (const auto* up = std::get_if<PeerUp>(&*event))
        order += up->peer == peer ? "up " : "other ";
      if (std::holds_alternative<PeerDown>(*event)) order += "down ";
    }
    CHECK(order == "up other down up ");
    inbox.push_answer(PeerUp{peer});
    CHECK(inbox.pop_until(kPast).has_value());
  }
  TEST_CASE("closing destroys what waits and refuses more") {
    CoreInbox inbox(4);
    auto held = std::make_shared<int>(1);
    auto event = question(held);
    CHECK(inbox.try_push(event));
    event = TimerExpired{};
    CHECK(held.use_count() == 2);
    inbox.close();
    CHECK(held.use_count() == 1);
    CHECK(inbox.is_closed());
    CHECK_FALSE(inbox.try_push(event));
    CHECK_FALSE(inbox.pop_until(std::chrono::steady_clock::time_point::max()).has_value());
  }
}

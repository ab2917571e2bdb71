#include "tests/testkit/p2p/router_net.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::p2p;
using namespace datapact::p2p::test;
using namespace std::chrono_literals;

namespace {
const Bytes kAsk{1};
const Bytes kBlock{2, 2};

struct Pair : RouterNet {
  explicit Pair(const Limits& limits = {}) : RouterNet(2, limits) { join(0, 1); }
  RequestId ask() {
    const auto id = (*this)[0].router->request((*this)[1].id, kAsk, now());
    REQUIRE(id.has_value());
    settle();
    return *id;
  }
};
}  // namespace

TEST_SUITE("p2p/router requests") {
  TEST_CASE("a request finds its response") {
    Pair net;
    const RequestId id = net.ask();
    REQUIRE(net[1].node.requests.size() == 1);
    CHECK(net[1].node.requests[0].body == kAsk);
    CHECK(net[1].router->respond(net[0].id, net[1].node.requests[0].id, kBlock, net.now()));
    net.settle();
    REQUIRE(net[0].node.responses.size() == 1);
    CHECK(net[0].node.responses[0].id == id);
    CHECK(net[0].node.responses[0].body == kBlock);
    CHECK_FALSE(net[1].router->respond(net[0].id, id, kBlock, net.now()));
  }
  TEST_CASE("a refusal and a busy node are told apart") {
    Pair net;
    const RequestId first = net.ask();
    net[1].router->refuse(net[0].id, first, net.now());
    net[1].node.takes_requests = false;
    net.settle();
    const RequestId second = net.ask();
    REQUIRE(net[0].node.failures.size() == 2);
    CHECK(net[0].node.failures[0].id == first);
    CHECK(net[0].node.failures[0].failure == RequestFailure::kRefused);
    CHECK(net[0].node.failures[1].id == second);
    CHECK(net[0].node.failures[1].failure == RequestFailure::kBusy);
  }
  TEST_CASE("a request without an answer times out, costs the peer, and a late answer does not") {
    Pair net;
    const RequestId id = net.ask();
    net.advance(60s);
    REQUIRE(net[0].node.failures.size() == 1);
    CHECK(net[0].node.failures[0].failure == RequestFailure::kTimedOut);
    CHECK(offences_of(net[0].router->snapshot(net.now()), Offence::kRequestTimeout) == 1);
    CHECK(net[1].router->respond(net[0].id, id, kBlock, net.now()));
    net.settle();
    CHECK(net[0].node.responses.empty());
    CHECK(net[0].offences.size() == 1);
  }
  TEST_CASE("a request fails when its peer goes") {
    Pair net;
    net.ask();
    net[0].router->report(net[1].id, Offence::kInvalidBlock, net.now());
    net.settle();
    REQUIRE(net[0].node.failures.size() == 1);
    CHECK(net[0].node.failures[0].failure == RequestFailure::kPeerGone);
  }
  TEST_CASE("own requests are bounded for each peer") {
    Limits limits;
    limits.requests_out_max = 2;
    Pair net(limits);
    net.ask();
    net.ask();
    CHECK_FALSE(net[0].router->request(net[1].id, kAsk, net.now()).has_value());
    CHECK(net[1].router->respond(net[0].id, net[1].node.requests[0].id, kBlock, net.now()));
    net.settle();
    CHECK(net[0].router->request(net[1].id, kAsk, net.now()).has_value());
  }
  TEST_CASE("a request or a response above the limit is not sent") {
    Limits limits;
    limits.topics[index_of(Topic::kBlocks)].message_bytes_max = 10;
    Pair net(limits);
    const Bytes large(11, 1);
    CHECK_FALSE(net[0].router->request(net[1].id, large, net.now()).has_value());
    const RequestId id = net.ask();
    CHECK_FALSE(net[1].router->respond(net[0].id, id, large, net.now()));
    net.settle();
    REQUIRE(net[0].node.failures.size() == 1);
    CHECK(net[0].node.failures[0].failure == RequestFailure::kBusy);
  }
  TEST_CASE("a request that the node never answers is forgotten") {
    Limits limits;
    limits.requests_in_max = 1;
    Pair net(limits);
    const RequestId id = net.ask();
    net.advance(120s);
    CHECK_FALSE(net[1].router->respond(net[0].id, id, kBlock, net.now()));
    net.ask();
    CHECK(net[1].node.requests.size() == 2);
  }
  TEST_CASE("every failure has a text of its own") {
    for (int i = 0; i <= static_cast<int>(RequestFailure::kPeerGone); ++i) {
      CHECK(to_string(static_cast<RequestFailure>(i)) != "unknown");
    }
    for (int i = 0; i <= static_cast<int>(LinkEnd::kStopping); ++i) {
      CHECK(to_string(static_cast<LinkEnd>(i)) != "unknown");
    }
  }
}

#include "node/ops_desk.hpp"

#include "base/clock.hpp"
#include "node/node.hpp"
#include "node/ops_listener.hpp"
#include "node/system_clock.hpp"
#include "tests/testkit/node/network.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <string>

using namespace datapact;        // NOLINT(google-build-using-namespace)
using namespace datapact::node;  // NOLINT(google-build-using-namespace)
using namespace std::chrono_literals;

namespace {

/// A core that is gone.
struct Closed {
  CoreInbox inbox{8};
  Closed() { inbox.close(); }
  [[nodiscard]] OpsDesk desk() {
    return {StatusDesk(inbox, 1ms), [] { return std::nullopt; }};
  }
};

/// Everything the listener sends until it closes.
std::string talk(std::uint16_t port, const std::string& text) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  boost::system::error_code ignored;
  boost::asio::write(socket, boost::asio::buffer(text), ignored);
  std::string out;
  boost::asio::read(socket, boost::asio::dynamic_buffer(out), ignored);
  return out;
}

std::string get(std::uint16_t port, const std::string& path,
                const std::string& headers = "Host: localhost\r\n") {
  return talk(port, "GET " + path + " HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n");
}

std::unique_ptr<OpsListener> listen(OpsDesk desk, const OpsLimits& limits = {}) {
  auto out = OpsListener::start({}, std::move(desk), limits);
  REQUIRE(out.has_value());
  return std::move(*out);
}

}  // namespace

TEST_SUITE("node/ops_desk") {
  TEST_CASE("readiness reads its rules from the query and names what it cannot read") {
    const auto rules = parse_readiness("minPeers=3&maxBlocksBehind=10");
    REQUIRE(rules.has_value());
    CHECK(rules->peers_min == 3);
    CHECK(rules->blocks_behind_max == 10);
    CHECK_FALSE(parse_readiness("")->peers_min.has_value());
    CHECK(parse_readiness("minPeers=many").error() ==
          "minPeers must be a whole number, got \"many\"");
    CHECK(parse_readiness("minPeers").error() == "minPeers must be a whole number, got \"\"");
    CHECK(parse_readiness("peers=1").error() ==
          "unknown parameter \"peers\": minPeers and maxBlocksBehind are known");
  }

  TEST_CASE("a core that is gone is reported, not waited for") {
    Closed closed;
    const auto desk = closed.desk();
    CHECK(desk.answer("/liveness").status == 503);
    CHECK(desk.answer("/readiness").status == 503);
    CHECK(desk.answer("/consensus").status == 503);
    CHECK(desk.answer("/metrics").status == 200);
    CHECK(desk.answer("/metrics").body.find("datapact_core_answers 0") != std::string::npos);
  }

  TEST_CASE("a core that hangs is reported after the patience of the desk") {
    CoreInbox inbox{8};
    const OpsDesk desk(StatusDesk(inbox, 1ms), [] { return std::nullopt; });
    CHECK(desk.answer("/liveness").status == 503);
  }

  TEST_CASE("a foreign path and a bad query are told apart") {
    Closed closed;
    const auto desk = closed.desk();
    CHECK(desk.answer("/").status == 200);
    CHECK(desk.answer("/nothing").status == 404);
    CHECK(desk.answer("/readiness?minPeers=-1").status == 400);
  }
}

TEST_SUITE("node/ops_listener") {
  TEST_CASE("a running node serves metrics, health and the dump of its consensus") {
    const auto network = test::make_network(50ms);
    const test::TempFolder folder;
    const SystemClock clock;
    auto config = load_config(test::write_node_files(folder.path(), network, 0));
    REQUIRE(config.has_value());
    config->ops.emplace();
    const auto node = Node::start(*config, clock, [](const std::string&) {});
    REQUIRE(node.has_value());
    const auto port = *(*node)->ops_port();
    const auto metrics = get(port, "/metrics");
    CHECK(metrics.starts_with("HTTP/1.1 200 OK"));
    CHECK(metrics.find("\ndatapact_consensus_validators 1\n") != std::string::npos);
    CHECK(get(port, "/liveness").find("\"UP\"") != std::string::npos);
    CHECK(get(port, "/readiness").starts_with("HTTP/1.1 200 OK"));
    CHECK(get(port, "/readiness?minPeers=1").starts_with("HTTP/1.1 503"));
    CHECK(get(port, "/consensus").find("\"quorum\": \"0x1\"") != std::string::npos);
    const auto state = (*node)->api().consensus_state();
    REQUIRE(state.has_value());
    CHECK(*state->find("peers") == json::Value("0x0"));
  }

  TEST_CASE("only GET and HEAD from a local name are answered") {
    Closed closed;
    const auto listener = listen(closed.desk());
    CHECK(get(listener->port(), "/metrics", "Host: evil.example\r\n").starts_with("HTTP/1.1 403"));
    CHECK(talk(listener->port(), "DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n")
              .starts_with("HTTP/1.1 405"));
    const auto head =
        talk(listener->port(), "HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(head.starts_with("HTTP/1.1 200"));
    CHECK(head.ends_with("\r\n\r\n"));
  }

  TEST_CASE("a body and an endless header are cut off") {
    Closed closed;
    const auto listener = listen(closed.desk(), {.header_bytes_max = 512});
    CHECK(talk(listener->port(),
               "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(2000, 'y') + "\r\n\r\n")
              .empty());
    CHECK(talk(listener->port(),
               "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello")
              .empty());
  }

  TEST_CASE("a connection too many is cut off") {
    Closed closed;
    // Of its own: a connection counts for a moment after its client has closed it.
    const auto listener = listen(closed.desk(), {.connections_max = 1});
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket first(io);
    first.connect({boost::asio::ip::make_address("127.0.0.1"), listener->port()});
    boost::asio::write(first, boost::asio::buffer(std::string("GET / HT")));
    CHECK(get(listener->port(), "/").empty());
  }

  TEST_CASE("a port in use and a name instead of an address are refused by name") {
    Closed closed;
    const auto listener = listen(closed.desk());
    const auto taken = OpsListener::start({"127.0.0.1", listener->port()}, closed.desk());
    REQUIRE_FALSE(taken.has_value());
    CHECK(taken.error().starts_with("ops.listen: cannot listen on 127.0.0.1:"));
    const auto named = OpsListener::start({"localhost", 0}, closed.desk());
    REQUIRE_FALSE(named.has_value());
    CHECK(named.error() == "ops.listen \"localhost\" is no IP address");
  }
}

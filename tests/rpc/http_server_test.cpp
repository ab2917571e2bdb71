#include "rpc/http_server.hpp"

#include "tests/testkit/rpc/fake_node.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <string>
#include <zlib.h>

namespace datapact::rpc {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

/// A server on a free port of the loopback.
struct World {
  explicit World(Limits limits = {}) {
    ServerConfig config;
    config.port = 0;
    config.limits = limits;
    auto started = HttpServer::start(config, node, clock);
    REQUIRE(started.ok());
    server = std::move(*started);
  }
  testkit::FakeNode node;
  testkit::FakeClock clock;
  std::unique_ptr<HttpServer> server;
};

class Client {
 public:
  explicit Client(const World& world) : socket_(io_) {
    socket_.connect({asio::ip::make_address("127.0.0.1"), world.server->port()});
  }
  /// Errors are left to the reading side: the server may have closed already.
  void send(const std::string& text) {
    boost::system::error_code ignored;
    asio::write(socket_, asio::buffer(text), ignored);
  }
  /// Everything until the server closes.
  std::string read_all() {
    std::string out;
    boost::system::error_code error;
    asio::read(socket_, asio::dynamic_buffer(out), error);
    return out;
  }
  /// Everything until `end` was seen.
  std::string read_until(const std::string& end) {
    std::string out;
    char c = 0;
    boost::system::error_code error;
    while (!out.ends_with(end)) {
      if (asio::read(socket_, asio::buffer(&c, 1), error) != 1) break;
      out += c;
    }
    return out;
  }

 private:
  asio::io_context io_;
  Tcp::socket socket_;
};

std::string post(const std::string& body, const std::string& headers = "Connection: close\r\n",
                 const std::string& host = "localhost") {
  return "POST / HTTP/1.1\r\nHost: " + host + "\r\n" + headers +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

std::string round_trip(const World& world, const std::string& request) {
  Client client(world);
  client.send(request);
  return client.read_all();
}

const std::string kChainId = R"({"jsonrpc":"2.0","id":1,"method":"eth_chainId"})";
const std::string kChainIdAnswer = R"({"jsonrpc":"2.0","id":1,"result":"0x539"})";

TEST_SUITE("rpc/http_server") {
  TEST_CASE("a request is answered, and the connection stays open for the next") {
    World world;
    Client client(world);
    for (int i = 0; i < 3; ++i) {
      client.send(post(kChainId, ""));
      const std::string answer = client.read_until(kChainIdAnswer);
      CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
      CHECK(answer.ends_with(kChainIdAnswer));
    }
  }

  TEST_CASE("an unknown method is HTTP 200, and a notification an empty body") {
    World world;
    const std::string unknown =
        round_trip(world, post(R"({"jsonrpc":"2.0","id":1,"method":"eth_fillTransaction"})"));
    CHECK(unknown.starts_with("HTTP/1.1 200 "));
    CHECK(unknown.find("-32601") != std::string::npos);
    const std::string silent =
        round_trip(world, post(R"({"jsonrpc":"2.0","method":"eth_chainId"})"));
    CHECK(silent.find("Content-Length: 0\r\n") != std::string::npos);
  }

  TEST_CASE("GET serves a help line, other methods are refused in JSON") {
    World world;
    const std::string help =
        round_trip(world, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(help.find("eth_blockNumber") != std::string::npos);
    const std::string options =
        round_trip(world, "OPTIONS / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(options.starts_with("HTTP/1.1 405 "));
    CHECK(options.find("Access-Control") == std::string::npos);
  }

  TEST_CASE("a foreign host or origin is refused with the line to configure") {
    World world;
    const std::string host = round_trip(world, post(kChainId, "", "evil.example"));
    CHECK(host.starts_with("HTTP/1.1 403 "));
    CHECK(host.find("allowed_hosts") != std::string::npos);
    const std::string origin =
        round_trip(world, post(kChainId, "Origin: https://evil.example\r\n"));
    CHECK(origin.starts_with("HTTP/1.1 403 "));
    CHECK(origin.find("allowed_origins") != std::string::npos);
  }

  TEST_CASE("a body above the limit is refused in JSON, announced or not") {
    Limits limits;
    limits.body_bytes_max = 1'000;
    World world(limits);
    const std::string answer = round_trip(world, post(std::string(2'000, ' ')));
    CHECK(answer.starts_with("HTTP/1.1 413 "));
    CHECK(answer.find("-32005") != std::string::npos);
    const std::string chunked =
        round_trip(world,
                   "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "7d0\r\n" +
                       std::string(2'000, ' ') + "\r\n0\r\n\r\n");
    CHECK(chunked.starts_with("HTTP/1.1 413 "));
  }

  TEST_CASE("what is no HTTP is 400, and a header without end is 431") {
    World world;
    CHECK(round_trip(world, "hello there\r\n\r\n").starts_with("HTTP/1.1 400 "));
    CHECK(round_trip(world, "GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x'))
              .starts_with("HTTP/1.1 431 "));
  }

  TEST_CASE("a client that sends its header or body too slowly is cut off") {
    Limits limits;
    limits.header_max = std::chrono::milliseconds(50);
    limits.body_max = std::chrono::milliseconds(50);
    World world(limits);
    CHECK(round_trip(world, "POST / HTTP/1.1\r\nHo").empty());
    CHECK(round_trip(world, "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
              .empty());
  }

  TEST_CASE("an idle connection is closed") {
    Limits limits;
    limits.idle_max = std::chrono::milliseconds(50);
    World world(limits);
    CHECK(round_trip(world, "").empty());
  }

  TEST_CASE("connections above the limit of an address are refused with Retry-After") {
    Limits limits;
    limits.connections_per_address_max = 1;
    World world(limits);
    Client first(world);
    first.send(post(kChainId, ""));
    first.read_until(kChainIdAnswer);
    const std::string refused = round_trip(world, "");
    CHECK(refused.starts_with("HTTP/1.1 429 "));
    CHECK(refused.find("Retry-After: 1\r\n") != std::string::npos);
    CHECK(refused.find("-32005") != std::string::npos);
  }

  TEST_CASE("a large answer is compressed when the client asks for it") {
    World world;
    const std::string body =
        R"({"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["latest",false]})";
    const std::string answer =
        round_trip(world, post(body, "Connection: close\r\nAccept-Encoding: gzip\r\n"));
    CHECK(answer.find("Content-Encoding: gzip\r\n") != std::string::npos);
    const std::string packed = answer.substr(answer.find("\r\n\r\n") + 4);
    std::string text(100'000, '\0');
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    std::string input = packed;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    CHECK(text.starts_with(R"({"jsonrpc":"2.0","id":1,"result":{)"));
    CHECK(round_trip(world, post(body)).find("Content-Encoding") == std::string::npos);
  }

  TEST_CASE("a server stops while clients are connected, and twice does no harm") {
    World world;
    Client client(world);
    client.send(post(kChainId, ""));
    client.read_until(kChainIdAnswer);
    world.server->stop();
    world.server->stop();
    CHECK(client.read_all().empty());
  }

  TEST_CASE("a port in use and a bad address are named") {
    World world;
    ServerConfig config;
    config.port = world.server->port();
    auto second = HttpServer::start(config, world.node, world.clock);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().starts_with("cannot listen on 127.0.0.1:"));
    config.address = "nowhere";
    auto third = HttpServer::start(config, world.node, world.clock);
    REQUIRE_FALSE(third.ok());
    CHECK(third.error() == "rpc address \"nowhere\" is no IP address");
  }
}

}  // namespace
}  // namespace datapact::rpc

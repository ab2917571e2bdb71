#include "p2p/gossip/peer_address.hpp"

#include <doctest/doctest.h>

using namespace datapact;
using namespace datapact::p2p;

namespace {
const std::string kId = "0x" + std::string(62, '0') + "ab";
std::string error_of(const std::string& text) {
  const auto parsed = parse_peer_address(text);
  REQUIRE_FALSE(parsed.has_value());
  return parsed.error();
}
}  // namespace

TEST_SUITE("p2p/peer_address") {
  TEST_CASE("a name, an IPv4 and an IPv6 address come back as they went") {
    for (const std::string host : {"node1.example", "10.0.0.1", "[::1]"}) {
      const std::string text = kId + "@" + host + ":30303";
      CAPTURE(text);
      const auto parsed = parse_peer_address(text);
      REQUIRE(parsed.has_value());
      CHECK(parsed->port == 30'303);
      CHECK(parsed->id.raw()[31] == 0xab);
      CHECK(to_string(*parsed) == text);
    }
    CHECK(parse_peer_address(kId + "@[::1]:1")->host == "::1");
  }
  TEST_CASE("what is wrong is said") {
    CHECK(error_of("").find("NODE_ID@HOST:PORT") != std::string::npos);
    CHECK(error_of(kId + "@host").find("NODE_ID@HOST:PORT") != std::string::npos);
    CHECK(error_of("0x12@host:1").find("64 hexadecimal digits") != std::string::npos);
    CHECK(error_of(kId + "@:1").find("host") != std::string::npos);
    CHECK(error_of(kId + "@" + std::string(254, 'a') + ":1").find("host") != std::string::npos);
    for (const std::string port : {"", "0", "65536", "1x", "-1"}) {
      CAPTURE(port);
      CHECK(error_of(kId + "@host:" + port).find("port") != std::string::npos);
    }
  }
}

#include "rpc/host_check.hpp"

#include "rpc/gzip.hpp"

#include <doctest/doctest.h>

namespace datapact::rpc {
namespace {

TEST_SUITE("rpc/host_check") {
  TEST_CASE("localhost and addresses pass, names need a line of configuration") {
    for (const char* host : {"localhost", "LocalHost:8545", "127.0.0.1:8545", "[::1]:8545"}) {
      CAPTURE(host);
      CHECK_FALSE(check_origin({}, {host, ""}).has_value());
    }
    for (const char* host : {"", "evil.example", "localhost.evil.example:80", "1.2.3.4.evil"}) {
      CAPTURE(host);
      CHECK(check_origin({}, {host, ""}).has_value());
    }
    CHECK_FALSE(check_origin({{"node.example"}, {}}, {"Node.Example:1", ""}).has_value());
    CHECK_FALSE(check_origin({{"*"}, {}}, {"any.example", ""}).has_value());
  }

  TEST_CASE("the refusal prints the line to add") {
    CHECK(*check_origin({}, {"evil.example:80", ""}) ==
          "host \"evil.example\" is not allowed; to allow it, add to the configuration: [rpc] "
          "allowed_hosts = [\"evil.example\"]");
    CHECK(check_origin({}, {"localhost", "https://a.example"})
              ->ends_with("allowed_origins = [\"https://a.example\"]"));
  }

  TEST_CASE("foreign origins are refused, the server's own and listed ones pass") {
    CHECK(check_origin({}, {"localhost:8545", "https://evil.example"}).has_value());
    CHECK(check_origin({}, {"localhost:8545", "null"}).has_value());
    CHECK(check_origin({}, {"localhost:8545", "http://localhost:1"}).has_value());
    CHECK_FALSE(check_origin({}, {"localhost:8545", "http://localhost:8545"}).has_value());
    CHECK_FALSE(check_origin({{}, {"https://a.example"}}, {"localhost", "https://A.example"}));
  }
}

TEST_SUITE("rpc/gzip") {
  TEST_CASE("gzip is used only when the header grants it") {
    CHECK(accepts_gzip("gzip"));
    CHECK(accepts_gzip("deflate, gzip;q=0.5, br"));
    CHECK_FALSE(accepts_gzip(""));
    CHECK_FALSE(accepts_gzip("br"));
    CHECK_FALSE(accepts_gzip("gzip;q=0"));
    CHECK_FALSE(accepts_gzip("gzip;q=0.000, br"));
  }
}

}  // namespace
}  // namespace datapact::rpc

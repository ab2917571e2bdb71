#include "p2p/net/peer_networks.hpp"

#include <doctest/doctest.h>

using namespace datapact::p2p;
using boost::asio::ip::make_address;

namespace {

std::string network(const char* address) { return network_of(make_address(address)); }

}  // namespace

TEST_SUITE("p2p/peer_networks") {
  TEST_CASE("a host that chooses among its IPv6 addresses stays one network") {
    CHECK(network("2001:db8:1:2::1") == network("2001:db8:1:2:ffff::9"));
    CHECK(network("2001:db8:1:2::1") != network("2001:db8:1:3::1"));
    CHECK(network("192.0.2.1") != network("192.0.2.2"));
    CHECK(network("::ffff:192.0.2.1") == network("192.0.2.1"));
  }
  TEST_CASE("configured peers come from the addresses in the configuration") {
    PeerNetworks networks;
    networks.set_peers({{NodeId{{1}}, "192.0.2.1", 1}, {NodeId{{2}}, "2001:db8::7", 1}});
    CHECK(networks.contains(network("192.0.2.1")));
    CHECK(networks.contains(network("2001:db8::8")));
    CHECK_FALSE(networks.contains(network("192.0.2.9")));
    networks.set_peers({{NodeId{{2}}, "2001:db8::7", 1}});
    CHECK_FALSE(networks.contains(network("192.0.2.1")));
  }
  TEST_CASE("a configured name stands for what it was resolved to last") {
    PeerNetworks networks;
    const NodeId peer{{1}};
    networks.set_peers({{peer, "node.example", 1}});
    CHECK_FALSE(networks.contains(network("192.0.2.1")));
    networks.resolved(peer, {make_address("192.0.2.1"), make_address("192.0.2.2")});
    networks.resolved(NodeId{{9}}, {make_address("192.0.2.9")});
    CHECK(networks.contains(network("192.0.2.2")));
    CHECK_FALSE(networks.contains(network("192.0.2.9")));
    networks.set_peers({{peer, "node.example", 2}});
    CHECK(networks.contains(network("192.0.2.2")));
    networks.resolved(peer, {make_address("192.0.2.3")});
    CHECK_FALSE(networks.contains(network("192.0.2.2")));
    networks.set_peers({{peer, "other.example", 2}});
    CHECK_FALSE(networks.contains(network("192.0.2.3")));
  }
}

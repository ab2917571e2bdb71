#pragma once
// From which networks the configured peers may come: the addresses in the configuration, and what
// their names were resolved to when they were dialled. Internal to p2p: includes Asio. Thread
// contract: the io thread.
#include "p2p/gossip/peer_address.hpp"
#include "p2p/gossip/types.hpp"

#include <boost/asio/ip/address.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace datapact::p2p {

/// An IPv4 address in IPv6 clothes is that IPv4 address.
[[nodiscard]] boost::asio::ip::address plain(const boost::asio::ip::address& address);
/// What one host chooses its addresses from: an IPv4 address, or the first 64 bits of IPv6.
[[nodiscard]] std::string network_of(const boost::asio::ip::address& address);

class PeerNetworks {
 public:
  /// Names keep what they were resolved to.
  void set_peers(const std::vector<PeerAddress>& peers);
  /// What the host of `peer` stands for now. Ignored for a node that is not configured.
  void resolved(const NodeId& peer, const std::vector<boost::asio::ip::address>& addresses);
  [[nodiscard]] bool contains(const std::string& network) const;

 private:
  struct Place {
    std::string host;
    std::set<std::string> networks;
  };
  std::map<NodeId, Place> places_;
};

}  // namespace datapact::p2p

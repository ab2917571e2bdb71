#include "p2p/net/peer_networks.hpp"

#include "p2p/gossip/peer_address.hpp"
#include "p2p/gossip/types.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace datapact::p2p {
namespace {

namespace ip = boost::asio::ip;

constexpr std::ptrdiff_t kNetworkBytes = 8;

}  // namespace

ip::address plain(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

std::string network_of(const ip::address& address) {
  const ip::address real = plain(address);
  if (real.is_v4()) return real.to_string();
  auto bytes = real.to_v6().to_bytes();
  std::fill(bytes.begin() + kNetworkBytes, bytes.end(), 0);
  return ip::address_v6(bytes).to_string() + "/64";
}

void PeerNetworks::set_peers(const std::vector<PeerAddress>& peers) {
  std::map<NodeId, Place> places;
  for (const auto& peer : peers) {
    Place place{.host = peer.host, .networks = {}};
    boost::system::error_code no_address;
    const auto address = ip::make_address(peer.host, no_address);
    if (!no_address) {
      place.networks.insert(network_of(address));
    } else if (const auto known = places_.find(peer.id);
               known != places_.end() && known->second.host == peer.host) {
      place = known->second;
    }
    places.insert_or_assign(peer.id, std::move(place));
  }
  places_ = std::move(places);
}

void PeerNetworks::resolved(const NodeId& peer, const std::vector<ip::address>& addresses) {
  const auto place = places_.find(peer);
  if (place == places_.end()) return;
  place->second.networks.clear();
  for (const auto& address : addresses) place->second.networks.insert(network_of(address));
}

bool PeerNetworks::contains(const std::string& network) const {
  return std::ranges::any_of(
      places_, [&](const auto& entry) { return entry.second.networks.contains(network); });
}

}  // namespace datapact::p2p

#pragma once
// Where a peer is and which key it must prove: NODE_ID@HOST:PORT, as in the configuration file.
// Pure, thread-safe.
#include "base/result.hpp"
#include "p2p/gossip/types.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace datapact::p2p {

struct PeerAddress {
  NodeId id;
  std::string host;  ///< a name or an address; IPv6 without brackets
  std::uint16_t port = 0;

  friend bool operator==(const PeerAddress&, const PeerAddress&) = default;
};

/// The error says what is wrong with the text, for the line of the configuration file.
[[nodiscard]] Result<PeerAddress, std::string> parse_peer_address(std::string_view text);
[[nodiscard]] std::string to_string(const PeerAddress& address);

}  // namespace datapact::p2p

#include "p2p/gossip/peer_address.hpp"

#include "base/hex.hpp"
#include "base/result.hpp"
#include "p2p/gossip/types.hpp"

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

namespace datapact::p2p {
namespace {

constexpr std::size_t kHostBytesMax = 253;  // RFC 1035, as text

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string_view without_brackets(std::string_view host) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

Result<PeerAddress, std::string> parse_peer_address(std::string_view text) {
  const auto at = text.find('@');
  const auto colon = text.rfind(':');
  if (at == std::string_view::npos || colon == std::string_view::npos || colon < at) {
    return fail("peer " + quoted(text) + " is not NODE_ID@HOST:PORT");
  }
  PeerAddress out;
  const auto id = fixed_from_hex<NodeId>(text.substr(0, at));
  if (!id.has_value()) {
    return fail("peer " + quoted(text) + ": the node id is not 0x and 64 hexadecimal digits");
  }
  out.id = *id;
  out.host = without_brackets(text.substr(at + 1, colon - at - 1));
  if (out.host.empty() || out.host.size() > kHostBytesMax) {
    return fail("peer " + quoted(text) + ": the host has 1 to 253 characters");
  }
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (error != std::errc{} || end != port.data() + port.size() || out.port == 0) {
    return fail("peer " + quoted(text) + ": the port is not a number from 1 to 65535");
  }
  return out;
}

std::string to_string(const PeerAddress& address) {
  const bool is_ipv6 = address.host.find(':') != std::string::npos;
  const std::string host = is_ipv6 ? "[" + address.host + "]" : address.host;
  return to_hex0x(address.id) + "@" + host + ":" + std::to_string(address.port);
}

}  // namespace datapact::p2p

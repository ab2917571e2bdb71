#pragma once
// The public part of a node, which its operator hands to whoever assembles a network: validator
// address, transport key and where other nodes reach it, signed with both keys, so that nobody can
// list a key that is not theirs. Layout: docs/formats/node-card.md. Pure.
#include "base/json.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"
#include "p2p/gossip/peer_address.hpp"

#include <string>
#include <string_view>

namespace datapact::tools {

struct NodeCard {
  /// a-z, 0-9 and '-', at most 32: names a folder.
  std::string name;
  Address validator;
  p2p::NodeId node_id;
  std::string host;
  std::uint16_t port = 0;
  /// As it was signed.
  json::Value document;

  [[nodiscard]] p2p::PeerAddress peer() const { return {node_id, host, port}; }
};

struct NodeKeys {
  const crypto::PrivateKey& validator;
  const crypto::PrivateKey& transport;
};

/// "HOST:PORT" as `argument` gives it; a usage error when it is not.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};
[[nodiscard]] Endpoint parse_endpoint(std::string_view argument, std::string_view text);

/// A usage error when `name` is not fit for a folder.
[[nodiscard]] NodeCard make_card(const std::string& name, const Endpoint& endpoint,
                                 const NodeKeys& keys);
/// Checks form and both signatures; `where` names the document in errors. A signature that does not
/// match is a CliError with code 8.
[[nodiscard]] NodeCard read_card(const json::Value& document, const std::string& where);

}  // namespace datapact::tools

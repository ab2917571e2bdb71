#include "tools/network/node_card.hpp"

#include "base/hex.hpp"
#include "base/json.hpp"
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"
#include "p2p/gossip/peer_address.hpp"
#include "p2p/gossip/types.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/eip191.hpp"
#include "tools/trading/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace datapact::tools {
namespace {

constexpr std::string_view kFormat = "datapact-node-card-1";
constexpr std::size_t kNameMax = 32;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameMax && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

json::Value unsigned_card(const NodeCard& card, const crypto::PublicKey& transport) {
  return json::Value::object({{"format", std::string(kFormat)},
                              {"name", card.name},
                              {"validator", to_hex0x(card.validator)},
                              {"transportKey", to_hex0x(transport)},
                              {"address", fmt::format("{}:{}", card.host, card.port)}});
}

/// What both keys sign, EIP-191: the canonical text of the card without its signatures.
std::string signed_text(const json::Value& card) {
  json::Value bare;
  for (const auto& [name, value] : *card.as_object()) {
    if (name != "validatorSignature" && name != "transportSignature") bare.set(name, value);
  }
  return json::to_canonical_text(bare);
}

std::string sign(const std::string& text, const crypto::PrivateKey& key) {
  return to_hex0x(crypto::to_bytes_v27(crypto::sign(personal_hash(text), key)));
}

void check_signature(const json::Value& document, std::string_view name, const Address& signer,
                     const std::string& where) {
  const auto found = personal_signer(signed_text(document), Fields(document, where).bytes(name));
  if (found == signer) return;
  fail_verification("forged-card",
                    fmt::format("{}: {} is not by {}", where, name, to_hex0x(signer)),
                    "ask the node's operator for the card that network node-keys wrote");
}

}  // namespace

Endpoint parse_endpoint(std::string_view argument, std::string_view text) {
  // The node id is checked elsewhere; this one makes the text a peer's address.
  auto parsed = p2p::parse_peer_address(to_hex0x(p2p::NodeId{}) + "@" + std::string(text));
  if (!parsed) fail_usage(fmt::format("{} must be HOST:PORT, got \"{}\"", argument, text));
  return {std::move(parsed->host), parsed->port};
}

NodeCard make_card(const std::string& name, const Endpoint& endpoint, const NodeKeys& keys) {
  if (!is_name(name)) {
    fail_usage(fmt::format("--name must have 1 to {} characters of a-z, 0-9 and '-', got \"{}\"",
                           kNameMax, name));
  }
  const auto transport = crypto::public_key(keys.transport);
  NodeCard card{name,
                crypto::address_of(keys.validator),
                p2p::node_id_of(transport),
                endpoint.host,
                endpoint.port,
                {}};
  card.document = unsigned_card(card, transport);
  const std::string text = signed_text(card.document);
  card.document.set("validatorSignature", sign(text, keys.validator));
  card.document.set("transportSignature", sign(text, keys.transport));
  return card;
}

NodeCard read_card(const json::Value& document, const std::string& where) {
  const Fields fields(document, where);
  fields.require_format(kFormat);
  NodeCard card;
  card.name = fields.text("name");
  if (!is_name(card.name)) {
    fields.refuse("name",
                  fmt::format("must have 1 to {} characters of a-z, 0-9 and '-'", kNameMax));
  }
  card.validator = fields.fixed<Address>("validator");
  const auto transport = fields.fixed<crypto::PublicKey>("transportKey");
  card.node_id = p2p::node_id_of(transport);
  auto endpoint = p2p::parse_peer_address(to_hex0x(card.node_id) + "@" + fields.text("address"));
  if (!endpoint) fields.refuse("address", "must be HOST:PORT");
  card.host = std::move(endpoint->host);
  card.port = endpoint->port;
  check_signature(document, "validatorSignature", card.validator, where);
  check_signature(document, "transportSignature", crypto::address_of(transport), where);
  card.document = document;
  return card;
}

}  // namespace datapact::tools

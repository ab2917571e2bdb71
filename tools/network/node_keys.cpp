#include "tools/network/node_keys.hpp"

#include "base/json.hpp"
#include "base/random_source.hpp"
#include "crypto/constant_time.hpp"
#include "crypto/keystore.hpp"
#include "crypto/secp256k1.hpp"
#include "node/transport_key.hpp"
#include "tools/cli/cli_error.hpp"
#include "tools/cli/files.hpp"
#include "tools/network/node_card.hpp"

#include <filesystem>

namespace datapact::tools {
namespace {

crypto::PrivateKey make_validator_keystore(const NewNode& node, RandomSource& random) {
  auto key = random_fixed<crypto::PrivateKey>(random);
  // All but one in 2^127 random values are keys.
  while (!crypto::is_valid(key)) key = random_fixed<crypto::PrivateKey>(random);
  auto keystore = crypto::encrypt_keystore(key, node.password(), node.scrypt, random);
  if (node.is_devnet) keystore.set("devnet", true);
  write_file_durably(node.home / "validator.json", json::to_pretty_text(keystore), true);
  return key;
}

}  // namespace

NodeCard make_node_keys(const NewNode& node, RandomSource& random) {
  for (const auto* name : {"validator.json", "transport.key", "card.json"}) {
    if (!fs::exists(node.home / name)) continue;
    throw CliError(ExitCode::kAuthority, "keys-exist",
                   (node.home / name).string() + " exists already",
                   "a validator that loses its key must be replaced through Governance");
  }
  make_folder(node.home, true);
  auto transport = node::ensure_transport_key(node.home / "transport.key", random);
  if (!transport) fail_file("transport-key", transport.error().message);
  auto validator = make_validator_keystore(node, random);
  auto card = make_card(node.name, node.endpoint, {validator, *transport});
  crypto::zeroise(validator);
  crypto::zeroise(*transport);
  write_file_durably(node.home / "card.json", json::to_pretty_text(card.document));
  return card;
}

}  // namespace datapact::tools

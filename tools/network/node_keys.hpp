#pragma once
// The keys of a node and the card with their public parts.
#include "base/random_source.hpp"
#include "crypto/keystore.hpp"
#include "tools/cli/files.hpp"
#include "tools/network/node_card.hpp"

#include <functional>
#include <string>

namespace datapact::tools {

struct NewNode {
  fs::path home;
  /// Of the card (node_card.hpp).
  std::string name;
  Endpoint endpoint;
  /// Asked for after what stands in the way has been refused.
  std::function<std::string()> password;
  crypto::ScryptParams scrypt;
  /// Marks the keystore: datapactd takes the key on loopback only.
  bool is_devnet = false;
};

/// Writes HOME/{validator.json,transport.key,card.json}, the first two of mode 0600. Refuses a home
/// that has one of them.
[[nodiscard]] NodeCard make_node_keys(const NewNode& node, RandomSource& random);

}  // namespace datapact::tools

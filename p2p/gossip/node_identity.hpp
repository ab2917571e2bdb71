#pragma once
// The node's transport key and the id it gives. Erases the key when it goes. Thread contract: const
// methods from any thread.
#include "p2p/gossip/types.hpp"

#include <optional>

namespace datapact::p2p {

class NodeIdentity {
 public:
  /// Nothing when the key is not in [1, order).
  [[nodiscard]] static std::optional<NodeIdentity> make(const crypto::PrivateKey& key) {
    if (!crypto::is_valid(key)) return std::nullopt;
    return NodeIdentity{key};
  }
  ~NodeIdentity() { crypto::zeroise(key_); }
  NodeIdentity(const NodeIdentity&) = default;
  NodeIdentity& operator=(const NodeIdentity&) = delete;
  NodeIdentity(NodeIdentity&&) = default;
  NodeIdentity& operator=(NodeIdentity&&) = delete;

  [[nodiscard]] const NodeId& id() const noexcept { return id_; }
  [[nodiscard]] crypto::Signature sign(const Hash256& digest) const {
    return crypto::sign(digest, key_);
  }

 private:
  explicit NodeIdentity(const crypto::PrivateKey& key)
      : key_(key), id_(node_id_of(crypto::public_key(key))) {}

  crypto::PrivateKey key_;
  NodeId id_;
};

}  // namespace datapact::p2p

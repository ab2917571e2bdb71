#include "p2p/gossip/types.hpp"

#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"

#include <string_view>

namespace datapact::p2p {

NodeId node_id_of(const crypto::PublicKey& key) noexcept {
  return NodeId{crypto::keccak256(key.view()).raw()};
}

std::string_view to_string(Topic topic) noexcept {
  switch (topic) {
    case Topic::kConsensus:
      return "consensus";
    case Topic::kBlocks:
      return "blocks";
    case Topic::kTransactions:
      return "transactions";
  }
  return "unknown";
}

std::string_view to_string(Grant grant) noexcept {
  switch (grant) {
    case Grant::kNone:
      return "none";
    case Grant::kSyncOnly:
      return "sync-only";
    case Grant::kFull:
      return "full";
  }
  return "unknown";
}

}  // namespace datapact::p2p

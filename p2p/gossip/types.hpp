#pragma once
// The vocabulary of p2p/. Pure, thread-safe.
#include "base/types.hpp"
#include "crypto/secp256k1.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace datapact::p2p {

/// keccak256 of the 64-byte public transport key: what Governance lists as a node key
/// (docs/formats/governance-storage.md, slot 8). Never derived from a validator key.
using NodeId = FixedBytes<struct NodeIdTag, 32>;
[[nodiscard]] NodeId node_id_of(const crypto::PublicKey& key) noexcept;

/// SHA-256 of topic and message: what de-duplication goes by.
using MessageId = FixedBytes<struct MessageIdTag, 32>;

/// Names a request until its answer; never reused by one router.
using RequestId = Quantity<struct RequestIdTag, std::uint64_t>;
/// Names one connection; a later connection has a larger one.
using LinkId = Quantity<struct LinkIdTag, std::uint64_t>;

/// Clock::monotonic() at the time of the call.
using Instant = std::chrono::nanoseconds;

/// On the wire: never renumber. Consensus is the last to be dropped, transactions the first.
enum class Topic : std::uint8_t { kConsensus = 1, kBlocks = 2, kTransactions = 3 };
inline constexpr std::size_t kTopics = 3;
[[nodiscard]] constexpr std::size_t index_of(Topic topic) noexcept {
  return static_cast<std::size_t>(topic) - 1;
}
inline constexpr Topic kAllTopics[kTopics] = {Topic::kConsensus, Topic::kBlocks,
                                              Topic::kTransactions};
[[nodiscard]] std::string_view to_string(Topic topic) noexcept;

/// What a peer may do here, weakest first. On the wire: never renumber.
enum class Grant : std::uint8_t {
  kNone = 0,      ///< not admitted
  kSyncOnly = 1,  ///< the topic of blocks only: a node that is behind cannot yet read who may join
  kFull = 2,      ///< every topic
};
[[nodiscard]] std::string_view to_string(Grant grant) noexcept;
[[nodiscard]] constexpr bool covers(Grant grant, Topic topic) noexcept {
  return grant == Grant::kFull || (grant == Grant::kSyncOnly && topic == Topic::kBlocks);
}

}  // namespace datapact::p2p

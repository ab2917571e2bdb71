#pragma once
// The numbers of the wire protocol, which both sides must agree on, and the limits a node sets for
// itself. Sources: QBFT.md sections 11 and 15, docs/formats/p2p-wire.md.
#include "p2p/gossip/types.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace datapact::p2p {

/// Part of the handshake, and of what is signed there.
inline constexpr std::uint32_t kProtocolVersion = 2;
/// One WebSocket message holds one frame.
inline constexpr std::size_t kFrameBytesMax = std::size_t{128} << 10U;
/// What a sender puts into a frame; a lone part may be larger by its own header.
inline constexpr std::size_t kFrameBytesTarget = std::size_t{64} << 10U;
inline constexpr std::size_t kFrameEntriesMax = 1024;
inline constexpr std::size_t kHandshakeBytesMax = 1024;
inline constexpr std::size_t kNonceBytes = 32;
static_assert(kFrameBytesTarget * 2 <= kFrameBytesMax);

struct TopicLimits {
  /// Larger messages are refused when sent and an offence when received.
  std::size_t message_bytes_max = 0;
  /// Waiting for one peer. When full, consensus closes the link and the others drop.
  std::size_t queue_bytes_max = 0;
  std::size_t queue_messages_max = 0;
  /// Message ids that are remembered.
  std::size_t seen_max = 0;
  /// A copy that comes this long after the last delivery is delivered again: votes are resent
  /// because the network may have lost them.
  std::chrono::milliseconds repeat_after{0};
};

struct Limits {
  std::array<TopicLimits, kTopics> topics{{
      // A proposal of round r > 0 carries its block and the justification.
      {.message_bytes_max = std::size_t{8} << 20U,
       .queue_bytes_max = std::size_t{24} << 20U,
       .queue_messages_max = 8'192,
       .seen_max = 16'384,
       .repeat_after = std::chrono::milliseconds{400}},
      {.message_bytes_max = std::size_t{8} << 20U,
       .queue_bytes_max = std::size_t{24} << 20U,
       .queue_messages_max = 512,
       .seen_max = 1'024,
       .repeat_after = std::chrono::milliseconds{1'000}},
      {.message_bytes_max = std::size_t{128} << 10U,
       .queue_bytes_max = std::size_t{8} << 20U,
       .queue_messages_max = 16'384,
       .seen_max = 65'536,
       .repeat_after = std::chrono::milliseconds{30'000}},
  }};
  [[nodiscard]] constexpr const TopicLimits& of(Topic topic) const noexcept {
    return topics[index_of(topic)];
  }

  std::size_t peers_max = 64;  ///< at most 64: the seen caches keep one bit for each
  /// Over all peers; beyond it only consensus is queued.
  std::size_t queue_bytes_total_max = std::size_t{256} << 20U;
  /// Messages that arrive in parts, over all peers.
  std::size_t assembly_bytes_total_max = std::size_t{128} << 20U;
  std::chrono::milliseconds assembly_max{30'000};
  /// A frame that the socket has not taken after this long: the peer does not read.
  std::chrono::milliseconds write_stall_max{10'000};

  std::size_t requests_out_max = 8;  ///< own requests that wait, for one peer
  std::size_t requests_in_max = 32;  ///< a peer's requests that wait for this node
  /// Long: the node asks somebody else much earlier, and uses what a slow link brings late.
  std::chrono::milliseconds request_max{60'000};

  /// What a peer may send: above it this node reads its socket more slowly.
  std::uint64_t read_bytes_per_second = std::uint64_t{32} << 20U;
  std::uint64_t read_bytes_burst = std::uint64_t{64} << 20U;

  std::chrono::milliseconds ban{60'000};  ///< doubled with each further ban
  std::chrono::milliseconds ban_max{3'600'000};
  std::chrono::milliseconds redial{250};  ///< doubled with each failure, with jitter
  std::chrono::milliseconds redial_max{30'000};
  std::size_t book_entries_max = 1'024;  ///< nodes whose score is remembered
};

}  // namespace datapact::p2p

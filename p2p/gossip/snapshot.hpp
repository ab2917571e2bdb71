#pragma once
// Counters as plain values, for the ops listener (CometBFT's p2p_* metrics) and for commands.
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/offence.hpp"
#include "p2p/gossip/types.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace datapact::p2p {

/// Since the start of the link, or of the router for the totals. Bytes are those of messages.
struct TopicTraffic {
  std::uint64_t messages_in = 0;
  std::uint64_t bytes_in = 0;  ///< p2p_peer_receive_bytes_total
  std::uint64_t messages_out = 0;
  std::uint64_t bytes_out = 0;      ///< p2p_peer_send_bytes_total
  std::uint64_t duplicates_in = 0;  ///< copies that were not delivered
  std::uint64_t refused_in = 0;     ///< not granted, or the node could not take it
  std::uint64_t dropped_out = 0;    ///< the queue was full
};

struct PeerSnapshot {
  NodeId id;
  Grant grant = Grant::kNone;
  bool dialled_by_us = false;
  std::string remote;  ///< address:port
  std::chrono::milliseconds age{0};
  std::uint32_t points = 0;              ///< of offences, faded
  std::uint64_t pending_send_bytes = 0;  ///< p2p_peer_pending_send_bytes
  std::array<TopicTraffic, kTopics> topics;
};

struct BanSnapshot {
  NodeId id;
  Offence last = Offence::kGarbage;
  std::chrono::milliseconds left{0};
};

struct Snapshot {
  std::vector<PeerSnapshot> peers;  ///< ascending ids; p2p_peers is its size
  std::vector<BanSnapshot> bans;
  std::array<TopicTraffic, kTopics> topics;         ///< over all peers, past ones included
  std::array<std::uint64_t, kOffences> offences{};  ///< by index_of(Offence)
  std::uint64_t pending_send_bytes = 0;
  std::uint64_t handshakes_failed = 0;
  std::uint64_t handshakes_foreign = 0;   ///< of those: another chain, genesis or version
  std::uint64_t connections_refused = 0;  ///< over a limit, before any handshake
};

}  // namespace datapact::p2p

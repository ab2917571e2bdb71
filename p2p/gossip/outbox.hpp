#pragma once
// What waits for one peer: a queue for each topic, emptied into frames by priority. Consensus goes
// first; transactions keep a quarter of a frame while blocks are sent; a large entry is cut into
// parts, so that a vote waits for one frame and never for a whole block. Thread contract: one
// thread at a time.
#include "base/bytes.hpp"
#include "p2p/gossip/limits.hpp"

#include <array>
#include <cstddef>
#include <deque>
#include <memory>

namespace datapact::p2p {

/// An encoded entry, shared by the queues of all peers it goes to.
using SharedEntry = std::shared_ptr<const Bytes>;

class Outbox {
 public:
  /// False when the topic's queue has no room.
  [[nodiscard]] bool push(Topic topic, const SharedEntry& entry, const TopicLimits& limits);
  /// Whether the same entry waits already, or is being sent.
  [[nodiscard]] bool holds(Topic topic, const Bytes& entry) const;
  [[nodiscard]] bool empty() const noexcept { return bytes_ == 0; }
  /// What is left to send.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  /// At most kFrameBytesMax. The outbox must not be empty.
  [[nodiscard]] Bytes next_frame();

 private:
  struct Lane {
    Topic topic = Topic::kConsensus;
    std::deque<SharedEntry> entries;
    std::size_t bytes = 0;  ///< left to send
    std::size_t sent = 0;   ///< of the first entry, in parts
  };
  struct Draft {
    Bytes payload;
    std::size_t entries = 0;
  };
  static Lane lane_for(Topic topic) {
    Lane lane;
    lane.topic = topic;
    return lane;
  }
  void fill(Draft& draft, Lane& lane, std::size_t payload_max);
  /// False when nothing more fits.
  bool take_one(Draft& draft, Lane& lane, std::size_t payload_max);
  [[nodiscard]] Lane& lane_of(Topic topic) noexcept { return lanes_[index_of(topic)]; }

  std::array<Lane, kTopics> lanes_{
      {lane_for(Topic::kConsensus), lane_for(Topic::kBlocks), lane_for(Topic::kTransactions)}};
  std::size_t bytes_ = 0;
};

}  // namespace datapact::p2p

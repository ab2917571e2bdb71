#pragma once
// Comparing clocks with peers (QBFT.md section 15, "Milliseconds"): one question, one answer, and
// what they say about the distance of the two clocks. The answer was read somewhere between
// question and answer: half the round trip is how far the measure may be off. Time is an argument.
// Not thread-safe.
#include "base/types.hpp"
#include "p2p/gossip/types.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>

namespace datapact::node {

/// What this node's two clocks show at one moment.
struct ClockReading {
  UnixMillis wall{0};
  std::chrono::nanoseconds monotonic{0};
};
struct ClockOffset {
  p2p::NodeId peer;
  /// Our clock minus theirs.
  std::chrono::milliseconds ahead{0};
  std::chrono::milliseconds uncertainty{0};
};

class ClockProbe {
 public:
  /// Between two questions to one peer.
  static constexpr std::chrono::seconds kPeriod{5};

  /// Whether `peer` should be asked now; the next time is a period later.
  [[nodiscard]] bool is_due(const p2p::NodeId& peer, std::chrono::nanoseconds now);
  void asked(p2p::RequestId id, const p2p::NodeId& peer, const ClockReading& at);
  /// Whether the request was one for the time; its answer, if any, is worth nothing any more.
  bool forget(p2p::RequestId id) { return questions_.erase(id) != 0; }
  /// Ends the question; nothing when there was none.
  [[nodiscard]] std::optional<ClockOffset> answered(p2p::RequestId id, UnixMillis theirs,
                                                    const ClockReading& at);
  [[nodiscard]] bool has_asked(p2p::RequestId id) const { return questions_.contains(id); }
  void peer_gone(const p2p::NodeId& peer) { next_.erase(peer); }

 private:
  struct Question {
    p2p::NodeId peer;
    ClockReading at;
  };
  /// Bounded by the transport: so many requests wait for a peer, so many peers there are.
  std::map<p2p::RequestId, Question> questions_;
  std::map<p2p::NodeId, std::chrono::nanoseconds> next_;
};

}  // namespace datapact::node

#pragma once
// Threads for pure work on what strangers send: decoding and signature recovery. Three lanes, each
// with room of its own, so that no flood of transactions delays or displaces a vote: gossip is
// dropped first and consensus last. A lane is bounded by count and by bytes, and so is what one
// peer may have waiting in it, so that no peer displaces the others'. What has no room is refused
// and counted; the caller says so to the client, or has the peer offer it again.
#include "base/mutex.hpp"
#include "p2p/gossip/types.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace datapact::node {

/// In the order in which they are served.
enum class Lane : std::uint8_t {
  kConsensus,  ///< votes
  kBlocks,     ///< answers to this node's questions
  kGossip,     ///< transactions, and questions of others
};
inline constexpr std::size_t kLanes = 3;
inline constexpr std::array kAllLanes{Lane::kConsensus, Lane::kBlocks, Lane::kGossip};
[[nodiscard]] std::string_view to_string(Lane lane) noexcept;

/// Room for what waits or runs.
struct LaneLimits {
  std::size_t jobs_max = 0;
  std::size_t bytes_max = 0;
  std::size_t peer_jobs_max = 0;
  std::size_t peer_bytes_max = 0;
};
struct VerificationLimits {
  // A peer gets room for its largest message and then some: p2p/gossip/limits.hpp.
  std::array<LaneLimits, kLanes> lanes{{
      {.jobs_max = 8'192,
       .bytes_max = std::size_t{64} << 20U,
       .peer_jobs_max = 1'024,
       .peer_bytes_max = std::size_t{12} << 20U},
      {.jobs_max = 1'024,
       .bytes_max = std::size_t{128} << 20U,
       .peer_jobs_max = 64,
       .peer_bytes_max = std::size_t{32} << 20U},
      {.jobs_max = 8'192,
       .bytes_max = std::size_t{32} << 20U,
       .peer_jobs_max = 2'048,
       .peer_bytes_max = std::size_t{4} << 20U},
  }};
};

struct VerificationJob {
  Lane lane = Lane::kGossip;
  /// Of the message that it holds.
  std::size_t bytes = 0;
  /// Who sent it; nothing for this node's own clients, who share the lane's limits alone.
  std::optional<p2p::NodeId> peer;
  /// Must not throw.
  std::function<void()> run;
};

/// For metrics: of one lane.
struct LaneCounts {
  std::size_t jobs = 0;
  std::size_t bytes = 0;
  /// Refused for want of room since the start.
  std::uint64_t dropped = 0;
};
using VerificationCounts = std::array<LaneCounts, kLanes>;

/// Thread contract: any thread.
class VerificationPool {
 public:
  VerificationPool(std::size_t threads, const VerificationLimits& limits);
  ~VerificationPool();
  VerificationPool(const VerificationPool&) = delete;
  VerificationPool& operator=(const VerificationPool&) = delete;

  /// False when there is no room or the pool has stopped; then `job` will not run.
  [[nodiscard]] bool try_post(VerificationJob job);
  [[nodiscard]] VerificationCounts counts() const;
  /// Runs what is queued, refuses more and joins. Idempotent.
  void stop();

 private:
  struct Load {
    std::size_t jobs = 0;
    std::size_t bytes = 0;
  };
  struct LaneState {
    std::deque<VerificationJob> waiting;
    Load load;
    /// Peers that have something waiting or running; at most load.jobs of them.
    std::map<p2p::NodeId, Load> peers;
    std::uint64_t dropped = 0;
  };

  void run();
  [[nodiscard]] bool has_room(const VerificationJob& job) const REQUIRES_LOCK(mutex_);
  void count_in(const VerificationJob& job) REQUIRES_LOCK(mutex_);
  void count_out(const VerificationJob& job) REQUIRES_LOCK(mutex_);
  /// The lane to serve next; null when all are empty.
  [[nodiscard]] LaneState* next_lane() REQUIRES_LOCK(mutex_);

  const VerificationLimits limits_;
  mutable Mutex mutex_;
  Condition changed_;
  std::array<LaneState, kLanes> lanes_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace datapact::node

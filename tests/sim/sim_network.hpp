#pragma once
// The simulated network between machines: connections that carry frames. Each frame is lost,
// duplicated or delayed by chance, and cut off by a partition: worse than TCP, under which all of
// that takes a broken connection. Parts of one large entry alone arrive once and in order.
#include "base/bytes.hpp"
#include "base/prng.hpp"
#include "p2p/gossip/types.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/scheduler.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace datapact::sim {

struct LinkQuality {
  std::chrono::milliseconds delay{10};
  std::chrono::milliseconds jitter{5};
  std::uint32_t lost_permille = 0;
  std::uint32_t duplicated_permille = 0;
  std::uint32_t overdue_permille = 0;
  std::chrono::milliseconds overdue_max{2'000};
  /// What one connection carries; zero: any amount at once.
  std::uint32_t bytes_per_ms = 0;
};

/// One direction of a connection.
struct Lane {
  p2p::LinkId link;
  std::size_t from = 0;
  std::size_t to = 0;
};

class SimNetwork {
 public:
  SimNetwork(Scheduler& scheduler, Prng& prng, FaultCounts& counts, std::size_t machines)
      : scheduler_(scheduler), prng_(prng), counts_(counts), side_(machines, 0) {}

  LinkQuality quality;
  /// A frame has arrived at `lane.to`.
  std::function<void(const Lane& lane, ByteView frame)> on_frame;

  [[nodiscard]] std::size_t machines() const noexcept { return side_.size(); }
  [[nodiscard]] bool is_reachable(std::size_t from, std::size_t to) const {
    return !is_down_ && side_[from] == side_[to];
  }
  /// Splits the machines at random into two sides.
  void split();
  void heal();
  /// Every link is down, or up again.
  void set_down(bool down) noexcept { is_down_ = down; }

  /// A new connection between the two; it takes the place of an earlier one.
  [[nodiscard]] p2p::LinkId connect(std::size_t one, std::size_t other);
  [[nodiscard]] std::optional<p2p::LinkId> connection(std::size_t one, std::size_t other) const;
  /// The other end learns it from the caller.
  void disconnect(std::size_t one, std::size_t other, p2p::LinkId link);
  [[nodiscard]] std::vector<std::size_t> peers_of(std::size_t machine) const;

  void send(const Lane& lane, Bytes frame);

 private:
  using Ends = std::pair<std::size_t, std::size_t>;
  [[nodiscard]] static Ends ends_of(std::size_t one, std::size_t other) {
    return one < other ? Ends{one, other} : Ends{other, one};
  }
  [[nodiscard]] bool chance(std::uint32_t permille) { return prng_.below(1000) < permille; }
  [[nodiscard]] std::chrono::milliseconds up_to(std::chrono::milliseconds most) {
    return std::chrono::milliseconds{prng_.below(static_cast<std::uint64_t>(most.count()) + 1)};
  }
  void send_in_order(const Lane& lane, std::shared_ptr<const Bytes> frame);
  void deliver_after(std::chrono::milliseconds delay, const Lane& lane,
                     std::shared_ptr<const Bytes> frame);

  Scheduler& scheduler_;
  Prng& prng_;
  FaultCounts& counts_;
  std::vector<std::uint32_t> side_;
  std::map<Ends, p2p::LinkId> connections_;
  /// When the last part sent from one machine to another arrives.
  std::map<Ends, UnixMillis> parts_until_;
  std::uint64_t next_link_ = 1;
  bool is_down_ = false;
};

}  // namespace datapact::sim

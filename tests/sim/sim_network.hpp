#pragma once
// The simulated network between machines: each message to each receiver is lost, duplicated or
// delayed by chance, and cut off by a partition.
#include "base/prng.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/scheduler.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace datapact::sim {

struct LinkQuality {
  std::chrono::milliseconds delay{10};
  std::chrono::milliseconds jitter{5};
  std::uint32_t lost_permille = 0;
  std::uint32_t duplicated_permille = 0;
  std::uint32_t overdue_permille = 0;
  std::chrono::milliseconds overdue_max{2'000};
};

class SimNetwork {
 public:
  SimNetwork(Scheduler& scheduler, Prng& prng, FaultCounts& counts, std::size_t machines)
      : scheduler_(scheduler), prng_(prng), counts_(counts), side_(machines, 0) {}

  LinkQuality quality;

  [[nodiscard]] std::size_t machines() const noexcept { return side_.size(); }
  [[nodiscard]] bool is_connected(std::size_t from, std::size_t to) const {
    return !is_down_ && side_[from] == side_[to];
  }
  /// Splits the machines at random into two sides.
  void split();
  void heal();
  /// Every link is down, or up again.
  void set_down(bool down) noexcept { is_down_ = down; }

  /// Calls `deliver` when the message arrives, if it does.
  void send(std::size_t from, std::size_t to, const std::function<void()>& deliver);

 private:
  [[nodiscard]] bool chance(std::uint32_t permille) { return prng_.below(1000) < permille; }
  void deliver_later(std::size_t from, std::size_t to, const std::function<void()>& deliver);

  Scheduler& scheduler_;
  Prng& prng_;
  FaultCounts& counts_;
  std::vector<std::uint32_t> side_;
  bool is_down_ = false;
};

}  // namespace datapact::sim

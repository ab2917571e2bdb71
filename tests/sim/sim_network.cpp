#include "tests/sim/sim_network.hpp"

#include <algorithm>

namespace datapact::sim {

void SimNetwork::split() {
  for (auto& side : side_) side = static_cast<std::uint32_t>(prng_.below(2));
}

void SimNetwork::heal() {
  std::fill(side_.begin(), side_.end(), 0);
  is_down_ = false;
}

void SimNetwork::send(std::size_t from, std::size_t to, const std::function<void()>& deliver) {
  if (!is_connected(from, to)) return;
  if (chance(quality.lost_permille)) {
    counts_.add(Fault::kLost);
    return;
  }
  deliver_later(from, to, deliver);
  if (chance(quality.duplicated_permille)) {
    counts_.add(Fault::kDuplicated);
    deliver_later(from, to, deliver);
  }
}

void SimNetwork::deliver_later(std::size_t from, std::size_t to,
                               const std::function<void()>& deliver) {
  const auto up_to = [this](std::chrono::milliseconds most) {
    return std::chrono::milliseconds{prng_.below(static_cast<std::uint64_t>(most.count()) + 1)};
  };
  auto delay = quality.delay + up_to(quality.jitter);
  if (chance(quality.overdue_permille)) {
    counts_.add(Fault::kDelayed);
    delay += up_to(quality.overdue_max);
  }
  scheduler_.after(delay, [this, from, to, deliver] {
    // Cut off while it was under way.
    if (is_connected(from, to)) deliver();
  });
}

}  // namespace datapact::sim

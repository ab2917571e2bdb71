#pragma once
// Ends a run that belongs to no block (eth_call, eth_estimateGas) when its caller has waited long
// enough. The interpreter asks at jumps and at the start of a frame: no program runs long without
// either. A block's execution has none, and so does not depend on time.
#include <cstdint>
#include <functional>
#include <utility>

namespace datapact::vm {

/// Thread contract: one thread at a time.
class StopWatch {
 public:
  /// `is_due` is asked every kTicks ticks until it has said yes once.
  explicit StopWatch(std::function<bool()> is_due) : is_due_(std::move(is_due)) {}

  /// True when the run must end.
  [[nodiscard]] bool tick() { return --ticks_left_ == 0 && ask(); }
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

 private:
  /// A loop's round costs at most what a block's gas buys, so a few rounds are soon over; asking a
  /// clock takes as long as a dozen jumps.
  static constexpr std::uint32_t kTicks = 64;

  [[nodiscard]] bool ask() {
    stopped_ = stopped_ || is_due_();
    // Once stopped, every frame below ends at its next tick.
    ticks_left_ = stopped_ ? 1 : kTicks;
    return stopped_;
  }

  std::function<bool()> is_due_;
  std::uint32_t ticks_left_ = 1;
  bool stopped_ = false;
};

}  // namespace datapact::vm

#pragma once
#include "base/clock.hpp"

#include <chrono>

namespace datapact::node {

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] UnixMillis now() const override {
    return std::chrono::duration_cast<UnixMillis>(
        std::chrono::system_clock::now().time_since_epoch());
  }
  [[nodiscard]] std::chrono::nanoseconds monotonic() const override {
    return std::chrono::steady_clock::now().time_since_epoch();
  }
};

}  // namespace datapact::node

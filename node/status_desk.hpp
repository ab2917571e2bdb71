#pragma once
// Asks the core thread how it is. Whoever asks waits, and not for ever: a core that does not answer
// is an answer too.
#include "node/core_inbox.hpp"
#include "node/core_status.hpp"

#include <chrono>
#include <optional>

namespace datapact::node {

/// Thread contract: any thread but the core's. Borrows the inbox.
class StatusDesk {
 public:
  StatusDesk(CoreInbox& inbox, std::chrono::milliseconds patience)
      : inbox_(inbox), patience_(patience) {}
  [[nodiscard]] std::chrono::milliseconds patience() const noexcept { return patience_; }
  /// Nothing when the core is stopped, its inbox is full, or it does not answer in time.
  [[nodiscard]] std::optional<CoreStatus> ask() const;

 private:
  CoreInbox& inbox_;
  const std::chrono::milliseconds patience_;
};

}  // namespace datapact::node

#pragma once
// Counts what a connection carries beside whole messages: empty frames, pings, frame headers,
// beginnings that never end. The WebSocket layer swallows those without bound; here they have one.
// A rate policy of Beast's basic_stream, which tells it of every byte below TLS. Internal to p2p:
// includes Beast. Thread contract: the io thread.
#include "base/clock.hpp"
#include "p2p/gossip/limits.hpp"
#include "p2p/gossip/token_bucket.hpp"

#include <boost/beast/core/rate_policy.hpp>

#include <cstddef>
#include <limits>

namespace datapact::p2p {

class FloodWatch {
 public:
  explicit FloodWatch(const Clock& clock) : clock_(&clock), rest_(kRest, clock.monotonic()) {}

  /// Nothing is read any more: close the connection.
  [[nodiscard]] bool is_flooded() const noexcept { return is_flooded_; }
  /// A message of that size is complete, so that its bytes were no flood.
  void message_read(std::size_t bytes) {
    rest_.give_back(bytes + bytes / kTlsShare + kHeaderBytesMax);
  }

 private:
  friend class boost::beast::rate_policy_access;
  /// A frame on its way and as much again, and a trickle for pings.
  static constexpr Rate kRest{1'024, 3 * kFrameBytesMax};
  static constexpr std::size_t kHeaderBytesMax = 64;  // of WebSocket and a TLS record
  static constexpr std::size_t kTlsShare = 64;        // a record of 16 KiB has about 30 bytes more
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

  // What rate_policy_access asks for.
  [[nodiscard]] std::size_t available_read_bytes() const noexcept {
    return is_flooded_ ? 0 : kUnlimited;
  }
  [[nodiscard]] static std::size_t available_write_bytes() noexcept { return kUnlimited; }
  void transfer_read_bytes(std::size_t bytes) {
    if (!rest_.take(bytes, clock_->monotonic())) is_flooded_ = true;
  }
  void transfer_write_bytes(std::size_t /*bytes*/) const noexcept {}
  void on_timer() const noexcept {}

  const Clock* clock_;
  TokenBucket rest_;
  bool is_flooded_ = false;
};

}  // namespace datapact::p2p

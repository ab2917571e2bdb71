#pragma once
// A rate limit in whole units: `burst` at once, `per_second` for ever. Thread contract: one thread
// at a time.
#include "p2p/gossip/types.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace datapact::p2p {

struct Rate {
  std::uint64_t per_second = 1;
  std::uint64_t burst = 1;
};

class TokenBucket {
 public:
  TokenBucket(Rate rate, Instant now) : rate_(rate), tokens_(rate.burst), at_(now) {}

  /// Takes what is there up to `amount`. True when that was all of it.
  bool take(std::uint64_t amount, Instant now) {
    refill(now);
    const bool is_enough = amount <= tokens_;
    tokens_ -= std::min(amount, tokens_);
    return is_enough;
  }
  [[nodiscard]] std::uint64_t level(Instant now) const {
    TokenBucket later = *this;
    later.refill(now);
    return later.tokens_;
  }
  /// The other way round: not more than the burst.
  void give_back(std::uint64_t amount) { tokens_ += std::min(amount, rate_.burst - tokens_); }

 private:
  /// Whole milliseconds; the rest stays for the next call. Neither product wraps: an hour is as
  /// good as for ever, and rates are below 2^40 a second.
  void refill(Instant now) {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - at_);
    if (passed.count() <= 0) return;
    const auto counted = static_cast<std::uint64_t>(
        std::min<std::chrono::milliseconds>(passed, std::chrono::hours{1}).count());
    const std::uint64_t gained = counted * rate_.per_second / 1'000;
    if (gained == 0) return;
    give_back(gained);
    at_ += passed;
  }

  Rate rate_;
  std::uint64_t tokens_;
  Instant at_;
};

}  // namespace datapact::p2p

#pragma once
// Where a deal stands, as FairExchange numbers it, and in words. Pure.
#include <cstdint>
#include <string_view>

namespace datapact::trade {

/// On the chain: never renumber (FairExchange.Status). kRefunded is never stored: a refund clears
/// the deal's word, so a deal that was locked and reads kNone was refunded.
enum class DealStatus : std::uint8_t {
  kNone,
  kLocked,
  kRevealed,
  kSettled,
  kRefunded,
  kUpheld,
};
[[nodiscard]] std::string_view to_string(DealStatus status) noexcept;

}  // namespace datapact::trade

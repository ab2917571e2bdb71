#include "trade/deal_status.hpp"

#include <string_view>

namespace datapact::trade {

std::string_view to_string(DealStatus status) noexcept {
  switch (status) {
    case DealStatus::kNone:
      return "none";
    case DealStatus::kLocked:
      return "locked";
    case DealStatus::kRevealed:
      return "revealed";
    case DealStatus::kSettled:
      return "settled";
    case DealStatus::kRefunded:
      return "refunded";
    case DealStatus::kUpheld:
      return "complaint upheld";
  }
  return "unknown";
}

}  // namespace datapact::trade

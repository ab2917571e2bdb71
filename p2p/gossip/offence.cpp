#include "p2p/gossip/offence.hpp"

#include "base/assert.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace datapact::p2p {
namespace {

// By index of Offence. What an honest node never does costs half a ban or a whole one; what delay
// and restarts can cause costs little.
constexpr std::array<OffenceRule, kOffences> kRules{{
    {.name = "garbage", .points = 50, .closes_link = true},
    {.name = "oversize", .points = 50, .closes_link = true},
    {.name = "endless frames", .points = 50, .closes_link = true},
    {.name = "protocol violation", .points = 50, .closes_link = true},
    {.name = "foreign chain", .points = 100, .closes_link = true},
    {.name = "invalid message", .points = 20, .closes_link = false},
    {.name = "forged signature", .points = 50, .closes_link = false},
    {.name = "invalid block", .points = 100, .closes_link = true},
    {.name = "stale message", .points = 1, .closes_link = false},
    {.name = "unasked response", .points = 20, .closes_link = false},
    {.name = "request timed out", .points = 5, .closes_link = false},
    {.name = "too many requests", .points = 5, .closes_link = false},
    {.name = "slow reader", .points = 20, .closes_link = true},
}};
static_assert(index_of(Offence::kSlowReader) + 1 == kOffences);

}  // namespace

const OffenceRule& rule_of(Offence offence) noexcept {
  const std::size_t index = index_of(offence);
  INVARIANT(index < kOffences);
  return kRules[index];
}

std::string_view to_string(Offence offence) noexcept { return rule_of(offence).name; }

}  // namespace datapact::p2p
